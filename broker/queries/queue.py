"""Who waits for the broker: first decisions, answers to what was asked, yearly looks."""

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
from broker.queries.organisations import ON_A_PAGE, STATUSES, days_since, matching
from outbox.schedule import HOME_ZONE, is_working_day

PATIENCE: Final = 5  # working days within which a broker decides


class Section(models.TextChoices):
    PENDING = "pending", _("À décider")
    TO_COMPLETE = "to_complete", _("Attendent l’organisation")
    RECHECK = "recheck", _("À revoir, un an après")


class Row(NamedTuple):
    """`days` since it waits; `done` of `total` checks are found right; `is_late`: beyond the patience."""

    organisation: Organisation
    status: str
    days: int | None
    is_late: bool
    done: int
    total: int


class Queue(NamedTuple):
    """One page of a section; `sections`: the name, the words and the count of each; `late`: how many are."""

    section: str
    page: Page[Organisation]
    rows: Sequence[Row]
    sections: Sequence[tuple[str, str, int]]
    late: int


def waiting_for_broker(at: datetime) -> int:
    """Return how many organisations wait for a decision or for their yearly look. 1 query."""
    due = Q(state=OrganisationState.VERIFIED, checked_at__lte=at - RECHECK_AFTER)
    return Organisation.objects.filter(Q(state=OrganisationState.PENDING) | due).count()


def vetting_queue(*, section: str, words: str, at: datetime, page: int) -> Queue:
    """Return those that wait in a section, the longest waiting first. 4 queries.

    A verified organisation is to be seen again a year after the last complete look.
    """
    late_before = working_days_before(at, PATIENCE)
    waiting = {
        Section.PENDING: Q(state=OrganisationState.PENDING),
        Section.TO_COMPLETE: Q(state=OrganisationState.TO_COMPLETE),
        Section.RECHECK: Q(state=OrganisationState.VERIFIED, checked_at__lte=at - RECHECK_AFTER),
    }
    chosen = Section(section) if section in Section.values else Section.PENDING
    counts = Organisation.objects.aggregate(
        **{each.value: Count("pk", filter=waiting[each]) for each in Section},
        late=Count("pk", filter=waiting[Section.PENDING] & Q(submitted_at__lt=late_before)),
    )
    since = "checked_at" if chosen == Section.RECHECK else "submitted_at"
    found = matching(Organisation.objects.filter(waiting[chosen]), words)
    shown = Paginator(found.select_related("approval").order_by(since, "pk"), ON_A_PAGE).get_page(page)
    return Queue(
        section=chosen.value,
        page=shown,
        rows=_rows(list(shown), since, late_before, at),
        sections=[(each.value, str(each.label), counts[each.value]) for each in Section],
        late=counts["late"],
    )


def working_days_before(at: datetime, days: int) -> datetime:
    """Return the midnight in Paris before which a thing has waited more than so many working days."""
    day = timezone.localtime(at, ZoneInfo(HOME_ZONE)).date()
    while days:
        day -= timedelta(days=1)
        days -= is_working_day(day)
    return _midnight(day)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=ZoneInfo(HOME_ZONE))


def _rows(shown: Sequence[Organisation], since: str, late_before: datetime, at: datetime) -> list[Row]:
    done = VettingCheck.objects.filter(organisation__in=shown, vetting=None, result=CheckResult.OK)
    counts = dict(done.order_by().values_list("organisation").annotate(Count("pk")))
    return [
        Row(
            organisation=each,
            status=STATUSES[OrganisationState(each.state)],
            days=days_since(getattr(each, since), at),
            is_late=_is_late(each, late_before),
            done=counts.get(each.pk, 0),
            total=len(applicable_checks(each)),
        )
        for each in shown
    ]


def _is_late(organisation: Organisation, late_before: datetime) -> bool:
    submitted = organisation.submitted_at
    return (
        organisation.state == OrganisationState.PENDING and submitted is not None and submitted < late_before
    )
