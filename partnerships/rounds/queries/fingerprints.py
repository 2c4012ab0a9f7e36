"""Whether each opened envelope is the one that was sealed: recomputed, and compared with the ledger."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.http import Http404
from django.urls import reverse

from partnerships.case.header import CaseHeader
from partnerships.models import Envelope, Round
from partnerships.rounds import encryption
from partnerships.rounds.queries.envelopes import Sealing, is_genuine, sealings


@dataclass(frozen=True, kw_only=True)
class EnvelopeChecked:
    """`document`: what the fingerprint is taken of, as canonical JSON; empty when it was never sealed.

    `in_ledger`: the last sealing written in the ledger bears the same fingerprint. `is_opened`: all read it;
    sealed and not opened, it no longer held what was sealed when its round opened.
    """

    side: str
    name: str
    sealed_by: str
    sealed_at: datetime | None
    fingerprint: str
    recomputed: str
    document: str
    is_opened: bool
    is_genuine: bool
    in_ledger: bool
    entry_url: str


@dataclass(frozen=True, kw_only=True)
class FingerprintsPage:
    asked: Round
    envelopes: Sequence[EnvelopeChecked]


def fingerprints_page(header: CaseHeader, round_id: UUID) -> FingerprintsPage:
    """Return each envelope of an opened round with what was checked. Raises Http404 before. 3 queries."""
    asked = Round.objects.filter(partnership=header.partnership, pk=round_id, opened_at__isnull=False).first()
    if asked is None:
        raise Http404
    written = sealings(header.partnership, asked)
    # Of an envelope that nobody sealed, not even what is closed is fetched.
    rows = Envelope.objects.filter(round=asked).select_related("party__organisation", "sealed_by")
    found = rows.defer("ciphertext").order_by("party__rank")
    return FingerprintsPage(
        asked=asked, envelopes=[_checked(each, written, header.partnership.reference) for each in found]
    )


def _checked(envelope: Envelope, written: Mapping[str, Sealing], reference: str) -> EnvelopeChecked:
    print_, sequence = written.get(envelope.party.code, Sealing("", 0))
    told = envelope.opened
    return EnvelopeChecked(
        side=envelope.party.side,
        name=envelope.party.organisation.name,
        sealed_by=str(envelope.sealed_by) if envelope.sealed_by else "",
        sealed_at=envelope.sealed_at,
        fingerprint=envelope.fingerprint,
        recomputed=encryption.fingerprint(told) if told else "",
        document=json.dumps(told, ensure_ascii=False, indent=2, sort_keys=True) if told else "",
        is_opened=told is not None,
        is_genuine=is_genuine(envelope),
        in_ledger=bool(print_) and print_ == envelope.fingerprint,
        entry_url=reverse("partnerships:ledger_entry", args=[reference, sequence]) if sequence else "",
    )
