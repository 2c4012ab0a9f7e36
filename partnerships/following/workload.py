"""How much time the cases of an organisation ask of it."""

from __future__ import annotations

from typing import Final, NamedTuple

from django.db.models import F, Sum

from accounts.models import Organisation
from partnerships.charter import terms
from partnerships.charter.texts import Heading
from partnerships.lifecycle import Case, Edition
from partnerships.models import Clause, Commitment

# Texts that the parties read and that no signature holds yet; an amendment would count twice.
DISCUSSED: Final = (Edition.NEGOTIATION, Edition.AGREED, Edition.SIGNING)
PROMISES: Final = (Heading.ASSOCIATION_COMMITMENTS, Heading.COMPANY_COMMITMENTS)


class Load(NamedTuple):
    """Hours promised in the charters that run, and those of the texts still discussed."""

    signed: int
    discussed: int

    @property
    def all(self) -> int:
        return self.signed + self.discussed


def load_of(organisation: Organisation) -> Load:
    """Return the hours that the cases of an organisation ask of it. 2 queries."""
    promised = Commitment.objects.filter(
        party__organisation=organisation, partnership__state=Case.ACTIVE, cancelled_at=None
    ).aggregate(hours=Sum("hours"))
    clauses = Clause.objects.filter(
        roadmap__partnership__parties__organisation=organisation,
        roadmap__state__in=DISCUSSED,
        roadmap__edition=1,
        heading__in=PROMISES,
        position__isnull=False,
        current__isnull=False,
    ).annotate(code=F("roadmap__partnership__parties__code"))
    discussed = sum(
        promise.hours or 0
        for code, stored in clauses.order_by("pk").values_list("code", "current__terms")
        for promise in terms.read(stored).commitments
        if promise.party_key == code
    )
    return Load(promised["hours"] or 0, discussed)
