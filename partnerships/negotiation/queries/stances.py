"""Where one party stands on one clause, in the words of each reader, round open or not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from partnerships.models import Stance
from partnerships.negotiation.queries.own_answer import Saved
from partnerships.negotiation.queries.text_history import Spoke, Standing, Voice
from partnerships.text import agreement
from partnerships.text.overview import Badge

STATUSES = {
    Stance.AGREE: "ok",
    Stance.QUESTION: "doubt",
    Stance.RESERVATION: "due",
    Stance.OBJECTION: "late",
}


class StanceShown(NamedTuple):
    """One row of the `stances` component; `stance` is "waiting" for a party that has not spoken."""

    side: str
    name: str
    stance: str
    word: str


class Place(NamedTuple):
    """Where a party stands on a clause by its last opened answer; `is_current`: on the text as it stands."""

    last: Spoke | None
    is_current: bool
    moved: Sequence[int]

    @classmethod
    def of(cls, clause: Standing, last: Spoke | None, clauses: Sequence[Standing]) -> Place:
        """Return where a party stands that spoke `last` on a clause; `clauses`: all of the text."""
        is_current = last is not None and last.revision_id == clause.current.pk
        if last is None or not is_current or last.stance != Stance.AGREE:
            return cls(last, is_current, ())
        moved = agreement.moved_since(clause, last.asked.asked_at, clauses)
        return cls(last, is_current, [each.position for each in moved])

    @property
    def agrees(self) -> bool:
        """Say whether the agreement of the party stands."""
        return (
            self.is_current and not self.moved and self.last is not None and self.last.stance == Stance.AGREE
        )

    @property
    def holds(self) -> bool:
        """Say whether what the party said last still counts."""
        return self.is_current and not self.moved


def stance_of(voice: Voice, place: Place, sealed: frozenset[int] | None, *, is_own: bool) -> StanceShown:
    """Return the row of one party: while a round runs, of the others at most that they have sealed.

    `sealed`: parties that have sealed the running round, None when none runs.
    """
    name = _("Vous") if is_own else voice.name
    if place.last and (place.agrees or (sealed is None and place.holds)):
        return StanceShown(voice.side, name, place.last.stance, place.last.word)
    if sealed is not None and voice.id in sealed:
        return StanceShown(voice.side, name, "waiting", _("réponse scellée"))
    return StanceShown(voice.side, name, "waiting", _waiting(place))


def drafted(side: str, saved: Saved, *, is_sealed: bool) -> StanceShown:
    """Return the row of the reader's own party where it has drafted something."""
    words = _("%(stance)s, scellé") if is_sealed else _("%(stance)s, pas encore scellé")
    stance = saved.said.stance
    return StanceShown(side, _("Vous"), stance.value, words % {"stance": str(stance.label).lower()})


def _waiting(place: Place) -> str:
    if place.last is None:
        return _("pas encore répondu")
    if place.moved:
        words = {"numbers": ", ".join(map(str, place.moved))}
        return (
            ngettext(
                "à redire, car la clause %(numbers)s, citée ici, a changé",
                "à redire, car les clauses %(numbers)s, citées ici, ont changé",
                len(place.moved),
            )
            % words
        )
    words = {"stance": place.last.word, "number": str(place.last.asked.number)}
    if place.is_current:
        return _("attendue, %(stance)s au tour %(number)s") % words
    return _("à redire, %(stance)s au tour %(number)s sur le texte d’avant") % words


def own_badge(place: Place) -> Badge:
    """Return where the reader's own party stands by what was opened."""
    if place.last is None or not place.holds:
        return Badge("none", _("à répondre"))
    return Badge(STATUSES[Stance(place.last.stance)], place.last.word)


def draft_badge(saved: Saved) -> Badge:
    """Return what the reader's own party has drafted."""
    missing = "" if saved.said.is_complete else _(", sans raison")
    return Badge(STATUSES[saved.said.stance], f"{saved.said.stance.label}".lower() + missing)


def badge_of_all(places: Sequence[Place]) -> Badge:
    """Return the gravest stance taken; agreement only when all agree."""
    held = [each.last for each in places if each.last and each.holds]
    gravest = max(held, key=lambda each: list(STATUSES).index(Stance(each.stance)), default=None)
    if gravest is None or (gravest.stance == Stance.AGREE and len(held) < len(places)):
        return Badge("none", _("en attente"))
    return Badge(STATUSES[Stance(gravest.stance)], gravest.word)
