"""Interests declared by brokers, and the history of the independence thresholds."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import Http404

from accounts.models import BrokerInterest, HouseThresholds, Organisation, OrganisationState, User

HISTORY_LIMIT = 20


def interest_rows(broker: User) -> list[tuple[BrokerInterest, bool]]:
    """Return the current declarations by broker, latest first; True for those of `broker`. 1 query."""
    current = BrokerInterest.objects.current().select_related("broker", "organisation")
    rows = current.order_by("broker__full_name", "broker_id", "-from_date", "pk")
    return [(interest, interest.broker_id == broker.pk) for interest in rows]


def own_interest(broker: User, interest_id: int) -> BrokerInterest:
    """Return a current declaration of `broker`. Raises Http404. 1 query."""
    current = BrokerInterest.objects.current().select_related("organisation")
    interest = current.filter(broker=broker, pk=interest_id).first()
    if interest is None:
        raise Http404
    return interest


def initial_interest(interest: BrokerInterest) -> dict[str, object]:
    """Return the initial values of the form, the amount in whole euros."""
    euros = interest.amount_minor // 100 if interest.amount_minor else None
    names = ("kind", "words", "from_date", "until_date")
    return {name: getattr(interest, name) for name in names} | {
        "organisation": str(interest.organisation_id),
        "amount": euros,
    }


def submitted_organisations() -> QuerySet[Organisation]:
    """Return the organisations that were submitted to the brokers, by name. 1 query."""
    return Organisation.objects.exclude(state=OrganisationState.DRAFT).order_by("name", "pk")


def thresholds_history() -> list[HouseThresholds]:
    """Return the thresholds that were set, latest first, at most `HISTORY_LIMIT`. 1 query."""
    return list(HouseThresholds.objects.select_related("set_by").order_by("-set_at", "-pk")[:HISTORY_LIMIT])
