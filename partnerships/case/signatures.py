"""Who signed the charters that stand, asked of many cases at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import QuerySet

from accounts.compiled import Among, compiled
from partnerships.models import Charter


class Signing(NamedTuple):
    party_ids: frozenset[int]
    is_sealed: bool


UNSIGNED = Signing(frozenset(), is_sealed=False)


def signings_of(roadmap_ids: Sequence[UUID]) -> dict[UUID, Signing]:
    """Return who signed the standing charter of each frozen text, by case. 1 query at most."""
    rows = _signed(list(roadmap_ids)) if roadmap_ids else []
    signed: dict[UUID, set[int]] = defaultdict(set)
    sealed = {}
    for case_id, party_id, sealed_id in rows:
        sealed[case_id] = sealed_id is not None
        if party_id is not None:
            signed[case_id].add(party_id)
    return {case_id: Signing(frozenset(signed[case_id]), is_sealed=held) for case_id, held in sealed.items()}


@compiled
def _signed(roadmap_ids: list[UUID]) -> QuerySet[Charter, tuple[Any, ...]]:
    """Return each standing charter with each party that signed it, and its seal. 1 query."""
    charters = Charter.objects.filter(Among("roadmap", roadmap_ids), voided=None)
    return charters.order_by("pk").values_list("partnership_id", "signatures__party_id", "sealed__charter_id")
