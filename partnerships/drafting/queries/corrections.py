"""What an amendment changes in all, and what keeps it from being a clerical correction, as sentences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy

from partnerships.checks import clerical
from partnerships.checks.clerical import ClericalFault, ClericalFaultKind, ComparedClause
from partnerships.models import AmendmentKind, Clause, Partnership, Roadmap
from partnerships.text.contents import contents_of
from partnerships.text.differences.amended import Amended, amended_by, identity_changes

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

FAULTS: dict[ClericalFaultKind, _StrPromise] = {
    ClericalFaultKind.ADDED: gettext_lazy("la clause %(number)s est ajoutée"),
    ClericalFaultKind.REMOVED: gettext_lazy("la clause %(number)s du texte signé est retirée"),
    ClericalFaultKind.PLACE: gettext_lazy("la clause %(number)s change de rubrique ou de responsable"),
    ClericalFaultKind.ROWS: gettext_lazy("un tableau ou une date de la clause %(number)s change"),
    ClericalFaultKind.MEANING: gettext_lazy(
        "clause %(number)s, «\u202f%(words)s\u202f»\u00a0: un nombre, une date, un montant ou le sens change"
    ),
    ClericalFaultKind.OTHER_WORD: gettext_lazy(
        "clause %(number)s, «\u202f%(words)s\u202f»\u00a0: un mot est remplacé par un autre"
    ),
    ClericalFaultKind.LONG: gettext_lazy("trop de mots changent à la fois"),
}


def changes_nothing(partnership: Partnership, roadmap: Roadmap, clauses: Iterable[Clause]) -> bool:
    """Say whether an amendment changes no clause of the signed text. At most 5 queries.

    A name alone, which no clause states, is something for a clerical correction, which each party confirms.
    """
    amended = amended_by(roadmap, clauses)
    if amended is None or amended.is_changed:
        return False
    if roadmap.amendment_kind != AmendmentKind.CLERICAL:
        return True
    return not identity_changes(partnership, amended.edition)


def correction_faults(roadmap: Roadmap, clauses: Iterable[Clause]) -> list[str]:
    """Return what keeps a clerical correction from being one, none for another edition. At most 2 queries."""
    if roadmap.amendment_kind != AmendmentKind.CLERICAL:
        return []
    clauses = list(clauses)
    amended = amended_by(roadmap, clauses)
    return [_sentence(fault) for fault in _faults(amended, clauses)] if amended else []


def _faults(amended: Amended, clauses: Iterable[Clause]) -> list[ClericalFault]:
    return clerical.faults(_words(amended.clauses), _words(clauses))


def _words(clauses: Iterable[Clause]) -> Mapping[str, ComparedClause]:
    clauses = list(clauses)
    contents = contents_of(clauses)
    numbers = {clause.current_id: clause.position or 0 for clause in clauses}
    return {
        content.key: ComparedClause(
            number=numbers[revision_id],
            place=(content.heading, content.responsible),
            texts=(content.title, content.body, content.plain_words),
            rows=content.terms,
        )
        for revision_id, content in contents.items()
    }


def _sentence(fault: ClericalFault) -> str:
    return str(FAULTS[fault.fault]) % {"number": fault.number, "words": fault.words}
