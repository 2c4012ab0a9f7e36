"""The board: the cases by stage, each with its next step and the days since its last ledger entry."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple, TypedDict

from django.core.paginator import Page, Paginator
from django.db import models
from django.db.models import Case as SqlCase
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Value, When, Window
from django.db.models.functions import RowNumber
from django.utils import timezone
from django.utils.text import capfirst, get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import Side, User
from accounts.templatetags.wording import days_left
from broker.queries import queue
from partnerships.case.header import names_of, suspended_until_text
from partnerships.case.next_step_text import NextStepShown, next_step_shown
from partnerships.case.status import CaseStatus, statuses_of
from partnerships.handover.queries import asked_of
from partnerships.home.alerts import ending_words
from partnerships.lifecycle import FINAL, Case, Edition
from partnerships.models import CaseHandover, Introduction, Partnership, Party

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    class StageAnnotation(TypedDict):
        stage: str

    type StagedCase = WithAnnotations[Partnership, StageAnnotation]

COLUMN_LIMIT = 12
PAGE_SIZE = 40
STUCK_DAYS = 7
# The cases that ended last come first; the others, those that entered their stage first.
ORDER = (F("closed_at").desc(nulls_last=True), F("entered_at").asc(), F("pk").asc())


class PipelineStage(models.TextChoices):
    """The columns of the board: the state of the case, refined by that of its text before signature."""

    SCOPING = "scoping", gettext_lazy("Cadrage")
    WRITING = "writing", gettext_lazy("Rédaction")
    NEGOTIATION = "negotiation", gettext_lazy("Négociation")
    SIGNING = "signing", gettext_lazy("Signature")
    ACTIVE = "active", gettext_lazy("En cours")
    REVIEW = "review", gettext_lazy("Bilan")
    ENDED = "ended", gettext_lazy("Clos")


@dataclass(frozen=True, kw_only=True)
class BoardFilters:
    """`words`: each is in the title, the reference or a party's name. `is_mine`: the reader's cases only."""

    words: str = ""
    is_mine: bool = False
    stage: PipelineStage | None = None


@dataclass(frozen=True, kw_only=True)
class Ticket:
    """One case on the board; `broker` is "" when it is the reader's own, `late` when no milestone is late.

    `alert`: that an alert or a mediation waits for an answer, else "".
    `ending`: in how many days its charter ends, "" until three months before.
    """

    title: str
    url: str
    association: str
    company: str
    status: str
    label: str
    late: str
    alert: str
    next_step: str
    broker: str
    is_mine_to_do: bool
    ending: str


class BoardColumn(NamedTuple):
    """`rest`: number of cases of the stage beyond those shown."""

    stage: PipelineStage
    total: int
    rest: int
    tickets: Sequence[Ticket]


@dataclass(frozen=True, kw_only=True)
class Board:
    """`page` is given when one stage is shown alone; `to_vet`: number of organisations to vet.

    `to_open`: introductions that all accepted and for which a case is to be opened. `to_take_over`: requests
    of other brokers that the reader takes a case over.
    """

    columns: Sequence[BoardColumn]
    page: Page[StagedCase] | None
    total: int
    todo: Sequence[Ticket]
    to_vet: int
    to_open: int
    to_take_over: Sequence[CaseHandover]


def board(user: User, filters: BoardFilters, *, page: int, at: datetime) -> Board:
    """Return the cases that match, by stage: a dozen in each column, or one whole stage page by page.

    At most 8 queries, whatever the number of cases.
    """
    matching_cases = _matching_cases(user, filters)
    counts = {
        PipelineStage(stage): count
        for stage, count in matching_cases.values_list("stage").annotate(Count("pk"))
    }
    shown_page = None
    if filters.stage:
        rows = matching_cases.filter(stage=filters.stage).order_by(*ORDER)
        shown_page = Paginator(rows, PAGE_SIZE).get_page(page)
        cases = list(shown_page)
    else:
        rank = Window(RowNumber(), partition_by=F("stage"), order_by=ORDER)
        cases = list(matching_cases.annotate(rank=rank).filter(rank__lte=COLUMN_LIMIT).order_by(*ORDER))
    tickets = _tickets(cases, user, at)
    columns = [
        BoardColumn(stage, counts.get(stage, 0), counts.get(stage, 0) - len(tickets[stage]), tickets[stage])
        for stage in ([filters.stage] if filters.stage else PipelineStage)
    ]
    return Board(
        columns=columns,
        page=shown_page,
        total=sum(counts.values()),
        todo=[ticket for column in columns for ticket in column.tickets if ticket.is_mine_to_do],
        to_vet=queue.waiting_for_broker(at),
        to_open=Introduction.objects.filter(
            proposed_by=user, revealed_at__isnull=False, withdrawn_at=None, partnership=None
        ).count(),
        to_take_over=asked_of(user),
    )


def _matching_cases(user: User, filters: BoardFilters) -> QuerySet[StagedCase]:
    cases = Partnership.objects.select_related("broker").annotate(stage=_stage_expression())
    if filters.is_mine:
        cases = cases.filter(broker=user)
    for word in filters.words.split():
        named = Party.objects.filter(partnership=OuterRef("pk"), organisation__name__folded__contains=word)
        cases = cases.filter(
            Q(title__folded__contains=word) | Q(reference__folded__contains=word) | Exists(named)
        )
    return cases.order_by()


def _stage_expression() -> SqlCase:
    return SqlCase(
        When(state=Case.SCOPING, then=Value(PipelineStage.SCOPING)),
        When(state__in=FINAL, then=Value(PipelineStage.ENDED)),
        When(state__in=[Case.ACTIVE, Case.SUSPENDED], then=Value(PipelineStage.ACTIVE)),
        When(state=Case.REVIEW, then=Value(PipelineStage.REVIEW)),
        When(
            status__roadmap__state__in=[Edition.NEGOTIATION, Edition.AGREED],
            then=Value(PipelineStage.NEGOTIATION),
        ),
        When(status__roadmap__state=Edition.SIGNING, then=Value(PipelineStage.SIGNING)),
        default=Value(PipelineStage.WRITING),
    )


def _tickets(cases: Sequence[StagedCase], user: User, at: datetime) -> Mapping[PipelineStage, list[Ticket]]:
    statuses = statuses_of(cases, at, user=user)
    tickets: dict[PipelineStage, list[Ticket]] = defaultdict(list)
    for case in cases:
        tickets[PipelineStage(case.stage)].append(_ticket(statuses[case.pk], user, at))
    return tickets


def _ticket(stands: CaseStatus, user: User, at: datetime) -> Ticket:
    case, today = stands.partnership, timezone.localdate(at)
    shown = next_step_shown(stands, user, at)
    moved_at = stands.row.last_entry_at or case.entered_at
    status, label = _movement(stands, (today - timezone.localdate(moved_at)).days)
    late = sum(each.due_date < today for each in stands.milestones) if case.state == Case.ACTIVE else 0
    late_words = ngettext("%(n)s jalon en retard", "%(n)s jalons en retard", late) % {"n": late}
    raised = len(stands.raised)
    alert_words = ngettext("%(n)s alerte sans réponse", "%(n)s alertes sans réponse", raised) % {"n": raised}
    is_own = case.broker_id == user.pk
    ends_in = stands.charter_ends_in(today)
    return Ticket(
        title=case.title,
        url=case.get_absolute_url(),
        association=get_text_list(list(names_of(stands, Side.ASSOCIATION)), _("et")),
        company=get_text_list(list(names_of(stands, Side.COMPANY)), _("et")),
        status=status,
        label=label,
        late=late_words if late else "",
        alert=alert_words if raised else "",
        next_step=_next_step_text(shown, broker="" if is_own else str(case.broker)),
        broker="" if is_own else str(case.broker),
        is_mine_to_do=is_own and shown.whose == "you",
        ending=ending_words(ends_in) if ends_in is not None else "",
    )


def _movement(stands: CaseStatus, quiet_days: int) -> tuple[str, str]:
    match stands.partnership.state:
        case Case.SUSPENDED:
            return "none", capfirst(suspended_until_text(stands))
        case Case.CLOSED:
            return "ok", _("Clos")
        case Case.ABANDONED:
            return "none", _("Arrêté avant signature")
        case _other:
            return _activity(quiet_days)


def _activity(quiet_days: int) -> tuple[str, str]:
    if quiet_days >= STUCK_DAYS:
        return "due", _("Aucune activité depuis %(days)s jours") % {"days": quiet_days}
    if quiet_days == 0:
        return "none", _("Activité aujourd’hui")
    words = ngettext(
        "Dernière activité il y a %(days)s jour", "Dernière activité il y a %(days)s jours", quiet_days
    )
    return "none", words % {"days": quiet_days}


def _next_step_text(shown: NextStepShown, *, broker: str) -> str:
    """Say whose turn it is; `broker`: who runs the case when the reader, a broker too, does not."""
    if shown.whose == "none":
        return ""
    who = broker if broker and shown.whose == "you" else shown.who
    words = _("%(who)s\u00a0: %(what)s") % {"who": who, "what": shown.title}
    return words if shown.days is None else f"{words}, {days_left(shown.days)}"
