"""Hours that an organisation commits in its cases."""

from __future__ import annotations

from typing import Final, NamedTuple

from django.db.models import F, Sum

from accounts.models import Organisation
from partnerships.charter import terms
from partnerships.charter.texts import Heading
from partnerships.lifecycle import Case, Edition
from partnerships.models import Clause, Commitment

# States of a text that the parties read and that is not signed yet.
DISCUSSED: Final = (Edition.NEGOTIATION, Edition.AGREED, Edition.SIGNING)
COMMITMENT_HEADINGS: Final = (Heading.ASSOCIATION_COMMITMENTS, Heading.COMPANY_COMMITMENTS)


class Workload(NamedTuple):
    """Hours committed in active charters (`signed`), and in first texts not signed yet (`discussed`)."""

    signed: int
    discussed: int

    @property
    def all(self) -> int:
        return self.signed + self.discussed


def workload_of(organisation: Organisation) -> Workload:
    """Return the hours that an organisation commits in its cases. 2 queries.

    Drafts of amendments are left out: they repeat the commitments of the signed charter.
    """
    signed = Commitment.objects.filter(
        party__organisation=organisation, partnership__state=Case.ACTIVE, cancelled_at=None
    ).aggregate(hours=Sum("hours"))
    clauses = Clause.objects.filter(
        roadmap__partnership__parties__organisation=organisation,
        roadmap__state__in=DISCUSSED,
        roadmap__edition=1,
        heading__in=COMMITMENT_HEADINGS,
        position__isnull=False,
        current__isnull=False,
    ).annotate(code=F("roadmap__partnership__parties__code"))
    discussed = sum(
        commitment.hours or 0
        for code, stored in clauses.order_by("pk").values_list("code", "current__terms")
        for commitment in terms.read(stored).commitments
        if commitment.party_key == code
    )
    return Workload(signed["hours"] or 0, discussed)
