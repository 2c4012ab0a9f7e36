"""The home page of each portal: the tasks of the organisation, those of others, and alerts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple

from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.lifecycle import State
from accounts.models import Organisation, User
from accounts.pages.cache import hour_of
from accounts.people.queries.mandates import mandate_status
from accounts.people.queries.memberships import PersonalAlerts, personal_alerts, personal_version
from accounts.templatetags import wording
from partnerships.case.cards import PartnershipCard, cards_of
from partnerships.case.next_step import QUESTIONNAIRE_STEPS, OpenMilestone, Step
from partnerships.case.next_step_text import NextStepShown, next_step_shown
from partnerships.case.status import CaseStatus, statuses_of
from partnerships.following.queries.money import Sums, organisation_money
from partnerships.home import alerts, invitations
from partnerships.home.alerts import Alert
from partnerships.home.invitations import Todo, Waiting
from partnerships.lifecycle import FINAL, Case
from partnerships.models import Partnership, PartnershipStatus, Party

CARDS: Final = 12
SOON: Final = timedelta(days=30)
URGENT_DAYS: Final = 7
# Without the long texts, which no list shows.
CASE_COLUMNS: Final = (
    *("reference", "title", "state", "entered_at", "closed_at"),
    *(f"broker__{name}" for name in ("full_name", "email", "erased_at")),
)
PAGES = {
    Step.EXPECT: "partnerships:expectations",
    Step.ANSWER: "partnerships:rounds",
    **dict.fromkeys(QUESTIONNAIRE_STEPS, "partnerships:questionnaires"),
    Step.CONFIRM: "partnerships:amendment",
    Step.OPEN: "partnerships:rounds",
    Step.REWORK: "partnerships:rounds",
    Step.ASK_AGAIN: "partnerships:rounds",
    Step.FREEZE: "partnerships:rounds",
    Step.SIGN: "partnerships:charter",
    Step.COUNTERSIGN: "partnerships:charter",
    Step.SEAL: "partnerships:charter",
    Step.UNBLOCK_SEAL: "partnerships:charter",
    Step.DECIDE_SUSPENSION: "partnerships:suspensions",
    Step.AGREE_SUSPENSION: "partnerships:suspensions",
    Step.SUSPENDED: "partnerships:suspensions",
    Step.SAY_READY: "partnerships:suspensions",
    Step.RESUME: "partnerships:suspensions",
    Step.MEDIATE: "partnerships:mediations",
    Step.AGREE_MINUTES: "partnerships:mediations",
    Step.ANSWER_ALERT: "partnerships:limits",
    Step.ANSWER_ACTION: "partnerships:limits",
    Step.AGREE_MEETING: "partnerships:meetings",
    Step.REVISE_MINUTES: "partnerships:meetings",
    Step.DO_TASK: "partnerships:meetings",
    Step.BROKER_TASK: "partnerships:meetings",
    Step.SETTLE: "partnerships:follow_up",
    Step.PAY: "partnerships:follow_up",
    Step.RECEIVE: "partnerships:follow_up",
    Step.POSTPONE: "partnerships:follow_up",
    Step.CONFIRM_DONE: "partnerships:follow_up",
    Step.DELIVER: "partnerships:follow_up",
    Step.REWORD_EXIT: "partnerships:closing",
    Step.AGREE_EXIT: "partnerships:closing",
    Step.WRITE_PART: "partnerships:closing",
    Step.CONFIRM_ACCOUNTS: "partnerships:closing",
}


@dataclass(frozen=True, kw_only=True)
class HomePage:
    """The home page of an organisation; the most urgent first in each list.

    `organisation_tasks`: number of tasks in the parts on the organisation and the account.
    `money`: sums of the payments over all its cases. `submitted`: the day on which the organisation was
    submitted for vetting, None when it is not pending.
    """

    today: date
    todos: tuple[Todo, ...]
    elsewhere: tuple[Waiting, ...]
    broker: tuple[Waiting, ...]
    partnerships: Sequence[PartnershipCard]
    alerts: tuple[Alert, ...]
    personal_alerts: PersonalAlerts
    submitted: date | None
    money: Sums
    organisation_tasks: int = 0

    @property
    def total(self) -> int:
        """The number of tasks of the reader, whatever part of the page they are in."""
        return len(self.todos) + len(self.personal_alerts.handovers) + self.organisation_tasks


def home_page(*, organisation: Organisation, user: User, at: datetime) -> HomePage:
    """Return the home page of an organisation for `user`. At most 12 queries."""
    today = timezone.localdate(at)
    cases = list(_cases(organisation))
    open_ones = [each for each in cases if each.state not in FINAL]
    # Open cases come first: of the closed ones, only those with a card are read.
    statuses = statuses_of(cases[: max(len(open_ones), CARDS)], at, user=user)
    open_cases = [statuses[each.pk] for each in open_ones]
    shown = [(step, next_step_shown(step, user, at)) for case in open_cases for step in _steps(case)]
    steps = _milestone_steps(open_cases, today)
    cards = [statuses[each.pk] for each in cases[:CARDS]]
    waiting = [each for case, next_step in shown for each in _waiting(case, next_step)]
    introductions = list(invitations.current_introductions(organisation.pk, at))
    waiting += [invitations.waiting_for(invitee) for invitee in introductions if invitee.is_yes]
    first_brief = None if open_cases or introductions else invitations.first_brief_todo(organisation, user)
    return HomePage(
        today=today,
        todos=(
            *(invitations.introduction_todo(invitee) for invitee in introductions if invitee.is_yes is None),
            *([first_brief] if first_brief else []),
            *sorted(
                [*_case_todos(shown), *_milestone_todos(steps, organisation, today)],
                key=lambda todo: (todo.due_date or date.max, todo.title),
            ),
        ),
        elsewhere=(
            *(each for each in waiting if each.side != "broker"),
            *(each for step in steps for each in _waiting_for_others(step, organisation)),
        ),
        broker=tuple(each for each in waiting if each.side == "broker"),
        partnerships=cards_of(cards, user, at),
        alerts=(
            *alerts.raised(open_cases),
            *_late(steps, today),
            *alerts.inactive_cases(open_cases, at),
            *alerts.ending_charters(open_cases, today),
            *(alerts.mandates(mandate_status(organisation.pk, at=at), organisation) if open_cases else ()),
        ),
        personal_alerts=personal_alerts(user, organisation),
        submitted=_submitted(organisation),
        money=organisation_money(organisation),
    )


def home_version(*, organisation: Organisation, user: User, at: datetime) -> tuple[object, ...]:
    """Return values that change whenever what `home_page` and `accounts` say to `user` may change. 4 queries.

    Every act on a case raises the version of its status, every act of an organisation its own version.
    """
    statuses = PartnershipStatus.objects.filter(partnership__parties__organisation=organisation)
    rows = statuses.order_by("pk").values_list("pk", "version", "refreshed_at", "deadline_at")
    invited = invitations.current_introductions(organisation.pk, at).select_related(None)
    briefs = organisation.briefs.order_by("pk").values_list("pk", "published_at", "withdrawn_at")
    return (
        organisation.pk,
        user.pk,
        user.full_name,
        hour_of(at),
        [(*row, row[-1] is not None and row[-1] <= at) for row in rows],
        organisation.state,
        list(
            invited.values_list(
                *("pk", "is_yes", "brief__title"),
                *(
                    "introduction__expires_at",
                    "introduction__revealed_at",
                    "introduction__proposed_by__full_name",
                ),
            )
        ),
        list(briefs),
        personal_version(user, organisation),
    )


def _submitted(organisation: Organisation) -> date | None:
    if organisation.state != State.PENDING or organisation.submitted_at is None:
        return None
    return timezone.localdate(organisation.submitted_at)


def add_tasks(user: User, organisation: Organisation, at: datetime, tasks: list[str]) -> None:
    """Add the titles of what `user` in person may do for an organisation, the most urgent first."""
    page = home_page(organisation=organisation, user=user, at=at)
    tasks += [todo.title for todo in page.todos if todo.may_act]


def _cases(organisation: Organisation) -> QuerySet[Partnership]:
    """Return the cases of an organisation, open ones first. 1 query."""
    own = Partnership.objects.filter(parties__organisation=organisation).exclude(state=Case.ABANDONED)
    shown = own.select_related("broker").only(*CASE_COLUMNS)
    return shown.order_by(F("closed_at").desc(nulls_first=True), "-entered_at", "pk")


def _steps(case: CaseStatus) -> Iterator[CaseStatus]:
    """Yield the case at its next step, then at each other answer that its follow-up waits for."""
    yield case
    for awaited in case.awaited:
        if awaited != case.next_step.awaited:
            yield replace(case, next_step=awaited.next_step)


def _case_todos(shown: Iterable[tuple[CaseStatus, NextStepShown]]) -> Iterator[Todo]:
    """Yield the next steps that the organisation must take, without milestones."""
    for case, next_step in shown:
        if next_step.whose != "you" or case.next_step.step == Step.DELIVER:
            continue
        deadline = next_step.deadline_at or next_step.deadline
        is_urgent = next_step.days is None or next_step.days <= URGENT_DAYS
        yield Todo(
            title=capfirst(next_step.title),
            why=f"{case.partnership.title} · {next_step.text}",
            badge_status="due" if is_urgent else "none",
            badge_label=_before(deadline) if deadline else _("Dès maintenant"),
            due_date=next_step.deadline,
            url=next_step.url or _page(case),
            verb=next_step.action or _("Lire"),
            may_act=next_step.may_act,
        )


def _waiting(case: CaseStatus, next_step: NextStepShown) -> Iterator[Waiting]:
    title = f"{capfirst(next_step.title)} · {case.partnership.title}"
    if case.next_step.is_of_broker:
        yield Waiting("broker", str(case.partnership.broker), title, None, _page(case))
    if next_step.whose == "none" or case.next_step.step == Step.DELIVER:
        return
    own_code = case.own.party.code if case.own else ""
    for party in case.parties:
        if party.code in case.next_step.parties and party.code != own_code:
            yield Waiting(
                party.side,
                party.organisation.name,
                title,
                next_step.deadline,
                _page(case),
                next_step.deadline_at,
            )


def _page(case: CaseStatus) -> str:
    name = PAGES.get(case.next_step.step, "partnerships:roadmap")
    return reverse(name, args=[case.partnership.reference])


class MilestoneStep(NamedTuple):
    """An open milestone of an active case; `owners`: the parties that must deliver it."""

    milestone: OpenMilestone
    case: CaseStatus
    owners: Sequence[Party]

    @property
    def title(self) -> str:
        return f"{self.milestone.title} · {self.case.partnership.title}"


def _milestone_steps(open_cases: Iterable[CaseStatus], today: date) -> list[MilestoneStep]:
    """Return the milestones that are late or due within a month, and the next one of each case."""
    steps = [
        MilestoneStep(
            milestone, case, [party for party in case.parties if milestone.owner in (None, party.code)]
        )
        for case in open_cases
        if case.partnership.state == Case.ACTIVE
        for milestone in case.milestones
        if milestone.due_date <= today + SOON or milestone == case.next_milestone
    ]
    return sorted(steps, key=lambda step: (step.milestone.due_date, step.milestone.id))


def _milestone_todos(
    steps: Iterable[MilestoneStep], organisation: Organisation, today: date
) -> Iterator[Todo]:
    for step in steps:
        milestone, own = step.milestone, step.case.own
        if organisation.pk not in [party.organisation_id for party in step.owners]:
            continue
        late, may_act = (today - milestone.due_date).days, own is not None and own.may_answer
        page = "partnerships:evidence" if may_act else "partnerships:follow_up"
        args = [step.case.partnership.reference, *([milestone.id] if may_act else [])]
        yield Todo(
            title=milestone.title,
            why=_("%(case)s · jalon %(code)s")
            % {"case": step.case.partnership.title, "code": milestone.code},
            badge_status="late" if late > 0 else "due" if -late <= URGENT_DAYS else "none",
            badge_label=_late_text(late) if late > 0 else _before(milestone.due_date),
            due_date=milestone.due_date,
            url=reverse(page, args=args),
            verb=_("Déposer la preuve") if may_act else _("Voir le jalon"),
            may_act=may_act,
        )


def _waiting_for_others(step: MilestoneStep, organisation: Organisation) -> Iterator[Waiting]:
    url = reverse("partnerships:follow_up", args=[step.case.partnership.reference])
    for party in step.owners:
        if party.organisation_id != organisation.pk:
            yield Waiting(party.side, party.organisation.name, step.title, step.milestone.due_date, url)


def _late(steps: Iterable[MilestoneStep], today: date) -> Iterator[Alert]:
    for step in steps:
        late = (today - step.milestone.due_date).days
        if late > 0:
            url = reverse("partnerships:follow_up", args=[step.case.partnership.reference])
            yield Alert("late", _late_text(late), f"{step.milestone.code}. {step.title}", url)


def _late_text(days: int) -> str:
    words = ngettext("En retard de %(days)s jour", "En retard de %(days)s jours", days)
    return words % {"days": days}


def _before(day: date) -> str:
    # A badge displays plain text only.
    words = wording.moment(day, "week") if isinstance(day, datetime) else wording.day(day, "week")
    return _("Jusqu’au %(day)s") % {"day": strip_tags(words)}
