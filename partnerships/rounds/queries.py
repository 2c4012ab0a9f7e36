"""Envelopes of rounds: content for their own party, public state, verification of fingerprints."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, cast
from uuid import UUID

from cryptography.fernet import Fernet
from django.conf import settings
from django.db.models import BooleanField, ExpressionWrapper, Q
from django.http import Http404
from django.urls import reverse
from django.views.decorators.debug import sensitive_variables

from accounts.models import User
from ledger import queries as ledger
from ledger.record import Subject
from partnerships.case.header import CaseHeader
from partnerships.models import Envelope, Partnership, Party, Question, Round
from partnerships.permissions import membership_in
from partnerships.rounds import encryption
from partnerships.rounds.encryption import EnvelopeContent


@dataclass(frozen=True, kw_only=True)
class EnvelopeState:
    """The public facts of an envelope, never its content.

    `opened_at`: of its round; `is_opened`: its content had the sealed fingerprint and is readable by all.
    """

    party: Party
    fingerprint: str
    sealed_at: datetime | None
    opened_at: datetime | None
    is_opened: bool

    @property
    def state(self) -> str:
        """Return "draft", "sealed", "opened", or "changed" when the sealed fingerprint no longer matched."""
        if self.sealed_at is None:
            return "draft"
        if self.opened_at is None:
            return "sealed"
        return "opened" if self.is_opened else "changed"


class SealingEntry(NamedTuple):
    """The last sealing of an envelope according to the ledger; `sequence`: number of the entry."""

    fingerprint: str
    sequence: int


def expectations_settled(partnership: Partnership) -> bool:
    """Return whether the parties were asked what they expect, or that was skipped. 1 query."""
    if partnership.expectations_skipped:
        return True
    asked = partnership.rounds.filter(question=Question.EXPECTATIONS, cancelled_at=None)
    return asked.filter(opened_at__isnull=False).exists()


def secret_keys() -> list[str]:
    """Return the secrets that encrypt the keys of rounds, the current one first."""
    return [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]


def key_of(round_: Round) -> Fernet:
    """Return the decrypted key of a round. Raises KeyIsLost."""
    return encryption.unwrap(bytes(round_.key), secret_keys())


@sensitive_variables()
def content_of(envelope: Envelope) -> EnvelopeContent:
    """Return the content of an envelope; the caller has checked that the reader belongs to its party."""
    return encryption.decrypt(bytes(envelope.ciphertext), key_of(envelope.round), party_id=envelope.party_id)


@sensitive_variables()
def own_content(round_: Round, user: User, partnership: Partnership) -> tuple[Envelope, EnvelopeContent]:
    """Return the envelope of the reader's own party and its content. 3 queries.

    Raises BrokerHasNoVoice, NotOfAParty, OfBothSides.
    """
    _membership, party = membership_in(user, partnership)
    envelope = Envelope.objects.select_related("round", "sealed_by").get(round=round_, party=party)
    return envelope, content_of(envelope)


@sensitive_variables()
def content_of_party(round_: Round, party: Party) -> tuple[Envelope, EnvelopeContent]:
    """Return the envelope of a party and its content. 1 query.

    The caller has checked that the reader belongs to the party.
    """
    envelope = _of_party(round_, party)
    return envelope, content_of(envelope)


def has_own_draft(partnership: Partnership, user: User) -> bool:
    """Return whether the party of the reader wrote in its envelope of a round not open yet. 1 query."""
    drafts = Envelope.objects.filter(
        round__partnership=partnership,
        round__opened_at=None,
        round__cancelled_at=None,
        saved_at__isnull=False,
        party__organisation__memberships__user=user,
        party__organisation__memberships__left_at=None,
    )
    return drafts.exists()


def _of_party(round_: Round, party: Party) -> Envelope:
    return Envelope.objects.select_related("round", "sealed_by").get(round=round_, party=party)


def envelope_states(round_: Round, parties: Sequence[Party]) -> list[EnvelopeState]:
    """Return the public states of the envelopes of a round, in the order of the parties. 1 query."""
    # The ciphertext and the opened document are not fetched.
    is_opened = ExpressionWrapper(Q(opened__isnull=False), output_field=BooleanField())
    rows = round_.envelopes.annotate(is_opened=is_opened).order_by("pk")
    states = rows.values_list("party_id", "fingerprint", "sealed_at", "is_opened", named=True)
    state_of = {row.party_id: row for row in states}
    return [
        EnvelopeState(
            party=party,
            fingerprint=state_of[party.pk].fingerprint,
            sealed_at=state_of[party.pk].sealed_at,
            opened_at=round_.opened_at,
            is_opened=state_of[party.pk].is_opened,
        )
        for party in parties
    ]


def states_and_own_envelope(
    round_: Round, parties: Sequence[Party], party: Party | None
) -> tuple[list[EnvelopeState], Envelope | None]:
    """Return the public states, and the envelope of the reader's own `party`, if any. 2 queries at most."""
    return envelope_states(round_, parties), _of_party(round_, party) if party else None


