"""Where one party stands on one clause, in the words of each reader, round open or not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from django.utils.translation import gettext as _

from partnerships.models import Clause, Party, Round, Stance
from partnerships.queries import agreement
from partnerships.queries.overview import Badge
from partnerships.queries.own_answer import Saved

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


class Spoke(NamedTuple):
    """One opened answer, without its words."""

    answer_id: int
    clause_id: int
    revision_id: int
    party_id: int
    stance: str
    asked: Round
    outcome: str

    @property
    def is_unreplied(self) -> bool:
        return self.stance != Stance.AGREE and not self.outcome

    @property
    def word(self) -> str:
        return str(Stance(self.stance).label).lower()


class Place(NamedTuple):
    """Where a party stands on a clause by its last opened answer; `is_current`: on the text as it stands."""

    last: Spoke | None
    is_current: bool
    moved: Sequence[int]

    @classmethod
    def of(cls, clause: Clause, last: Spoke | None, clauses: Sequence[Clause]) -> Place:
        """Return where a party stands that spoke `last` on a clause; `clauses`: all of the text."""
        is_current = last is not None and last.revision_id == clause.current_id
        if last is None or not is_current or last.stance != Stance.AGREE:
            return cls(last, is_current, ())
        moved = agreement.moved_since(clause, last.asked.asked_at, clauses)
        return cls(last, is_current, [each.position or 0 for each in moved])

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


def stance_of(
    party: Party, place: Place, sealed: frozenset[int] | None, saved: Saved | None, *, is_own: bool
) -> StanceShown:
    """Return the row of one party: while a round runs, of the others at most that they have sealed.

    `sealed`: parties that have sealed the running round, None when none runs; `saved`: what the reader's
    own party has drafted.
    """
    name = _("Vous") if is_own else party.organisation.name
    if saved:
        words = _("%(stance)s, scellé") if party.pk in (sealed or ()) else _("%(stance)s, pas encore scellé")
        stance = saved.said.stance
        return StanceShown(party.side, name, stance.value, words % {"stance": str(stance.label).lower()})
    if place.last and (place.agrees or (sealed is None and place.holds)):
        return StanceShown(party.side, name, place.last.stance, place.last.word)
    if sealed is not None and party.pk in sealed:
        return StanceShown(party.side, name, "waiting", _("réponse scellée"))
    return StanceShown(party.side, name, "waiting", _waiting(place))


def _waiting(place: Place) -> str:
    if place.last is None:
        return _("pas encore répondu")
    if place.moved:
        words = {"numbers": ", ".join(map(str, place.moved))}
        return _("à redire, la clause cite ce qui a changé\u00a0: %(numbers)s") % words
    words = {"stance": place.last.word, "number": str(place.last.asked.number)}
    if place.is_current:
        return _("attendue, %(stance)s au tour %(number)s") % words
    return _("à redire, %(stance)s au tour %(number)s sur le texte d’avant") % words


def own_badge(place: Place, saved: Saved | None) -> Badge:
    """Return where the reader's own party stands, what it has drafted first."""
    if saved:
        missing = "" if saved.said.is_complete else _(", sans raison")
        return Badge(STATUSES[saved.said.stance], f"{saved.said.stance.label}".lower() + missing)
    if place.last is None or not place.holds:
        return Badge("none", _("à répondre"))
    return Badge(STATUSES[Stance(place.last.stance)], place.last.word)


def badge_of_all(places: Sequence[Place]) -> Badge:
    """Return the gravest stance taken; agreement only when all agree."""
    held = [each.last for each in places if each.last and each.holds]
    gravest = max(held, key=lambda each: list(STATUSES).index(Stance(each.stance)), default=None)
    if gravest is None or (gravest.stance == Stance.AGREE and len(held) < len(places)):
        return Badge("none", _("en attente"))
    return Badge(STATUSES[Stance(gravest.stance)], gravest.word)
