"""What the brokers had from the organisations, and the marks of independence they set."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import Http404

from accounts.models import BrokerInterest, HouseThresholds, Organisation, OrganisationState, User

SHOWN = 20


def interest_rows(broker: User) -> list[tuple[BrokerInterest, bool]]:
    """Return each standing declaration, and whether it is `broker`'s own, latest first. 1 query."""
    standing = BrokerInterest.objects.current().select_related("broker", "organisation")
    rows = standing.order_by("broker__full_name", "broker_id", "-from_date", "pk")
    return [(each, each.broker_id == broker.pk) for each in rows]


def own_interest(broker: User, interest_id: int) -> BrokerInterest:
    """Return a standing declaration of a broker. Raises Http404 for that of another. 1 query."""
    standing = BrokerInterest.objects.current().select_related("organisation")
    found = standing.filter(broker=broker, pk=interest_id).first()
    if found is None:
        raise Http404
    return found


def known(interest: BrokerInterest) -> dict[str, object]:
    """Return what the form starts from, the amount in whole euros."""
    euros = interest.amount_minor // 100 if interest.amount_minor else None
    names = ("kind", "words", "from_date", "until_date")
    return {name: getattr(interest, name) for name in names} | {
        "organisation": str(interest.organisation_id),
        "amount": euros,
    }


def submitted() -> QuerySet[Organisation]:
    """Return the organisations that a broker knows of, by name. 1 query."""
    return Organisation.objects.exclude(state=OrganisationState.DRAFT).order_by("name", "pk")


def thresholds_history() -> list[HouseThresholds]:
    """Return the marks that were set, latest first. 1 query."""
    return list(HouseThresholds.objects.select_related("set_by").order_by("-set_at", "-pk")[:SHOWN])
