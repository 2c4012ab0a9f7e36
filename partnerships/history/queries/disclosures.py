"""Disclosures shared by all in a case: ethics charters, links of interest of the boards and of the broker."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts.approval_dates import MONTHS_IN_A_YEAR, months_after
from accounts.models import BrokerInterest, Document, DocumentKind, Organisation
from accounts.organisations.queries.interests import BoardInterests, board_interests
from partnerships.models import Partnership

# The broker discloses the interests of the last three years.
DISCLOSED_MONTHS: Final = 3 * MONTHS_IN_A_YEAR


@dataclass(frozen=True, kw_only=True)
class PartyDisclosure:
    """The links of interest of one party; `ethics_url`: its ethics charter, "" if it has uploaded none."""

    side: str
    organisation: Organisation
    interests: BoardInterests
    ethics_url: str


@dataclass(frozen=True, kw_only=True)
class Disclosures:
    """The disclosures of the parties and of the broker, the same for every reader of the case."""

    parties: Sequence[PartyDisclosure]
    broker: str
    broker_interests: Sequence[BrokerInterest]


def disclosures_of(partnership: Partnership, *, at: datetime) -> Disclosures:
    """Return what the parties and the broker of a case disclose. 5 queries."""
    parties = list(partnership.parties.select_related("organisation").order_by("rank"))
    keys = [party.organisation_id for party in parties]
    interests = board_interests(keys, at=at)
    with_ethics_charter = set(
        _ethics_charters().filter(organisation__in=keys).values_list("organisation_id", flat=True)
    )
    since = months_after(timezone.localdate(at, timezone.get_default_timezone()), -DISCLOSED_MONTHS)
    recent = BrokerInterest.objects.current().since(since)
    broker_interests = recent.filter(broker=partnership.broker_id, organisation__in=keys).select_related(
        "organisation"
    )
    return Disclosures(
        parties=[
            PartyDisclosure(
                side=party.side,
                organisation=party.organisation,
                interests=interests[party.organisation_id],
                ethics_url=reverse("partnerships:ethics_charter", args=[partnership.reference, party.pk])
                if party.organisation_id in with_ethics_charter
                else "",
            )
            for party in parties
        ],
        broker=str(partnership.broker),
        broker_interests=list(broker_interests.order_by("organisation__name", "-from_date", "pk")),
    )


def ethics_charter_of(partnership: Partnership, party_id: int) -> Document | None:
    """Return the ethics charter that a party of the case has uploaded, if any. 1 query."""
    organisations = partnership.parties.filter(pk=party_id).values("organisation")
    return _ethics_charters().filter(organisation__in=organisations).first()


def _ethics_charters() -> QuerySet[Document]:
    return Document.objects.current().filter(kind=DocumentKind.ETHICS_CHARTER).order_by("pk")