def sealings(partnership: Partnership, round_: Round) -> dict[str, SealingEntry]:
    """Return party code -> last sealing in a round, from the ledger. 1 query."""
    entries = ledger.entries(subject=Subject("case", partnership.pk)).filter(kind="envelope.seal")
    sealed = entries.filter(facts__question=round_.question, facts__number=round_.number).order_by("sequence")
    return {
        entry.facts["party"]: SealingEntry(entry.facts["fingerprint"], entry.sequence) for entry in sealed
    }


def running(partnership: Partnership, question: Question) -> Round | None:
    """Return the round of that question that is open to answers, if any. 1 query."""
    return partnership.rounds.filter(question=question, opened_at=None, cancelled_at=None).first()


def is_genuine(envelope: Envelope) -> bool:
    """Return whether the document of an opened envelope has the fingerprint stored at sealing."""
    document = cast("dict[str, encryption.Json] | None", envelope.opened)
    return document is not None and encryption.fingerprint(document) == envelope.fingerprint


@dataclass(frozen=True, kw_only=True)
class EnvelopeVerification:
    """`document`: the hashed document as indented JSON, "" when the envelope was not opened.

    `in_ledger`: the last sealing in the ledger has the same fingerprint. `is_opened`: readable by all; not
    the case of a sealed envelope whose content no longer had the sealed fingerprint.
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
    round: Round
    envelopes: Sequence[EnvelopeVerification]


def fingerprints_page(header: CaseHeader, round_id: UUID) -> FingerprintsPage:
    """Return the verification of each envelope of a round. 3 queries.

    Raises Http404 while the round is not open, and to the broker of the case for a barometer, which says what
    the parties think of that broker.
    """
    round_ = Round.objects.filter(
        partnership=header.partnership, pk=round_id, opened_at__isnull=False
    ).first()
    is_lead = header.reader.user.pk == header.partnership.broker_id and header.reader.is_broker
    if round_ is None or (is_lead and round_.question == Question.BAROMETER):
        raise Http404
    sealing_of = sealings(header.partnership, round_)
    # The ciphertext is not fetched.
    envelopes = Envelope.objects.filter(round=round_).select_related("party__organisation", "sealed_by")
    envelopes = envelopes.defer("ciphertext").order_by("party__rank")
    return FingerprintsPage(
        round=round_,
        envelopes=[_verification(row, sealing_of, header.partnership.reference) for row in envelopes],
    )


def _verification(
    envelope: Envelope, sealing_of: Mapping[str, SealingEntry], reference: str
) -> EnvelopeVerification:
    ledger_fingerprint, sequence = sealing_of.get(envelope.party.code, SealingEntry("", 0))
    document = envelope.opened
    return EnvelopeVerification(
        side=envelope.party.side,
        name=envelope.party.organisation.name,
        sealed_by=str(envelope.sealed_by) if envelope.sealed_by else "",
        sealed_at=envelope.sealed_at,
        fingerprint=envelope.fingerprint,
        recomputed=encryption.fingerprint(document) if document else "",
        document=json.dumps(document, ensure_ascii=False, indent=2, sort_keys=True) if document else "",
        is_opened=document is not None,
        is_genuine=is_genuine(envelope),
        in_ledger=bool(ledger_fingerprint) and ledger_fingerprint == envelope.fingerprint,
        entry_url=reverse("partnerships:ledger_entry", args=[reference, sequence]) if sequence else "",
    )
