"""What an envelope holds, for its own party alone, and what all may know of it before it opens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from cryptography.fernet import Fernet
from django.conf import settings
from django.db.models import QuerySet
from django.views.decorators.debug import sensitive_variables

from accounts.compiled import compiled
from accounts.models import User
from partnerships import cipher
from partnerships.cipher import Held
from partnerships.models import Envelope, Partnership, Party, Question, Round
from partnerships.permissions import membership_in


@dataclass(frozen=True, kw_only=True)
class EnvelopeState:
    """What everybody may know of an envelope: whose it is, and whether it is sealed; never what it holds."""

    party: Party
    fingerprint: str
    sealed_at: datetime | None
    opened_at: datetime | None

    @property
    def state(self) -> str:
        """The state of the `envelope` component: "draft", "sealed" or "opened"."""
        return "draft" if self.sealed_at is None else "opened" if self.opened_at else "sealed"


def installation() -> list[str]:
    """Return the secrets that wrap the keys of rounds, the present one first."""
    return [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]


def key_of(asked: Round) -> Fernet:
    """Return the key of a round. Raises KeyIsLost."""
    return cipher.unwrap(bytes(asked.key), installation())


@sensitive_variables()
def held_in(envelope: Envelope) -> Held:
    """Return what an envelope holds; whoever calls has checked that the reader is of its party."""
    return cipher.read(bytes(envelope.ciphertext), key_of(envelope.round))


@sensitive_variables()
def own_held(asked: Round, user: User, partnership: Partnership) -> tuple[Envelope, Held]:
    """Return the envelope of the reader's own party and what it holds. 3 queries.

    Raises BrokerHasNoVoice, NotOfAParty, OfBothSides: nobody else has an envelope to read.
    """
    _membership, party = membership_in(user, partnership)
    envelope = Envelope.objects.select_related("round", "sealed_by").get(round=asked, party=party)
    return envelope, held_in(envelope)


@sensitive_variables()
def held_by(asked: Round, party: Party) -> tuple[Envelope, Held]:
    """Return the envelope of a party and what it holds; this request has asked that the reader is of it.

    1 query.
    """
    envelope = _of_party(asked.pk, party.pk)[0]
    return envelope, held_in(envelope)


@compiled
def _of_party(round_id: UUID, party_id: int) -> QuerySet[Envelope]:
    return (
        Envelope.objects.filter(round=round_id, party=party_id)
        .select_related("round", "sealed_by")
        .order_by("pk")
    )


def states_of(asked: Round, parties: Sequence[Party]) -> list[EnvelopeState]:
    """Return what all may know of the envelopes of a round, in the order of the parties. 1 query."""
    found = {party_id: (fingerprint, sealed_at) for party_id, fingerprint, sealed_at in _sealings(asked.pk)}
    return [
        EnvelopeState(
            party=party,
            fingerprint=found[party.pk][0],
            sealed_at=found[party.pk][1],
            opened_at=asked.opened_at,
        )
        for party in parties
    ]


@compiled
def _sealings(round_id: UUID) -> QuerySet[Envelope, tuple[Any, ...]]:
    # What is closed is not even fetched.
    rows = Envelope.objects.filter(round=round_id).order_by("pk")
    return rows.values_list("party_id", "fingerprint", "sealed_at")


def running(partnership: Partnership, question: Question) -> Round | None:
    """Return the round of that question that is open to answers, if there is one. 1 query."""
    return partnership.rounds.filter(question=question, opened_at=None, cancelled_at=None).first()


def is_genuine(envelope: Envelope) -> bool:
    """Say whether an opened envelope still gives the fingerprint that was written when it was sealed."""
    told = cast("dict[str, cipher.Json] | None", envelope.opened)
    return told is not None and cipher.fingerprint(told) == envelope.fingerprint
