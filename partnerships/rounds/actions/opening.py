"""Opening of all envelopes of a round in one transaction: when all are sealed, or at the deadline."""

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
from partnerships.lifecycle import Case, Edition
from partnerships.models import Envelope, Partnership, Round, Rule
from partnerships.rounds import encryption, queries
from partnerships.rounds.actions.rounds import extend, lapse
from partnerships.rounds.queries import SealingEntry
from partnerships.rounds.questions import handler_of
from partnerships.status.actions import refresh_status


def due(at: datetime) -> list[UUID]:
    """Return the keys of the running rounds whose deadline has passed, oldest first. 1 query.

    Those of a suspended case stand still.
    """
    overdue = Round.objects.filter(opened_at=None, cancelled_at=None, deadline_at__lte=at)
    overdue = overdue.exclude(partnership__state=Case.SUSPENDED)
    return list(overdue.order_by("deadline_at", "pk").values_list("pk", flat=True))


@transaction.atomic
def settle(*, round_id: UUID, at: datetime) -> bool:
    """End a round whose deadline has passed, or extend it once, as its rule says; return whether it did.

    Under the rule ALL, a round that misses an envelope after its extension ends without opening any.
    """
    of_round = Round.objects.values_list("partnership_id", flat=True)
    partnership = lock(of_round.get(pk=round_id), while_suspended=True)
    round_ = Round.objects.get(pk=round_id)
    if partnership.state == Case.SUSPENDED:
        return False
    if round_.opened_at or round_.cancelled_at or at < round_.deadline_at:
        return False
    if round_.rule != Rule.OPEN and round_.extended_at is None:
        extend(partnership, round_, at=at)
    elif round_.rule == Rule.ALL:
        missing = round_.envelopes.filter(sealed_at=None).order_by("party__rank")
        codes = list(missing.values_list("party__code", flat=True))
        lapse(partnership, round_, missing=codes, at=at)
    else:
        open_round(partnership, round_, at=at)
    refresh_status(partnership, at=at)
    return True


@sensitive_variables()
def open_round(partnership: Partnership, round_: Round, *, at: datetime) -> None:
    """Open every sealed envelope of a round of a locked case, and let its question write the answers.

    An unsealed envelope stays closed; so does one whose content no longer has the sealed fingerprint, and the
    ledger names its party. Raises KeyIsLost, opening none, when the key of the round cannot be decrypted.
    """
    key = queries.key_of(round_)
    sealings = queries.sealings(partnership, round_)
    sealed: list[Envelope] = []
    missing: list[str] = []
    changed: list[str] = []
    for envelope in round_.envelopes.select_related("party__organisation", "sealed_by").order_by(
        "party__rank"
    ):
        if envelope.sealed_at is None:
            missing.append(envelope.party.code)
        elif not _open_envelope(envelope, key, sealings):
            changed.append(envelope.party.code)
        else:
            envelope.save(update_fields=["opened"])
            sealed.append(envelope)
    round_.opened_at = at
    round_.save(update_fields=["opened_at"])
    write(
        partnership,
        "round.open",
        actor=None,
        at=at,
        question=round_.question,
        number=round_.number,
        parties_sealed=[envelope.party.code for envelope in sealed],
        parties_missing=missing,
        parties_changed=changed,
    )
    reminders.close_round(partnership, at=at)
    handler_of(round_).project(partnership, round_, sealed, at)
    if partnership.roadmaps.filter(state=Edition.AGREED).exists():
        # One mail for one moment: that of the agreement says that the answers are open.
        return
    post.post(
        kind="round-read",
        key=message_keys.round_read(partnership.pk, round_.pk),
        at=at,
        facts={"partnership": str(partnership.pk), "round": str(round_.pk)},
    )


@sensitive_variables()
def _open_envelope(envelope: Envelope, key: Fernet, sealings: Mapping[str, SealingEntry]) -> bool:
    """Set `opened` to the decrypted document if it has the sealed fingerprint; return whether it has."""
    try:
        content = encryption.decrypt(bytes(envelope.ciphertext), key, party_id=envelope.party_id)
    except encryption.KeyIsLost:
        return False
    code = envelope.party.code
    document = encryption.document(content, round_id=str(envelope.round_id), party=code)
    fingerprint = encryption.fingerprint(document)
    if (
        fingerprint != envelope.fingerprint
        or code not in sealings
        or fingerprint != sealings[code].fingerprint
    ):
        return False
    envelope.opened = document
    return True
