"""The organisations: all of them, those to vet, those that may enter a case."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import Organisation, OrganisationState, Side

ON_A_PAGE = 20
STATUSES = {
    OrganisationState.PENDING: "due",
    OrganisationState.TO_COMPLETE: "doubt",
    OrganisationState.VERIFIED: "ok",
    OrganisationState.REFUSED: "late",
    OrganisationState.SUSPENDED: "late",
}


class Row(NamedTuple):
    """An organisation in a list; `days` since it was submitted."""

    organisation: Organisation
    status: str
    days: int | None


class Listing(NamedTuple):
    """A page of organisations, and its rows."""

    page: Page[Organisation]
    rows: Sequence[Row]


def organisation_rows(*, words: str, state: str, side: str, at: datetime, page: int) -> Listing:
    """Return the submitted organisations that match, by name. 2 queries."""
    found = Organisation.objects.exclude(state=OrganisationState.DRAFT)
    if state in OrganisationState.values:
        found = found.filter(state=state)
    if side in Side.values:
        found = found.filter(side=side)
    found = matching(found, words)
    return rows(found.order_by("name", "pk"), at=at, page=page)


def matching(found: QuerySet[Organisation], words: str) -> QuerySet[Organisation]:
    """Return those that bear every word in their name or city, or that have one as a number."""
    for word in words.split():
        numbers = Q(rna__iexact=word) | Q(siren=word) | Q(siret=word)
        found = found.filter(Q(name__icontains=word) | Q(city__icontains=word) | numbers)
    return found


def verified(side: Side) -> QuerySet[Organisation]:
    """Return the organisations of a side that may enter a case, by name."""
    return Organisation.objects.filter(state=OrganisationState.VERIFIED, side=side).order_by("name", "pk")


def rows(found: QuerySet[Organisation], *, at: datetime, page: int) -> Listing:
    """Return one page of organisations, each with the days since it was submitted. 2 queries."""
    shown = Paginator(found, ON_A_PAGE).get_page(page)
    shown_rows = [
        Row(each, STATUSES[OrganisationState(each.state)], days_since(each.submitted_at, at))
        for each in shown
    ]
    return Listing(shown, shown_rows)


def days_since(moment: datetime | None, at: datetime) -> int | None:
    """Return how many days ago a moment was, by the calendar."""
    return None if moment is None else (timezone.localdate(at) - timezone.localdate(moment)).days
