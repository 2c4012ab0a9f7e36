"""Signing, declining, withdrawing and countersigning a frozen text."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy

from accounts.models import Mandate, User
from accounts.people.queries.mandates import valid_mandates
from accounts.text import canonical
from ledger.record import Fact
from outbox import post
from outbox.wake import wake_on_commit
from partnerships import lifecycle, message_keys, reminders
from partnerships.case.transitions import advance_case, advance_edition, lock, text_under_work
from partnerships.charter import snapshot as charter_snapshot
from partnerships.following.actions import projection as following
from partnerships.models import Charter, Partnership, Party, Roadmap, Signature, VoidedCharter
from partnerships.permissions import require_broker, require_signing_party
from partnerships.signing.actions.freezing import NoMandate, SigningError, require_verified
from partnerships.signing.queries import snapshots
from partnerships.signing.queries.ledger_agreement import disagreements
from partnerships.status.actions import refresh_status

# Named, not imported: the task module is in a higher layer and loads the PDF renderer.
SEALING_TASK = "partnerships.tasks.seal_signed_charters"


class TextHasChanged(SigningError):
    """The fingerprint of the text that the signatory read is not that of the frozen text."""

    sentence = gettext_lazy(
        "Le texte a changé pendant votre lecture. Rien n’est signé : relisez le texte ci-dessous, puis "
        "signez."
    )


class IdentityHasChanged(SigningError):
    """The frozen text has a former identity of the organisation, which is the argument."""

    sentence = gettext_lazy(
        "Ce texte porte l’ancienne identité d’une organisation\u00a0: %(what)s. Le passeur "
        "doit le retirer de la signature et le figer de nouveau\u00a0: écrivez-lui."
    )


class AlreadySigned(SigningError):
    """The party has signed."""

    sentence = gettext_lazy("Votre organisation a déjà signé ce texte.")


class NameDiffers(SigningError):
    """The typed name is not that of the signatory, which is the argument."""

    sentence = gettext_lazy("Le nom saisi n’est pas le vôtre. Écrivez : %(what)s.")


class SignatureIsGiven(SigningError):
    """The party has signed: it takes its signature back, with a proof, or stands by it."""

    sentence = gettext_lazy(
        "Votre organisation a signé ce texte. Pour revenir en arrière, retirez la signature, "
        "en confirmant votre identité comme pour signer."
    )


class SignatureIsNotGiven(SigningError):
    """The party has not signed, so it has nothing to take back."""

    sentence = gettext_lazy(
        "Votre organisation n’a pas signé ce texte\u00a0: il n’y a rien à retirer. Vous "
        "pouvez encore refuser de signer."
    )


class AllHaveSigned(SigningError):
    """Every party has signed: none goes back on it alone."""

    sentence = gettext_lazy(
        "Toutes les parties ont signé\u00a0: une partie seule ne peut plus retirer sa "
        "signature. Écrivez au passeur\u00a0: avant de contresigner, il peut encore retirer "
        "le texte de la signature."
    )


class LedgerDisagrees(SigningError):
    """Rows of the text do not agree with the ledger; the argument lists them."""

    sentence = gettext_lazy(
        "Rien n’est signé ni scellé\u00a0: ceci ne concorde pas avec le journal\u00a0: "
        "%(what)s. Prévenez le passeur\u00a0: la personne qui gère le site doit intervenir."
    )


class SignaturesAreMissing(SigningError):
    """The broker countersigns only after every party has signed."""

    sentence = gettext_lazy("Il manque des signatures. Le témoin contresigne en dernier.")


@dataclass(frozen=True, kw_only=True)
class Consent:
    """Evidence of one consent: fingerprint displayed, name typed, consent texts, how identity was proved."""

    fingerprint: str
    typed_name: str
    words: str
    method: str
    address: str | None = None
    user_agent: str = ""


class SigningEnd(NamedTuple):
    """Why a frozen text is voided, by which party (its code, "" for the broker), and the kind of message."""

    reason: str
    party: str
    kind: str


def _text_in_signing(partnership: Partnership, action: lifecycle.Action) -> tuple[Roadmap, Charter]:
    roadmap = text_under_work(partnership, action)
    charter = snapshots.valid_charter(roadmap)
    if charter is None:
        raise lifecycle.TransitionNotAllowed(action, lifecycle.Edition(roadmap.state))
    return roadmap, charter


@transaction.atomic
def sign(*, partnership_id: UUID, signatory: User, consent: Consent, at: datetime) -> Signature:
    """Record the signature of a party; the last one posts the request to countersign.

    Raises BrokerHasNoVoice, NotOfAParty, OfBothSides, NotASignatory, ReadsOnly, OrganisationSuspended,
    OrganisationUnderReview, NoMandate, IdentityHasChanged, TextHasChanged, AlreadySigned, NameDiffers,
    TransitionNotAllowed.
    """
    partnership = lock(partnership_id)
    party = require_signing_party(signatory, partnership)
    roadmap, charter = _text_in_signing(partnership, lifecycle.Action.SIGN)
    require_verified(party)
    _require_same_identity(charter, party)
    mandate = _mandate_of(party, signatory, charter, at)
    _require_same_text(charter, consent)
    _require_same_name(signatory, consent)
    if charter.signatures.filter(party=party).exists():
        raise AlreadySigned
    signature = _create_signature(charter, party, signatory, mandate, consent, at)
    advance_edition(
        partnership,
        roadmap,
        lifecycle.Action.SIGN,
        actor=signatory,
        at=at,
        party=party.code,
        fingerprint=charter.fingerprint,
    )
    if charter.signatures.filter(party__isnull=False).count() == partnership.parties.count():
        reminders.close_signatures(charter, at=at)
        post.post(
            kind="ready-to-countersign",
            key=message_keys.ready_to_countersign(partnership.pk, charter.pk),
            at=at,
            facts={"partnership": str(partnership.pk), "charter": str(charter.pk)},
        )
    refresh_status(partnership, at=at)
    return signature


def _mandate_of(party: Party, signatory: User, charter: Charter, at: datetime) -> Mandate:
    mandates = valid_mandates([party.organisation_id], amount_minor=charter.amount_minor, at=at)
    # Locked, so that it cannot be revoked before the signature is written.
    mandate = mandates.filter(user=signatory).select_for_update(of=("self",)).first()
    if mandate is None:
        raise NoMandate(party.organisation.name)
    return mandate


def _require_same_identity(charter: Charter, party: Party) -> None:
    text = charter_snapshot.from_json(bytes(charter.canonical_json))
    frozen = next(party_text for party_text in text.parties if party_text.key == party.code)
    current = party.organisation
    if (frozen.name, frozen.address, list(frozen.identity)) != (
        current.name,
        current.city,
        current.identity_lines,
    ):
        raise IdentityHasChanged(current.name)


def _require_same_text(charter: Charter, consent: Consent) -> None:
    if consent.fingerprint != charter.fingerprint:
        raise TextHasChanged


def _require_same_name(signatory: User, consent: Consent) -> None:
    if canonical.folded(consent.typed_name) != canonical.folded(signatory.full_name):
        raise NameDiffers(signatory.full_name)


def _create_signature(
    charter: Charter,
    party: Party | None,
    signatory: User,
    mandate: Mandate | None,
    consent: Consent,
    at: datetime,
) -> Signature:
    return Signature.objects.create(
        charter=charter,
        party=party,
        signatory=signatory,
        mandate=mandate,
        fingerprint=consent.fingerprint,
        typed_name=consent.typed_name,
        capacity=mandate.capacity if mandate else "",
        mandate_words=mandate.basis if mandate else "",
        consent_words=consent.words,
        method=consent.method,
        address=consent.address,
        user_agent=consent.user_agent[:300],
        signed_at=at,
    )


@transaction.atomic
def decline(*, partnership_id: UUID, signatory: User, reason: str, at: datetime) -> None:
    """Void the frozen text on behalf of a party that has not signed; everybody is notified.

    Raises BrokerHasNoVoice, NotOfAParty, OfBothSides, NotASignatory, AllHaveSigned, SignatureIsGiven,
    TransitionNotAllowed.
    """
    partnership = lock(partnership_id)
    party = require_signing_party(signatory, partnership)
    _roadmap, charter = _text_in_signing(partnership, lifecycle.Action.DECLINE)
    _require_some_unsigned(partnership, charter)
    if charter.signatures.filter(party=party).exists():
        raise SignatureIsGiven
    ending = SigningEnd(reason, party.code, kind="signature-declined")
    void_charter(partnership, lifecycle.Action.DECLINE, ending, actor=signatory, at=at)
    refresh_status(partnership, at=at)


@transaction.atomic
def take_back(*, partnership_id: UUID, signatory: User, reason: str, method: str, at: datetime) -> None:
    """Take the signature of a party back: the frozen text is void, everybody is notified.

    `method`: how the signatory proved who they are, as for a signature; the ledger keeps it.
    Raises BrokerHasNoVoice, NotOfAParty, OfBothSides, NotASignatory, ReadsOnly, AllHaveSigned,
    SignatureIsNotGiven, NoMandate, TransitionNotAllowed.
    """
    partnership = lock(partnership_id)
    party = require_signing_party(signatory, partnership)
    _roadmap, charter = _text_in_signing(partnership, lifecycle.Action.TAKE_BACK)
    _require_some_unsigned(partnership, charter)
    if not charter.signatures.filter(party=party).exists():
        raise SignatureIsNotGiven
    _mandate_of(party, signatory, charter, at)
    ending = SigningEnd(reason, party.code, kind="signature-declined")
    void_charter(partnership, lifecycle.Action.TAKE_BACK, ending, actor=signatory, at=at, method=method)
    refresh_status(partnership, at=at)


def _require_some_unsigned(partnership: Partnership, charter: Charter) -> None:
    if charter.signatures.filter(party__isnull=False).count() == partnership.parties.count():
        raise AllHaveSigned


@transaction.atomic
def withdraw(*, partnership_id: UUID, broker: User, reason: str, at: datetime) -> None:
    """Void the frozen text as the broker and return to negotiation; everybody is notified.

    Raises NotABroker, TransitionNotAllowed.
    """
    require_broker(broker)
    partnership = lock(partnership_id)
    ending = SigningEnd(reason, party="", kind="signature-declined")
    void_charter(partnership, lifecycle.Action.WITHDRAW, ending, actor=broker, at=at)
    refresh_status(partnership, at=at)


def void_charter(
    partnership: Partnership,
    action: lifecycle.Action,
    ending: SigningEnd,
    *,
    actor: User,
    at: datetime,
    **facts: Fact,
) -> None:
    """Void the frozen text of a locked case and post the message about it.

    `facts`: additional facts of the ledger entry. Raises TransitionNotAllowed.
    """
    roadmap, charter = _text_in_signing(partnership, action)
    end_signatures(partnership, charter, reason=ending.reason, actor=actor, at=at)
    advance_edition(
        partnership, roadmap, action, actor=actor, at=at, reason=ending.reason, party=ending.party, **facts
    )
    post.post(
        kind=ending.kind,
        key=message_keys.signing_ended(partnership.pk, charter.pk),
        at=at,
        facts={
            "partnership": str(partnership.pk),
            "charter": str(charter.pk),
            "party": ending.party,
            "is_taken_back": action == lifecycle.Action.TAKE_BACK,
        },
    )


def end_signatures(
    partnership: Partnership, charter: Charter, *, reason: str, actor: User, at: datetime
) -> None:
    """Void a frozen text of a locked case, and cancel the requests for its signatures.

    The caller changes the state of the edition, records it and tells all.
    """
    VoidedCharter.objects.create(charter=charter, reason=reason, voided_by=actor, voided_at=at)
    reminders.close_signatures(charter, at=at)
    post.cancel_one(key=message_keys.ready_to_countersign(partnership.pk, charter.pk), at=at)


def require_agreement_with_ledger(charter: Charter) -> None:
    """Raise LedgerDisagrees unless each signature and each answer of a text agrees with its entry."""
    differences = disagreements(charter)
    if differences:
        raise LedgerDisagrees("\u202f; ".join(differences))


@transaction.atomic
def countersign(*, partnership_id: UUID, broker: User, consent: Consent, at: datetime) -> Charter:
    """Record the broker's signature as a witness: the edition becomes signed, the case active.

    Raises NotABroker, SignaturesAreMissing, LedgerDisagrees, TextHasChanged, NameDiffers,
    TransitionNotAllowed.
    """
    require_broker(broker)
    partnership = lock(partnership_id)
    roadmap, charter = _text_in_signing(partnership, lifecycle.Action.COUNTERSIGN)
    signature_count = charter.signatures.filter(party__isnull=False).count()
    if signature_count != partnership.parties.count():
        raise SignaturesAreMissing
    require_agreement_with_ledger(charter)
    _require_same_text(charter, consent)
    _require_same_name(broker, consent)
    _create_signature(charter, None, broker, None, consent, at)
    advance_edition(
        partnership,
        roadmap,
        lifecycle.Action.COUNTERSIGN,
        actor=broker,
        at=at,
        fingerprint=charter.fingerprint,
    )
    if partnership.state == lifecycle.Case.PREPARING:
        advance_case(partnership, lifecycle.Action.ACTIVATE, actor=None, at=at)
    following.project(partnership, charter, at=at)
    wake_on_commit(SEALING_TASK)
    refresh_status(partnership, at=at)
    return charter
