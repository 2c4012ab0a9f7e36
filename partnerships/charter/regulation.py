"""What is said to the regulations, line by line, in French words that the catalogues know."""

from datetime import date
from typing import NamedTuple

from partnerships.charter.texts import gettext_noop
from partnerships.charter.typology import ADVANTAGES, CONVENTION_OBJECTS, OTHER, SUPPORTS, RegulationText


class Line(NamedTuple):
    """`is_listed`: the value comes from a list of the house, so it can be translated."""

    label: str
    value: str | date
    is_listed: bool = False


def lines(told: RegulationText | None) -> list[Line]:
    """Return what was said, in the order of the form; what was left empty is left out."""
    if told is None:
        return []
    kind = SUPPORTS[told.kind].title if told.kind else ""
    found = [
        Line(gettext_noop("Nature du soutien"), kind, is_listed=True),
        _chosen(
            gettext_noop("Motif de la convention"), CONVENTION_OBJECTS, told.object_code, told.other_words
        ),
        _chosen(gettext_noop("Nature de l’avantage"), ADVANTAGES, told.advantage_code, told.advantage_words),
        Line(gettext_noop("Manifestation"), told.event_name),
        Line(gettext_noop("Organisée par"), told.event_organiser),
        Line(gettext_noop("Date de la manifestation"), told.event_date or ""),
        Line(gettext_noop("Lieu de la manifestation"), told.event_place),
    ]
    if told.has_professionals:
        words = gettext_noop(
            "un professionnel de santé ou un étudiant reçoit quelque chose à titre personnel"
        )
        found.append(Line(gettext_noop("Professionnels de santé"), words, is_listed=True))
    return [line for line in found if line.value]


def _chosen(label: str, listed: dict[str, str], code: str, words: str) -> Line:
    if code == OTHER and words:
        return Line(label, words)
    return Line(label, listed.get(code, code), is_listed=True)
