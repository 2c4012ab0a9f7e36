"""The header of every page of a case: parties, stage, next step, tabs, permissions of the reader."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.lifecycle import READ_ONLY
from accounts.models import Side, User
from accounts.templatetags import wording
from partnerships import reminders
from partnerships.case.clock import case_time
from partnerships.case.next_step_text import NextStepShown, next_step_shown
from partnerships.case.status import CaseStatus, PartyAccess, statuses_of
from partnerships.lifecycle import UNDER_WORK, Case, Edition
from partnerships.models import Partnership, Party, Roadmap

# The label of each tab of a case, in order, by URL name.
TABS = {
    "partnerships:roadmap": gettext_lazy("Texte"),
    "partnerships:follow_up": gettext_lazy("Suivi"),
    "partnerships:dialogue": gettext_lazy("Dialogue"),
    "partnerships:ledger": gettext_lazy("Journal et pièces"),
}
# The tab of the pages that are not tabs themselves: what leads to a text belongs to it.
TAB_OF_PAGE = {
    "scoping": "roadmap",
    "expectations": "roadmap",
    "drafting": "roadmap",
    "rounds": "roadmap",
    "charter": "roadmap",
    "closing": "follow_up",
    "reminder_rules": "follow_up",
    "questionnaires": "follow_up",
    "mediations": "follow_up",
    "suspensions": "follow_up",
    "handover": "dialogue",
    "limits": "follow_up",
    "threads": "dialogue",
    "meetings": "dialogue",
    "surveys": "follow_up",
    "documents": "ledger",
}


class Stage(NamedTuple):
    """`phase`: "past", "present" or "next"."""

    label: str
    phase: str
    detail: str = ""


@dataclass(frozen=True)
class Tab:
    """`current`: "page" on the page of the tab, "true" on one that belongs to it, "" elsewhere."""

    label: str
    url: str
    current: str = ""
    count: int = 0


@dataclass(frozen=True, kw_only=True)
class Reader:
    """The reader of a case, a broker or a member of one party, and what they may do."""

    user: User
    own: PartyAccess | None

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
    """A party with a valid official approval, and its last day."""

    name: str
    until: date


@dataclass(frozen=True, kw_only=True)
class CaseHeader:
    """The header of a case; `edition`: the last edition of the text that is not void."""

    partnership: Partnership
    parties: Sequence[Party]
    associations: tuple[str, ...]
    companies: tuple[str, ...]
    approved: tuple[Approved, ...]
    broker: str
    stages: tuple[Stage, ...]
    position: int
    total: int
    present: Stage
    next_step: NextStepShown
    tabs: tuple[Tab, ...]
    reader: Reader
    edition: Roadmap | None
    case: CaseStatus

    @property
    def suspended_until(self) -> datetime | None:
        """The planned end of the suspension of the case, None for a case that is not suspended."""
        return self.case.row.suspended_until

    @property
    def suspension_ground(self) -> str:
        return str(self.case.row.get_suspension_ground_display())


def case_header(partnership: Partnership, user: User, at: datetime, *, tab: str = "") -> CaseHeader:
    """Return the header of a page of the case for `user` at `at`. 2 queries.

    `tab`: URL name of the page or of its tab, without namespace ("rounds"), "" for none.
    """
    case = statuses_of([partnership], at, user=user, approvals=True)[partnership.pk]
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
        present=stages[position_of(stages) - 1],
        next_step=next_step_shown(case, user, at),
        tabs=_tabs(case, at, tab),
        reader=reader,
        edition=case.edition,
        case=case,
    )


def names_of(case: CaseStatus, side: Side) -> tuple[str, ...]:
    """Return the names of the parties of a side, in order."""
    return tuple(party.organisation.name for party in case.parties if party.side == side)


def _approved(case: CaseStatus, today: date) -> tuple[Approved, ...]:
    # A party that declared no approval has no row.
    approvals = [
        (party.organisation, getattr(party.organisation, "approval", None)) for party in case.parties
    ]
    return tuple(
        Approved(own.name, row.expiry_date)
        for own, row in approvals
        if row and row.expiry_date and today <= row.expiry_date
    )


def stages_of(case: CaseStatus) -> tuple[Stage, ...]:
    """Return the stages of a case; an abandoned one has only its first stage and its end."""
    state, detail = Case(case.partnership.state), edition_state_text(case.edition)
    if state == Case.SUSPENDED:
        # A suspension stands in the place of the life of the charter.
        state, detail = Case.ACTIVE, suspended_until_text(case)
    labels = {
        Case.SCOPING: _("Cadrage"),
        Case.PREPARING: _("Préparation"),
        Case.ACTIVE: _("Suspendu") if case.partnership.state == Case.SUSPENDED else _("En cours"),
        Case.REVIEW: _("Bilan"),
        Case.CLOSED: _("Clos"),
    }
    if state == Case.ABANDONED:
        return Stage(labels[Case.SCOPING], "past"), Stage(_("Arrêté"), "present")
    current_rank = list(labels).index(state)
    return tuple(
        Stage(
            label,
            "past" if rank < current_rank else "present" if rank == current_rank else "next",
            detail * (rank == current_rank),
        )
        for rank, label in enumerate(labels.values())
    )


def suspended_until_text(case: CaseStatus) -> str:
    """Return until when a suspended case is planned to stand still, as plain text, "" for any other."""
    until = case.row.suspended_until
    if until is None:
        return ""
    day = strip_tags(wording.day(timezone.localdate(until, reminders.EVENING.tzinfo)))
    return _("suspendu jusqu’au %(day)s") % {"day": day}


def position_of(stages: Sequence[Stage]) -> int:
    """Return the rank of the present stage, from 1."""
    return next(rank for rank, stage in enumerate(stages, 1) if stage.phase == "present")


def edition_state_text(edition: Roadmap | None) -> str:
    """Return the state of the current draft in a word or two, "" when there is no draft."""
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


def _tabs(case: CaseStatus, at: datetime, page: str) -> tuple[Tab, ...]:
    today = timezone.localdate(case_time(case.partnership, at))
    counts = {"partnerships:follow_up": sum(each.due_date < today for each in case.milestones)}
    current = TAB_OF_PAGE.get(page, page)
    return tuple(
        Tab(
            str(label),
            reverse(name, args=[case.partnership.reference]),
            "" if name != f"partnerships:{current}" else "page" if page == current else "true",
            counts.get(name, 0),
        )
        for name, label in TABS.items()
    )
