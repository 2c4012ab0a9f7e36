"""The list of organisations, and what the queue of vetting shares with it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import Organisation, OrganisationState, Side
from accounts.organisations import identifiers

PAGE_SIZE = 20
STATUSES = {
    OrganisationState.PENDING: "due",
    OrganisationState.TO_COMPLETE: "doubt",
    OrganisationState.VERIFIED: "ok",
    OrganisationState.REFUSED: "late",
    OrganisationState.SUSPENDED: "late",
}


class OrganisationRow(NamedTuple):
    """An organisation in a list; `days` since it was submitted."""

    organisation: Organisation
    status: str
    days: int | None


class OrganisationListing(NamedTuple):
    """A page of organisations, and its rows."""

    page: Page[Organisation]
    rows: Sequence[OrganisationRow]


def organisation_rows(*, words: str, state: str, side: str, at: datetime, page: int) -> OrganisationListing:
    """Return the submitted organisations that match, by name. 2 queries."""
    organisations = Organisation.objects.exclude(state=OrganisationState.DRAFT)
    if state in OrganisationState.values:
        organisations = organisations.filter(state=state)
    if side in Side.values:
        organisations = organisations.filter(side=side)
    organisations = matching(organisations, words)
    page_of_rows = Paginator(organisations.order_by("name", "pk"), PAGE_SIZE).get_page(page)
    rows = [
        OrganisationRow(
            organisation,
            STATUSES[OrganisationState(organisation.state)],
            days_since(organisation.submitted_at, at),
        )
        for organisation in page_of_rows
    ]
    return OrganisationListing(page_of_rows, rows)


def matching(organisations: QuerySet[Organisation], words: str) -> QuerySet[Organisation]:
    """Return those of which each word is in the name or the city, or is a registration number.

    The words together may also be one number, typed in groups or with its label.
    """
    number = identifiers.compact(words)
    if not number:
        return organisations
    named = Q()
    for word in words.split():
        named &= _named(word)
    return organisations.filter(named | _numbered(number))


def _named(word: str) -> Q:
    return Q(name__folded__contains=word) | Q(city__folded__contains=word) | _numbered(word.upper())


def _numbered(number: str) -> Q:
    return Q(rna=number) | Q(siren=number) | Q(siret=number)


def verified(side: Side) -> QuerySet[Organisation]:
    """Return the organisations of a side that may enter a case, by name."""
    return Organisation.objects.filter(state=OrganisationState.VERIFIED, side=side).order_by("name", "pk")


def days_since(moment: datetime | None, at: datetime) -> int | None:
    """Return the number of calendar days from `moment` to `at`, None for no moment."""
    return None if moment is None else (timezone.localdate(at) - timezone.localdate(moment)).days
