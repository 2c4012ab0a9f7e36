"""The head of every page of a case: who, where it stands, whose turn, where to go, what one may do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from accounts.compiled import Asked
from accounts.lifecycle import READ_ONLY
from accounts.models import Side, User
from partnerships.case.case_facts import CaseTurn, Seat, turns_along
from partnerships.case.next_step_display import TurnShown, turn_shown
from partnerships.lifecycle import UNDER_WORK, Case, Edition
from partnerships.models import Partnership, Party, Question, Roadmap


class Stage(NamedTuple):
    """`place`: "past", "present" or "next"."""

    label: str
    place: str
    detail: str = ""


@dataclass(frozen=True)
class Tab:
    label: str
    url: str
    is_current: bool
    count: int = 0


@dataclass(frozen=True, kw_only=True)
class Reader:
    """Who reads the case: a broker, or a member of one party, with what they may do for it."""

    user: User
    own: Seat | None

    @property
    def is_broker(self) -> bool:
        return self.user.is_broker

    @property
    def may_answer(self) -> bool:
        return self.own is not None and self.own.may_answer

    @property
    def may_sign(self) -> bool:
        return self.own is not None and self.own.may_sign

    @property
    def reads_only(self) -> bool:
        return self.own is not None and self.own.party.organisation.state in READ_ONLY

    @property
    def party(self) -> Party | None:
        return self.own.party if self.own else None


class Approved(NamedTuple):
    """A party whose official approval runs, and its last day."""

    name: str
    until: date


@dataclass(frozen=True, kw_only=True)
class CaseHeader:
    """What `partnerships/case.html` shows; `edition` is the last edition of the text that is not void.

    `along`: what was found of the questions asked with it, in their order.
    """

    partnership: Partnership
    parties: Sequence[Party]
    associations: tuple[str, ...]
    companies: tuple[str, ...]
    approved: tuple[Approved, ...]
    broker: str
    stages: tuple[Stage, ...]
    position: int
    total: int
    turn: TurnShown
    tabs: tuple[Tab, ...]
    reader: Reader
    edition: Roadmap | None
    case: CaseTurn
    along: Sequence[list[Any]]


def case_header(
    partnership: Partnership, user: User, at: datetime, *, tab: str = "", along: Sequence[Asked[Any]] = ()
) -> CaseHeader:
    """Return the head of a page of the case as `user` reads it at that moment. At most 3 queries.

    `tab`: name of the address of the tab shown ("rounds"), if it is one. `along`: questions of the page,
    asked at the same time.
    """
    turns, found = turns_along([partnership], at, user=user, along=along)
    case = turns[partnership.pk]
    reader = Reader(user=user, own=case.own)
    stages = stages_of(case)
    return CaseHeader(
        partnership=partnership,
        parties=case.parties,
        associations=names_of(case, Side.ASSOCIATION),
        companies=names_of(case, Side.COMPANY),
        approved=_approved(case, timezone.localdate(at)),
        broker=str(partnership.broker),
        stages=stages,
        position=position_of(stages),
        total=len(stages),
        turn=turn_shown(case, user, at),
        tabs=_tabs(case, reader, at, tab),
        reader=reader,
        edition=case.edition,
        case=case,
        along=found,
    )


def names_of(case: CaseTurn, side: Side) -> tuple[str, ...]:
    """Return the names of the parties of a side, in order."""
    return tuple(party.organisation.name for party in case.parties if party.side == side)


def _approved(case: CaseTurn, today: date) -> tuple[Approved, ...]:
    # A party that never told of an approval has no row.
    told = [(party.organisation, getattr(party.organisation, "approval", None)) for party in case.parties]
    return tuple(
        Approved(own.name, row.expiry_date)
        for own, row in told
        if row and row.expiry_date and today <= row.expiry_date
    )


def stages_of(case: CaseTurn) -> tuple[Stage, ...]:
    """Return the road of a case; one that was abandoned ends where it stopped."""
    return _road(Case(case.partnership.state), edition_words(case.edition), get_language())


# Words alone: of a state, in a language.
@lru_cache(maxsize=256)
def _road(state: Case, detail: str, language: str | None) -> tuple[Stage, ...]:
    with override(language):
        labels = {
            Case.SCOPING: _("Cadrage"),
            Case.PREPARING: _("Préparation"),
            Case.ACTIVE: _("En cours"),
            Case.REVIEW: _("Bilan"),
            Case.CLOSED: _("Clos"),
        }
        if state == Case.ABANDONED:
            return Stage(labels[Case.SCOPING], "past"), Stage(_("Arrêté"), "present")
    here = list(labels).index(state)
    return tuple(
        Stage(
            label, "past" if rank < here else "present" if rank == here else "next", detail * (rank == here)
        )
        for rank, label in enumerate(labels.values())
    )


def position_of(stages: Sequence[Stage]) -> int:
    """Return the rank of the present stage, from 1."""
    return next(rank for rank, stage in enumerate(stages, 1) if stage.place == "present")


def edition_words(edition: Roadmap | None) -> str:
    """Return where the text under work stands, in a word or two; nothing when none is under work."""
    if edition is None or edition.state not in UNDER_WORK:
        return ""
    words = {
        Edition.DRAFTING: _("rédaction"),
        Edition.NEGOTIATION: _("négociation"),
        Edition.AGREED: _("accord de tous"),
        Edition.SIGNING: _("signature"),
    }[Edition(edition.state)]
    if edition.edition == 1:
        return words
    return _("avenant %(number)s\u00a0: %(state)s") % {"number": edition.edition - 1, "state": words}


def _tabs(case: CaseTurn, reader: Reader, at: datetime, current: str) -> tuple[Tab, ...]:
    today = timezone.localdate(at)
    counts = {
        "partnerships:rounds": sum(each.question == Question.CRITICISM for each in case.rounds),
        "partnerships:follow_up": sum(each.due_date < today for each in case.milestones),
    }
    hidden = set()
    if case.partnership.state == Case.SCOPING:
        hidden.add("partnerships:expectations")
    if not (reader.is_broker and case.edition):
        hidden.add("partnerships:drafting")
    if case.partnership.state not in (Case.REVIEW, Case.CLOSED):
        hidden.add("partnerships:closing")
    return tuple(
        Tab(label, url, name == f"partnerships:{current}", counts.get(name, 0))
        for name, label, url in _places(case.partnership.reference, get_language())
        if name not in hidden
    )


@lru_cache(maxsize=1024)
def _places(reference: str, language: str | None) -> list[tuple[str, str, str]]:
    """Return the name, the label and the address of each tab of a case, in order."""
    with override(language):
        labels = {
            "partnerships:scoping": _("Cadrage"),
            "partnerships:expectations": _("Attentes"),
            "partnerships:drafting": _("Rédaction"),
            "partnerships:roadmap": _("Feuille de route"),
            "partnerships:rounds": _("Tours"),
            "partnerships:charter": _("Charte"),
            "partnerships:follow_up": _("Suivi"),
            "partnerships:ledger": _("Journal"),
            "partnerships:documents": _("Documents"),
            "partnerships:closing": _("Bilan"),
        }
        return [(name, label, reverse(name, args=[reference])) for name, label in labels.items()]
