"""Envelopes of one party: drafting parts, sealing, and taking back."""

from __future__ import annotations

from collections.abc import Collection, Mapping
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
from partnerships.permissions import require_answering_party
from partnerships.rounds import encryption, queries
from partnerships.rounds.actions import opening
from partnerships.rounds.actions.rounds import RoundError
from partnerships.rounds.encryption import EnvelopeContent, EnvelopePart, Json
from partnerships.rounds.questions import handler_of
from partnerships.status.actions import refresh_status


class RoundIsOver(RoundError):
    """The round is opened, cancelled or past its deadline; drafts stay readable by their party."""

    sentence = gettext_lazy(
        "Le tour est clos. Votre texte est conservé pour vous\u00a0: envoyez-le au passeur "
        "ou attendez le tour suivant."
    )


class EnvelopeAlreadySealed(RoundError):
    """The envelope is sealed and must be taken back first."""

    sentence = gettext_lazy(
        "La réponse de votre organisation est scellée. Rouvrez l’enveloppe pour la modifier, "
        "tant que l’autre partie n’a pas scellé la sienne."
    )


class NotSealed(RoundError):
    """The envelope is not sealed, so it cannot be taken back."""

    sentence = gettext_lazy(
        "La réponse de votre organisation n’est pas scellée\u00a0: il n’y a rien à rouvrir."
    )


class OtherSideHasSealed(RoundError):
    """The other side has sealed, so no envelope can be taken back."""

    sentence = gettext_lazy(
        "L’autre partie a scellé la sienne\u00a0: les enveloppes ne peuvent plus être "
        "modifiées. Elles s’ouvriront ensemble."
    )


class EnvelopeHasChanged(RoundError):
    """Another member of the party saved a part after the envelope was displayed."""

    sentence = gettext_lazy(
        "Une autre personne de votre organisation a modifié l’enveloppe depuis votre "
        "relecture. L’enveloppe n’est pas scellée\u00a0: relisez-la, puis scellez."
    )


class PartHasChanged(RoundError):
    """Another member of the party saved this part, whose name is the argument, meanwhile."""

    sentence = gettext_lazy(
        "Une autre personne de votre organisation a enregistré cette partie pendant que vous écriviez. Votre "
        "texte est gardé\u00a0: comparez, puis enregistrez."
    )


@sensitive_variables()
@transaction.atomic
def draft(
    *, round_id: UUID, speaker: User, part: str, value: Json, seen_number: int | None, at: datetime
) -> int:
    """Save one part of a party's answer, encrypted, and return its new number.

    `seen_number`: number of the part that the author saw, 0 for none, None to overwrite in any case; what the
    same author saved last is always overwritten. `value` None removes the part. Saving the same value again
    changes no number.
    Raises RoundIsOver, EnvelopeAlreadySealed, PartHasChanged and what require_answering_party raises.
    """
    _partnership, round_, party = _running_round(round_id, speaker, at)
    envelope, content = _envelope_of(round_, party)
    if envelope.sealed_at:
        raise EnvelopeAlreadySealed
    previous = content.parts.get(part)
    number = previous.number if previous else 0
    if previous and previous.value == value:
        return number
    if previous and previous.by != str(speaker.pk) and seen_number not in (None, number):
        raise PartHasChanged(part)
    parts = {name: other for name, other in content.parts.items() if name != part}
    if value is not None:
        parts[part] = EnvelopePart(number=number + 1, by=str(speaker.pk), at=at.isoformat(), value=value)
    _save(envelope, EnvelopeContent(parts=parts), at)
    return number + 1


