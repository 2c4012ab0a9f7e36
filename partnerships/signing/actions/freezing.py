"""Freezing an agreed text into the snapshot that people sign."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy

from accounts.lifecycle import READ_ONLY
from accounts.models import User
from accounts.people.queries.mandates import valid_mandates
from accounts.refusals import Refusal, require_all
from partnerships import lifecycle, reminders
from partnerships.case.transitions import advance_edition, lock, text_under_work
from partnerships.charter import snapshot as charter_snapshot
from partnerships.charter.verification import verification_code
from partnerships.drafting.actions import requirements, unsaved_wordings
from partnerships.models import Charter, Partnership, Party, Roadmap
from partnerships.permissions import require_broker
from partnerships.signing.queries import snapshots
from partnerships.status.actions import refresh_status
from partnerships.text import agreement, prior_agreement
from partnerships.text.money import company_commitment_minor


class SigningError(Refusal):
    """The text cannot be frozen or signed."""


class NotAgreed(SigningError):
    """A clause is not agreed by every party."""

    sentence = gettext_lazy(
        "Une clause n’a pas l’accord de toutes les parties. Relisez les réponses du dernier tour."
    )


class NoMandate(SigningError):
    """No signatory of the organisation, the argument, has a mandate valid for this day and amount."""

    sentence = gettext_lazy(
        "Aucun mandat de signature valable ce jour et pour ce montant : %(what)s. Un "
        "gestionnaire de cette organisation doit en enregistrer un."
    )


class OrganisationUnderReview(SigningError):
    """The organisation, which is the argument, is being vetted again."""

    sentence = gettext_lazy(
        "Vérification en cours par le passeur\u00a0: %(what)s. Cette organisation ne peut "
        "pas signer avant sa décision."
    )


class OrganisationSuspended(SigningError):
    """The organisation, which is the argument, is suspended or refused."""

    sentence = gettext_lazy(
        "Inscription qui n’est plus vérifiée : %(what)s. Cette organisation peut lire, mais "
        "pas agir. Écrivez au passeur."
    )


@transaction.atomic
def freeze(*, partnership_id: UUID, broker: User, at: datetime) -> Charter:
    """Freeze the agreed text into a snapshot and request the signatures.

    Raises NotABroker, UnsavedWordingsLeft, NotAgreed, NoMandate, OrganisationSuspended,
    OrganisationUnderReview, UnsettledRisks, IncompleteText, TextHasBlanks, AmendmentChangesNothing,
    NoMereCorrection, Inconsistent, TransitionNotAllowed; the first of them with all others that stand in the
    way.
    """
    require_broker(broker)
    partnership = lock(partnership_id)
    roadmap = text_under_work(partnership, lifecycle.Action.FREEZE)
    parties = list(partnership.parties.select_related("organisation").order_by("rank"))
    clauses = agreement.clauses_of(roadmap)
    amount_minor = company_commitment_minor(snapshots.terms_of(clauses), parties)
    require_all(
        [
            partial(unsaved_wordings.require_none_left, partnership, broker),
            partial(_require_agreed, partnership, roadmap),
            *(partial(require_verified, party) for party in parties),
            *(partial(_require_mandate, party, amount_minor, at) for party in parties),
            partial(requirements.require_amendment_changes, partnership, roadmap, clauses),
            partial(requirements.require_no_blanks, partnership, clauses),
            partial(requirements.require_risks_settled, partnership, clauses),
            partial(requirements.require_complete, partnership, clauses, parties, at=at),
        ]
    )
    previous = _last_signed_charter(partnership)
    snapshot = snapshots.snapshot_of(roadmap, at, previous)
    fingerprint = charter_snapshot.fingerprint(snapshot)
    charter = Charter.objects.create(
        partnership=partnership,
        roadmap=roadmap,
        previous=previous,
        canonical_json=charter_snapshot.canonical_json(snapshot),
        fingerprint=fingerprint,
        verification_code=verification_code(fingerprint),
        amount_minor=amount_minor,
        frozen_by=broker,
        frozen_at=at,
    )
    advance_edition(
        partnership, roadmap, lifecycle.Action.FREEZE, actor=broker, at=at, fingerprint=fingerprint
    )
    reminders.plan_signatures(charter, at=at)
    refresh_status(partnership, at=at)
    return charter


def _require_agreed(partnership: Partnership, roadmap: Roadmap) -> None:
    if not prior_agreement.is_agreed_by_all(partnership, roadmap, agreement.asked_of(roadmap)):
        raise NotAgreed


def _require_mandate(party: Party, amount_minor: int, at: datetime) -> None:
    if not valid_mandates([party.organisation_id], amount_minor=amount_minor, at=at).exists():
        raise NoMandate(party.organisation.name)


def _last_signed_charter(partnership: Partnership) -> Charter | None:
    return (
        partnership.charters.filter(roadmap__state=lifecycle.Edition.SIGNED, voided=None)
        .order_by("-roadmap__edition")
        .first()
    )


def require_verified(party: Party) -> None:
    """Raise OrganisationSuspended or OrganisationUnderReview unless the organisation is verified."""
    if party.organisation.state in READ_ONLY:
        raise OrganisationSuspended(party.organisation.name)
    if not party.organisation.is_verified:
        raise OrganisationUnderReview(party.organisation.name)
