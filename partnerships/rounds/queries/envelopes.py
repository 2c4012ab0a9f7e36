"""What an envelope holds, for its own party alone, and what all may know of it before it opens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, cast

from cryptography.fernet import Fernet
from django.conf import settings
from django.db.models import BooleanField, ExpressionWrapper, Q
from django.views.decorators.debug import sensitive_variables

from accounts.models import User
from ledger import queries as ledger
from ledger.record import Subject
from partnerships.models import Envelope, Partnership, Party, Question, Round
from partnerships.permissions import membership_in
from partnerships.rounds import encryption
from partnerships.rounds.encryption import Held


@dataclass(frozen=True, kw_only=True)
class EnvelopeState:
    """What everybody may know of an envelope: whose it is, and whether it is sealed; never what it holds.

    `opened_at`: of its round; `is_opened`: it still held what was sealed, and all read it.
    """

    party: Party
    fingerprint: str
    sealed_at: datetime | None
    opened_at: datetime | None
    is_opened: bool

    @property
    def state(self) -> str:
        """Return "draft", "sealed", "opened", or "changed" when it no longer held what was sealed."""
        if self.sealed_at is None:
            return "draft"
        if self.opened_at is None:
            return "sealed"
        return "opened" if self.is_opened else "changed"


class Sealing(NamedTuple):
    """The last sealing of an envelope as the ledger holds it, and the number of that entry."""

    fingerprint: str
    sequence: int


def installation() -> list[str]:
    """Return the secrets that wrap the keys of rounds, the present one first."""
    return [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]


def key_of(asked: Round) -> Fernet:
    """Return the key of a round. Raises KeyIsLost."""
    return encryption.unwrap(bytes(asked.key), installation())


@sensitive_variables()
def held_in(envelope: Envelope) -> Held:
    """Return what an envelope holds; whoever calls has checked that the reader is of its party."""
    return encryption.read(bytes(envelope.ciphertext), key_of(envelope.round), party_id=envelope.party_id)


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
    envelope = _of_party(asked, party)
    return envelope, held_in(envelope)


def _of_party(asked: Round, party: Party) -> Envelope:
    return Envelope.objects.select_related("round", "sealed_by").get(round=asked, party=party)


def states_of(asked: Round, parties: Sequence[Party]) -> list[EnvelopeState]:
    """Return what all may know of the envelopes of a round, in the order of the parties. 1 query."""
    # What is closed is not even fetched.
    is_opened = ExpressionWrapper(Q(opened__isnull=False), output_field=BooleanField())
    rows = asked.envelopes.annotate(is_opened=is_opened).order_by("pk")
    states = rows.values_list("party_id", "fingerprint", "sealed_at", "is_opened", named=True)
    found = {each.party_id: each for each in states}
    return [
        EnvelopeState(
            party=party,
            fingerprint=found[party.pk].fingerprint,
            sealed_at=found[party.pk].sealed_at,
            opened_at=asked.opened_at,
            is_opened=found[party.pk].is_opened,
        )
        for party in parties
    ]


def seen_of(
    asked: Round, parties: Sequence[Party], party: Party | None
) -> tuple[list[EnvelopeState], Envelope | None]:
    """Return the same, and the envelope of the reader's own `party`, as this request knows it.

    2 queries at most.
    """
    return states_of(asked, parties), _of_party(asked, party) if party else None


def sealings(partnership: Partnership, asked: Round) -> dict[str, Sealing]:
    """Return the last sealing of each party in a round, by its code, from the ledger. 1 query."""
    chain = ledger.entries(subject=Subject("case", partnership.pk)).filter(kind="envelope.seal")
    told = chain.filter(facts__question=asked.question, facts__number=asked.number).order_by("sequence")
    return {entry.facts["party"]: Sealing(entry.facts["fingerprint"], entry.sequence) for entry in told}


def running(partnership: Partnership, question: Question) -> Round | None:
    """Return the round of that question that is open to answers, if there is one. 1 query."""
    return partnership.rounds.filter(question=question, opened_at=None, cancelled_at=None).first()


def is_genuine(envelope: Envelope) -> bool:
    """Say whether an opened envelope still gives the fingerprint that was written when it was sealed."""
    told = cast("dict[str, encryption.Json] | None", envelope.opened)
    return told is not None and encryption.fingerprint(told) == envelope.fingerprint
