"""Comparison of the signatures and the answers of a frozen text with the entries of the ledger."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple, cast
from uuid import UUID

from django.utils.translation import gettext as _

from ledger import queries as ledger
from ledger import verify
from ledger.record import Subject
from partnerships.models import Answer, Charter, Confirmation, Envelope, Signature, Stance
from partnerships.negotiation.queries.positions import Position, positions_from_answers
from partnerships.rounds.queries import is_genuine
from partnerships.text import references

KINDS = ("edition.sign", "edition.countersign", "edition.answer", "edition.confirm", "envelope.seal")


class RecordedAct(NamedTuple):
    """An entry of the ledger as far as it is compared. `actor`: None for a rule of the software."""

    kind: str
    sequence: int
    actor: UUID | None
    at: Any
    facts: dict[str, Any]


def disagreements(charter: Charter) -> list[str]:
    """Return what of a frozen text does not agree with the ledger, a phrase for each. 6 queries.

    Compared are the chain of the ledger itself, the fingerprint of the text, each signature with its party,
    its mandate and its entry, and each answer to the text with its envelope and its entries.
    """
    subject = Subject("case", charter.partnership_id)
    acts = [
        RecordedAct(entry.kind, entry.sequence, entry.actor_id, entry.at, entry.facts)
        for entry in ledger.entries(subject=subject).filter(kind__in=KINDS)
    ]
    return [
        *_about_chain(subject),
        *_about_signatures(charter, acts),
        *_about_answers(charter, acts),
        *_about_confirmations(charter, acts),
    ]


def _about_chain(subject: Subject) -> Iterator[str]:
    bad = verify.verify(subject=subject)
    if bad:
        yield _("l’entrée %(number)d du journal\u00a0: %(fault)s") % {
            "number": bad.sequence,
            "fault": bad.fault.label,
        }


def _about_signatures(charter: Charter, acts: Sequence[RecordedAct]) -> Iterator[str]:
    if hashlib.sha256(bytes(charter.canonical_json)).hexdigest() != charter.fingerprint:
        yield _("le texte figé, qui n’a plus son empreinte")
    recorded = {
        (act.kind, act.actor, act.at, act.facts.get("party")): act.sequence
        for act in acts
        if act.kind in ("edition.sign", "edition.countersign")
        and act.facts.get("fingerprint") == charter.fingerprint
    }
    signatures = charter.signatures.select_related("party", "mandate", "signatory")
    for signature in signatures.order_by("party__rank", "pk"):
        entry = recorded.pop(_entry_of(signature), None)
        if entry is None or signature.fingerprint != charter.fingerprint or not _binds(signature, charter):
            yield _("une signature : %(name)s") % {"name": signature.typed_name}
    for sequence in recorded.values():
        yield _("la signature de l’entrée %(number)d du journal, qui manque") % {"number": sequence}


def _entry_of(signature: Signature) -> tuple[str, UUID, Any, str | None]:
    if signature.party is None:
        return "edition.countersign", signature.signatory_id, signature.signed_at, None
    return "edition.sign", signature.signatory_id, signature.signed_at, signature.party.code


def _binds(signature: Signature, charter: Charter) -> bool:
    """Return whether the mandate of a signature is that of its signatory for a party of the case."""
    party, mandate = signature.party, signature.mandate
    if party is None:
        return mandate is None
    return (
        mandate is not None
        and party.partnership_id == charter.partnership_id
        and mandate.organisation_id == party.organisation_id
        and mandate.user_id == signature.signatory_id
    )


def _about_answers(charter: Charter, acts: Sequence[RecordedAct]) -> Iterator[str]:
    answers = (
        Answer.objects.filter(revision__clause__roadmap=charter.roadmap_id)
        .select_related("revision__clause", "party__organisation", "round")
        .defer("round__key")
        .order_by("pk")
    )
    rounds = {answer.round_id for answer in answers}
    # The ciphertext is not fetched.
    envelopes = Envelope.objects.filter(round__in=rounds).defer("ciphertext").order_by("pk")
    envelope_of = {(envelope.round_id, envelope.party_id): envelope for envelope in envelopes}
    sealed = {
        (act.facts.get("question"), act.facts.get("number"), act.facts.get("party")): act
        for act in reversed(acts)
        if act.kind == "envelope.seal"
    }
    answered = {(act.actor, act.at, act.facts.get("party")) for act in acts if act.kind == "edition.answer"}
    positions_by = {
        key: _positions(envelope) if is_genuine(envelope) else {} for key, envelope in envelope_of.items()
    }
    for answer in answers:
        key = (answer.round_id, answer.party_id)
        seal = sealed.get((answer.round.question, answer.round.number, answer.party.code))
        envelope = envelope_of.get(key)
        is_sealed = (
            seal is not None
            and envelope is not None
            and seal.facts.get("fingerprint") == envelope.fingerprint
            and seal.actor == answer.answered_by_id
        )
        position = Position(
            stance=Stance(answer.stance), reason=answer.reason, proposed_text=answer.proposed_text
        )
        is_position_sealed = positions_by.get(key, {}).get(answer.revision_id) == position
        is_answered = (answer.answered_by_id, answer.answered_at, answer.party.code) in answered
        if not (is_sealed and is_position_sealed and is_answered):
            yield _("une réponse à la clause %(number)s : %(name)s") % {
                "name": answer.party.organisation.name,
                "number": references.number_of(answer.revision.clause),
            }


def _about_confirmations(charter: Charter, acts: Sequence[RecordedAct]) -> Iterator[str]:
    """Yield each confirmation of a clerical correction that has no entry of its own."""
    recorded = {
        (act.actor, act.at, act.facts.get("party"), act.facts.get("fingerprint"))
        for act in acts
        if act.kind == "edition.confirm"
    }
    confirmations = Confirmation.objects.filter(roadmap=charter.roadmap_id).order_by("pk")
    for row in confirmations.select_related("party__organisation"):
        if (row.confirmed_by_id, row.confirmed_at, row.party.code, row.fingerprint) not in recorded:
            yield _("une confirmation\u00a0: %(name)s") % {"name": row.party.organisation.name}


def _positions(envelope: Envelope) -> dict[int, Position]:
    return positions_from_answers(cast("dict[str, dict[str, Any]]", envelope.opened)["answers"])
