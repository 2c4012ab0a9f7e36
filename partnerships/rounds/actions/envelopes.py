"""One party's answer to a round: drafted by several hands, sealed by one, taken back while it may be."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_variables

from accounts.models import User
from outbox import post
from partnerships import message_keys
from partnerships.case.transitions import lock, write
from partnerships.models import Envelope, Partnership, Party, Round
from partnerships.permissions import speaker_party
from partnerships.rounds import encryption
from partnerships.rounds.actions import opening
from partnerships.rounds.actions.rounds import RoundError
from partnerships.rounds.encryption import Held, Json, Part
from partnerships.rounds.queries import envelopes
from partnerships.rounds.questions import handler_of
from partnerships.status.actions import refresh_status


class RoundIsOver(RoundError):
    """The round is open, given up, or past its time; what was drafted is kept for its party."""

    sentence = gettext_lazy(
        "Le tour est clos. Votre texte est gardé pour vous\u00a0: envoyez-le au passeur ou attendez le tour "
        "suivant."
    )


class AlreadySealed(RoundError):
    """The envelope is sealed: take it back first."""

    sentence = gettext_lazy(
        "La réponse de votre organisation est scellée. Reprenez l’enveloppe pour la changer, tant que "
        "l’autre côté n’a pas scellé."
    )


class NotSealed(RoundError):
    """There is nothing to take back."""

    sentence = gettext_lazy(
        "La réponse de votre organisation n’est pas scellée\u00a0: il n’y a rien à reprendre."
    )


class OtherSideHasSealed(RoundError):
    """The other side has sealed, so nobody takes back."""

    sentence = gettext_lazy(
        "L’autre côté a scellé\u00a0: plus personne ne reprend son enveloppe. Elles s’ouvrent ensemble."
    )


class EnvelopeHasMoved(RoundError):
    """Another member of the party saved a part since the envelope was read."""

    sentence = gettext_lazy(
        "Une autre personne de votre organisation a changé l’enveloppe depuis que vous l’avez relue. Rien "
        "n’est scellé\u00a0: relisez-la, puis scellez."
    )


class SomebodyWroteToo(RoundError):
    """Another member of the party saved this part meanwhile; the name of the part is the message."""

    sentence = gettext_lazy(
        "Une autre personne de votre organisation a enregistré cette partie pendant que vous écriviez. Votre "
        "texte est gardé\u00a0: comparez, puis enregistrez."
    )


@sensitive_variables()
@transaction.atomic
def draft(
    *, round_id: UUID, speaker: User, part: str, value: Json, seen_number: int | None, at: datetime
) -> int:
    """Save one part of a party's answer, unread by anybody else, and return its new number.

    `seen_number`: number of the part that was before the writer's eyes, 0 for none, None to write over
    whatever is there; what the writer saved last is always written over. `value` None takes the part out.
    Saying again what is there changes no number.
    Raises RoundIsOver, AlreadySealed, SomebodyWroteToo and what speaker_party raises.
    """
    _partnership, asked, party = _open_to(round_id, speaker, at)
    envelope, held = _own(asked, party)
    if envelope.sealed_at:
        raise AlreadySealed
    before = held.parts.get(part)
    number = before.number if before else 0
    if before and before.value == value:
        return number
    if before and before.by != str(speaker.pk) and seen_number not in (None, number):
        raise SomebodyWroteToo(part)
    parts = {name: each for name, each in held.parts.items() if name != part}
    if value is not None:
        parts[part] = Part(number=number + 1, by=str(speaker.pk), at=at.isoformat(), value=value)
    _keep(envelope, Held(parts=parts), at)
    return number + 1


@sensitive_variables()
@transaction.atomic
def seal(
    *, round_id: UUID, speaker: User, seen_numbers: Mapping[str, int] | None = None, at: datetime
) -> Round:
    """Close a party's answer and write its salted fingerprint in the ledger; the last one opens all.

    `seen_numbers`: number of each part that was before the sealer's eyes, None when that is not known.
    Raises RoundIsOver, AlreadySealed, EnvelopeHasMoved, what the question asks of an answer, and what
    speaker_party raises.
    """
    partnership, asked, party = _open_to(round_id, speaker, at)
    envelope, held = _own(asked, party)
    if envelope.sealed_at:
        raise AlreadySealed
    if seen_numbers is not None and seen_numbers != held.numbers():
        raise EnvelopeHasMoved
    handler_of(asked).check(partnership, party, held.answers())
    sealed = Held(parts=held.parts, salt=encryption.new_salt())
    told = encryption.document(sealed, round_id=str(asked.pk), party=party.code)
    envelope.fingerprint = encryption.fingerprint(told)
    envelope.sealed_by, envelope.sealed_at = speaker, at
    _keep(envelope, sealed, at)
    write(
        partnership,
        "envelope.seal",
        actor=speaker,
        at=at,
        question=asked.question,
        number=asked.number,
        party=party.code,
        fingerprint=envelope.fingerprint,
    )
    if asked.envelopes.filter(sealed_at=None).exists():
        _tell(partnership, asked, party, envelope, at)
    else:
        opening.open_round(partnership, asked, at=at)
    refresh_status(partnership, at=at)
    return asked


@transaction.atomic
def take_back(*, round_id: UUID, speaker: User, at: datetime) -> None:
    """Open one's own sealed envelope again, as long as nobody of the other side has sealed.

    Raises RoundIsOver, NotSealed, OtherSideHasSealed and what speaker_party raises.
    """
    partnership, asked, party = _open_to(round_id, speaker, at)
    envelope, held = _own(asked, party)
    if envelope.sealed_at is None:
        raise NotSealed
    if asked.envelopes.exclude(party__side=party.side).filter(sealed_at__isnull=False).exists():
        raise OtherSideHasSealed
    envelope.fingerprint, envelope.sealed_by, envelope.sealed_at = "", None, None
    _keep(envelope, Held(parts=held.parts), at)
    write(
        partnership,
        "envelope.take_back",
        actor=speaker,
        at=at,
        question=asked.question,
        number=asked.number,
        party=party.code,
    )
    refresh_status(partnership, at=at)


def _open_to(round_id: UUID, speaker: User, at: datetime) -> tuple[Partnership, Round, Party]:
    """Return the locked case, its round and the party for which `speaker` answers."""
    partnership = lock(Round.objects.values_list("partnership_id", flat=True).get(pk=round_id))
    party = speaker_party(speaker, partnership)
    asked = Round.objects.get(pk=round_id)
    if asked.opened_at or asked.cancelled_at or at >= asked.deadline_at:
        raise RoundIsOver
    return partnership, asked, party


@sensitive_variables()
def _own(asked: Round, party: Party) -> tuple[Envelope, Held]:
    envelope = Envelope.objects.select_related("round").get(round=asked, party=party)
    return envelope, envelopes.held_in(envelope)


@sensitive_variables()
def _keep(envelope: Envelope, held: Held, at: datetime) -> None:
    key = envelopes.key_of(envelope.round)
    envelope.ciphertext = encryption.close(held, key, party_id=envelope.party_id)
    envelope.saved_at = at
    envelope.save(update_fields=["ciphertext", "saved_at", "fingerprint", "sealed_by", "sealed_at"])


def _tell(partnership: Partnership, asked: Round, party: Party, envelope: Envelope, at: datetime) -> None:
    post.post(
        kind="envelope-sealed",
        key=message_keys.envelope_sealed(
            partnership.pk, asked.pk, party_code=party.code, fingerprint=envelope.fingerprint
        ),
        at=at,
        facts={"partnership": str(partnership.pk), "round": str(asked.pk), "party": party.code},
    )
