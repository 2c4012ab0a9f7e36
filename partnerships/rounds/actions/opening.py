"""Rounds open for all or for none, in one transaction: when all have sealed, or when time is up."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from cryptography.fernet import Fernet
from django.db import transaction
from django.views.decorators.debug import sensitive_variables

from outbox import post
from partnerships import message_keys, reminders
from partnerships.case.transitions import lock, write
from partnerships.models import Envelope, Partnership, Round, Rule
from partnerships.rounds import encryption
from partnerships.rounds.actions.rounds import extend
from partnerships.rounds.queries import envelopes
from partnerships.rounds.queries.envelopes import Sealing
from partnerships.rounds.questions import handler_of
from partnerships.status.actions import refresh_status


def due(at: datetime) -> list[UUID]:
    """Return the rounds whose time is up and that are still closed, the oldest first. 1 query."""
    late = Round.objects.filter(opened_at=None, cancelled_at=None, deadline_at__lte=at)
    return list(late.order_by("deadline_at", "pk").values_list("pk", flat=True))


@transaction.atomic
def settle(*, round_id: UUID, at: datetime) -> bool:
    """Open a round whose time is up, or extend it once, as its rule says; return whether it did either."""
    partnership = lock(Round.objects.values_list("partnership_id", flat=True).get(pk=round_id))
    asked = Round.objects.get(pk=round_id)
    if asked.opened_at or asked.cancelled_at or at < asked.deadline_at:
        return False
    if asked.rule == Rule.EXTEND and asked.extended_at is None:
        extend(partnership, asked, at=at)
    else:
        open_round(partnership, asked, at=at)
    refresh_status(partnership, at=at)
    return True


@sensitive_variables()
def open_round(partnership: Partnership, asked: Round, *, at: datetime) -> None:
    """Open every sealed envelope of a round of a locked case, and write what it held where it is asked for.

    An envelope that nobody sealed stays closed, for its own party alone. One that no longer holds what was
    sealed speaks for nobody: it stays closed too, and the ledger says so. Raises KeyIsLost, opening none,
    when the key of the round is missing: it comes back with the former secret of the installation.
    """
    key = envelopes.key_of(asked)
    written = envelopes.sealings(partnership, asked)
    sealed: list[Envelope] = []
    missing: list[str] = []
    changed: list[str] = []
    for envelope in asked.envelopes.select_related("party__organisation", "sealed_by").order_by(
        "party__rank"
    ):
        if envelope.sealed_at is None:
            missing.append(envelope.party.code)
        elif not _is_opened(envelope, key, written):
            changed.append(envelope.party.code)
        else:
            envelope.save(update_fields=["opened"])
            sealed.append(envelope)
    asked.opened_at = at
    asked.save(update_fields=["opened_at"])
    write(
        partnership,
        "round.open",
        actor=None,
        at=at,
        question=asked.question,
        number=asked.number,
        parties_sealed=[each.party.code for each in sealed],
        parties_missing=missing,
        parties_changed=changed,
    )
    reminders.close_round(partnership, at=at)
    handler_of(asked).project(partnership, asked, sealed, at)
    post.post(
        kind="round-read",
        key=message_keys.round_read(partnership.pk, asked.pk),
        at=at,
        facts={"partnership": str(partnership.pk), "round": str(asked.pk)},
    )


@sensitive_variables()
def _is_opened(envelope: Envelope, key: Fernet, written: Mapping[str, Sealing]) -> bool:
    """Fill `opened` with what an envelope holds, if that is what was sealed; say whether it is."""
    try:
        held = encryption.read(bytes(envelope.ciphertext), key, party_id=envelope.party_id)
    except encryption.KeyIsLost:
        return False
    code = envelope.party.code
    told = encryption.document(held, round_id=str(envelope.round_id), party=code)
    found = encryption.fingerprint(told)
    if found != envelope.fingerprint or code not in written or found != written[code].fingerprint:
        return False
    envelope.opened = told
    return True
