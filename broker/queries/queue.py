"""The queue of vetting: first decisions, completions awaited, yearly checks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from django.core.paginator import Page, Paginator
from django.db import models
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.lifecycle import RECHECK_AFTER
from accounts.models import CheckResult, Organisation, OrganisationState, VettingCheck
from accounts.vetting.queries import applicable_checks
from broker.queries.organisations import PAGE_SIZE, STATUSES, days_since, matching
from outbox.schedule import HOME_ZONE, is_working_day

DECISION_DAYS: Final = 5  # working days within which a broker decides


class QueueSection(models.TextChoices):
    PENDING = "pending", _("À décider")
    TO_COMPLETE = "to_complete", _("À compléter par l’organisation")
    RECHECK = "recheck", _("À vérifier de nouveau, un an après")


class QueueRow(NamedTuple):
    """`days`: since it waits. `is_late`: for more than `DECISION_DAYS`. `passed`: of `total` checks."""

    organisation: Organisation
    status: str
    days: int | None
    is_late: bool
    passed: int
    total: int


class Queue(NamedTuple):
    """One page of a section. `sections`: value, label and count of each. `late`: number of late ones."""

    section: str
    page: Page[Organisation]
    rows: Sequence[QueueRow]
    sections: Sequence[tuple[str, str, int]]
    late: int


def waiting_for_broker(at: datetime) -> int:
    """Return the number of organisations that await a decision or their yearly check. 1 query."""
    due = Q(state=OrganisationState.VERIFIED, checked_at__lte=at - RECHECK_AFTER)
    return Organisation.objects.filter(Q(state=OrganisationState.PENDING) | due).count()


def vetting_queue(*, section: str, words: str, at: datetime, page: int) -> Queue:
    """Return the organisations of a section, the longest waiting first. 4 queries.

    A verified organisation is checked again a year after its last complete check.
    """
    late_before = working_days_before(at, DECISION_DAYS)
    waiting = {
        QueueSection.PENDING: Q(state=OrganisationState.PENDING),
        QueueSection.TO_COMPLETE: Q(state=OrganisationState.TO_COMPLETE),
        QueueSection.RECHECK: Q(state=OrganisationState.VERIFIED, checked_at__lte=at - RECHECK_AFTER),
    }
    chosen = QueueSection(section) if section in QueueSection.values else QueueSection.PENDING
    counts = Organisation.objects.aggregate(
        **{option.value: Count("pk", filter=waiting[option]) for option in QueueSection},
        late=Count("pk", filter=waiting[QueueSection.PENDING] & Q(submitted_at__lt=late_before)),
    )
    since = "checked_at" if chosen == QueueSection.RECHECK else "submitted_at"
    organisations = matching(Organisation.objects.filter(waiting[chosen]), words)
    rows_page = Paginator(organisations.select_related("approval").order_by(since, "pk"), PAGE_SIZE).get_page(
        page
    )
    return Queue(
        section=chosen.value,
        page=rows_page,
        rows=_rows(list(rows_page), since, late_before, at),
        sections=[(option.value, str(option.label), counts[option.value]) for option in QueueSection],
        late=counts["late"],
    )


def working_days_before(at: datetime, days: int) -> datetime:
    """Return the midnight in Paris that is `days` working days before `at`."""
    day = timezone.localtime(at, ZoneInfo(HOME_ZONE)).date()
    while days:
        day -= timedelta(days=1)
        days -= is_working_day(day)
    return _midnight(day)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=ZoneInfo(HOME_ZONE))


def _rows(
    organisations: Sequence[Organisation], since: str, late_before: datetime, at: datetime
) -> list[QueueRow]:
    passed = VettingCheck.objects.filter(organisation__in=organisations, vetting=None, result=CheckResult.OK)
    counts = dict(passed.order_by().values_list("organisation").annotate(Count("pk")))
    return [
        QueueRow(
            organisation=organisation,
            status=STATUSES[OrganisationState(organisation.state)],
            days=days_since(getattr(organisation, since), at),
            is_late=_is_late(organisation, late_before),
            passed=counts.get(organisation.pk, 0),
            total=len(applicable_checks(organisation)),
        )
        for organisation in organisations
    ]


def _is_late(organisation: Organisation, late_before: datetime) -> bool:
    submitted = organisation.submitted_at
    return (
        organisation.state == OrganisationState.PENDING and submitted is not None and submitted < late_before
    )
