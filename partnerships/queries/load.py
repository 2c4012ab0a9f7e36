"""How much time the cases of an organisation ask of it."""

from __future__ import annotations

from typing import NamedTuple

from django.db.models import Sum

from accounts.models import Organisation
from partnerships.lifecycle import Case
from partnerships.models import Commitment


class Load(NamedTuple):
    """Hours promised in the charters that run, and in how many cases."""

    signed: int
    cases: int


def load_of(organisation: Organisation) -> Load:
    """Return the hours that the running charters ask of an organisation. 1 query."""
    promised = Commitment.objects.filter(
        party__organisation=organisation, partnership__state=Case.ACTIVE, hours__gt=0
    )
    hours = promised.order_by().values_list("partnership_id").annotate(Sum("hours"))
    by_case = dict(hours)
    return Load(sum(by_case.values()), len(by_case))