@sensitive_variables()
@transaction.atomic
def seal(
    *, round_id: UUID, speaker: User, seen_numbers: Mapping[str, int] | None = None, at: datetime
) -> Round:
    """Seal a party's answer and write its salted fingerprint in the ledger; the last seal opens the round.

    `seen_numbers`: number of each part that the sealer saw, None when that is not known.
    Raises RoundIsOver, EnvelopeAlreadySealed, EnvelopeHasChanged, what the check of the question raises, and
    what require_answering_party raises.
    """
    partnership, round_, party = _running_round(round_id, speaker, at)
    envelope, content = _envelope_of(round_, party)
    if envelope.sealed_at:
        raise EnvelopeAlreadySealed
    if seen_numbers is not None and seen_numbers != content.numbers():
        raise EnvelopeHasChanged
    handler_of(round_).check(partnership, party, content.answers())
    sealed = EnvelopeContent(parts=content.parts, salt=encryption.new_salt())
    document = encryption.document(sealed, round_id=str(round_.pk), party=party.code)
    envelope.fingerprint = encryption.fingerprint(document)
    envelope.sealed_by, envelope.sealed_at = speaker, at
    _save(envelope, sealed, at)
    write(
        partnership,
        "envelope.seal",
        actor=speaker,
        at=at,
        question=round_.question,
        number=round_.number,
        party=party.code,
        fingerprint=envelope.fingerprint,
    )
    if round_.envelopes.filter(sealed_at=None).exists():
        _post_sealing(partnership, round_, party, envelope, at)
    else:
        opening.open_round(partnership, round_, at=at)
    refresh_status(partnership, at=at)
    return round_


@transaction.atomic
def take_back(*, round_id: UUID, speaker: User, at: datetime) -> None:
    """Unseal the envelope of one's own party, as long as nobody of the other side has sealed.

    Raises RoundIsOver, NotSealed, OtherSideHasSealed and what require_answering_party raises.
    """
    partnership, round_, party = _running_round(round_id, speaker, at)
    envelope, content = _envelope_of(round_, party)
    if envelope.sealed_at is None:
        raise NotSealed
    if round_.envelopes.exclude(party__side=party.side).filter(sealed_at__isnull=False).exists():
        raise OtherSideHasSealed
    envelope.fingerprint, envelope.sealed_by, envelope.sealed_at = "", None, None
    _save(envelope, EnvelopeContent(parts=content.parts), at)
    write(
        partnership,
        "envelope.take_back",
        actor=speaker,
        at=at,
        question=round_.question,
        number=round_.number,
        party=party.code,
    )
    refresh_status(partnership, at=at)


@sensitive_variables()
def copy_drafts(former: Round, round_: Round, names: Collection[str], *, at: datetime) -> None:
    """Copy the parts with these names from the envelopes of a round that did not open to those of a new one.

    The case is locked. Each party finds its own parts, unsealed; those with a lost key are not copied.
    """
    parts_by_party: dict[int, dict[str, EnvelopePart]] = {}
    for envelope in former.envelopes.select_related("round").order_by("pk"):
        try:
            content = queries.content_of(envelope)
        except encryption.KeyIsLost:
            continue
        parts = {name: part for name, part in content.parts.items() if name in names}
        parts_by_party[envelope.party_id] = parts
    for envelope in round_.envelopes.select_related("round").order_by("pk"):
        if copied := parts_by_party.get(envelope.party_id):
            _save(envelope, EnvelopeContent(parts=copied), at)


def _running_round(round_id: UUID, speaker: User, at: datetime) -> tuple[Partnership, Round, Party]:
    """Return the locked case, its round and the party for which `speaker` answers."""
    partnership = lock(Round.objects.values_list("partnership_id", flat=True).get(pk=round_id))
    party = require_answering_party(speaker, partnership)
    round_ = Round.objects.get(pk=round_id)
    if round_.opened_at or round_.cancelled_at or at >= round_.deadline_at:
        raise RoundIsOver
    return partnership, round_, party


@sensitive_variables()
def _envelope_of(round_: Round, party: Party) -> tuple[Envelope, EnvelopeContent]:
    envelope = Envelope.objects.select_related("round").get(round=round_, party=party)
    return envelope, queries.content_of(envelope)


@sensitive_variables()
def _save(envelope: Envelope, content: EnvelopeContent, at: datetime) -> None:
    key = queries.key_of(envelope.round)
    envelope.ciphertext = encryption.encrypt(content, key, party_id=envelope.party_id)
    envelope.saved_at = at
    envelope.save(update_fields=["ciphertext", "saved_at", "fingerprint", "sealed_by", "sealed_at"])


def _post_sealing(
    partnership: Partnership, round_: Round, party: Party, envelope: Envelope, at: datetime
) -> None:
    post.post(
        kind="envelope-sealed",
        key=message_keys.envelope_sealed(
            partnership.pk, round_.pk, party_code=party.code, fingerprint=envelope.fingerprint
        ),
        at=at,
        facts={"partnership": str(partnership.pk), "round": str(round_.pk), "party": party.code},
    )
