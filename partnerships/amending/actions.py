"""The end of an amendment; a clerical correction, confirmed by each party without a round, or contested."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.refusals import Refusal, require_all
from outbox import post
from partnerships import lifecycle, message_keys
from partnerships.case.transitions import advance_edition, lock, text_under_work
from partnerships.drafting.actions import requirements, unsaved_wordings
from partnerships.drafting.actions.amendments import NotAnAmendment
from partnerships.models import AmendmentKind, Confirmation, Question, Roadmap
from partnerships.negotiation.actions import criticism
from partnerships.negotiation.actions.negotiation import ExpectationsRoundIsRunning
from partnerships.permissions import require_answering_party, require_broker
from partnerships.rounds import queries as round_queries
from partnerships.rounds.actions import rounds
from partnerships.signing.actions.signing import end_signatures
from partnerships.signing.queries.snapshots import valid_charter
from partnerships.status.actions import refresh_status
from partnerships.text import agreement
from partnerships.text.contents import text_fingerprint


class AmendingError(Refusal):
    """The amendment cannot be given up, sent, confirmed or contested."""


class NotACorrection(AmendingError):
    """The amendment is none of words alone, so that it is put to a round."""

    sentence = gettext_lazy(
        "Cet avenant n’est pas une simple correction\u00a0: il passe par un tour, où chaque partie répond."
    )


class PurposeIsMissing(AmendingError):
    """The broker has not said which words are corrected and why."""

    sentence = gettext_lazy(
        "Écrivez quels mots sont corrigés et pourquoi\u00a0: les parties le liront avant de confirmer."
    )


class CorrectionHasMoved(AmendingError):
    """The text that the party read is not the current one."""

    sentence = gettext_lazy(
        "La correction a changé pendant votre lecture. Rien n’est confirmé\u00a0: relisez-la, puis confirmez."
    )


class AlreadyConfirmed(AmendingError):
    """The party has confirmed this text."""

    sentence = gettext_lazy("Votre organisation a déjà confirmé cette correction.")


@transaction.atomic
def give_up(*, partnership_id: UUID, broker: User, reason: str, at: datetime) -> None:
    """Give an amendment up: the signed text stands alone again, and everybody reads why.

    A running round is cancelled unread, a frozen text is voided with the signatures given to it.
    Raises NotABroker, NotAnAmendment, TransitionNotAllowed.
    """
    require_broker(broker)
    partnership = lock(partnership_id)
    roadmap = text_under_work(partnership, lifecycle.Action.VOID)
    if roadmap.edition == 1:
        raise NotAnAmendment
    rounds.cancel_rounds(partnership, actor=broker, at=at, reason=reason)
    charter = valid_charter(roadmap)
    if charter is not None:
        end_signatures(partnership, charter, reason=reason, actor=broker, at=at)
    post.cancel(prefix=message_keys.revisions_prefix(partnership.pk), at=at)
    roadmap.void_reason = reason
    roadmap.save(update_fields=["void_reason"])
    advance_edition(partnership, roadmap, lifecycle.Action.VOID, actor=broker, at=at, reason=reason)
    post.post(
        kind="amendment-given-up",
        key=message_keys.amendment_given_up(partnership.pk, roadmap.pk),
        at=at,
        facts={"partnership": str(partnership.pk), "roadmap": str(roadmap.pk)},
    )
    refresh_status(partnership, at=at)


@transaction.atomic
def send_correction(*, partnership_id: UUID, broker: User, at: datetime) -> None:
    """Ask every party to confirm a clerical correction, without a round, with the words not saved yet.

    Raises NotABroker, UnsavedWordingsRefused, NotACorrection, PurposeIsMissing, AmendmentChangesNothing,
    NoMereCorrection, UnsettledRisks, ExpectationsRoundIsRunning, TransitionNotAllowed; the first of them with
    all others that stand in the way.
    """
    require_broker(broker)
    partnership = lock(partnership_id)
    unsaved_wordings.save_all(partnership_id=partnership_id, broker=broker, at=at)
    roadmap = text_under_work(partnership, lifecycle.Action.NEGOTIATE)
    _require_correction(roadmap)
    if round_queries.running(partnership, Question.EXPECTATIONS):
        raise ExpectationsRoundIsRunning
    clauses = agreement.clauses_of(roadmap)
    require_all(
        [
            partial(_require_purpose, roadmap),
            partial(requirements.require_amendment_changes, partnership, roadmap, clauses),
            partial(requirements.require_risks_settled, partnership, clauses),
        ]
    )
    advance_edition(partnership, roadmap, lifecycle.Action.NEGOTIATE, actor=broker, at=at)
    fingerprint = text_fingerprint(roadmap, agreement.asked_of(roadmap))
    post.post(
        kind="correction-to-confirm",
        key=message_keys.correction_to_confirm(partnership.pk, roadmap.pk, fingerprint),
        at=at,
        facts={"partnership": str(partnership.pk), "roadmap": str(roadmap.pk)},
    )
    refresh_status(partnership, at=at)


@transaction.atomic
def confirm_correction(
    *, partnership_id: UUID, speaker: User, fingerprint: str, at: datetime
) -> Confirmation:
    """Confirm a clerical correction for a party; the last one agrees the text.

    `fingerprint`: of the text that the speaker read. Raises BrokerHasNoVoice, NotOfAParty, OfBothSides,
    NotAReferent, ReadsOnly, NotACorrection, NoMereCorrection, CorrectionHasMoved, AlreadyConfirmed,
    TransitionNotAllowed.
    """
    partnership = lock(partnership_id)
    party = require_answering_party(speaker, partnership)
    roadmap = text_under_work(partnership, lifecycle.Action.CONFIRM)
    _require_correction(roadmap)
    requirements.require_amendment_changes(partnership, roadmap, agreement.clauses_of(roadmap))
    if fingerprint != text_fingerprint(roadmap, agreement.asked_of(roadmap)):
        raise CorrectionHasMoved
    if roadmap.confirmations.filter(party=party, fingerprint=fingerprint).exists():
        raise AlreadyConfirmed
    confirmation = Confirmation.objects.create(
        roadmap=roadmap, party=party, fingerprint=fingerprint, confirmed_by=speaker, confirmed_at=at
    )
    advance_edition(
        partnership,
        roadmap,
        lifecycle.Action.CONFIRM,
        actor=speaker,
        at=at,
        party=party.code,
        fingerprint=fingerprint,
    )
    criticism.settle(partnership, roadmap, at)
    refresh_status(partnership, at=at)
    return confirmation


@transaction.atomic
def contest_correction(*, partnership_id: UUID, speaker: User, reason: str, at: datetime) -> None:
    """Say for a party that a correction is none: the amendment is one of substance from then on.

    Raises BrokerHasNoVoice, NotOfAParty, OfBothSides, NotAReferent, ReadsOnly, NotACorrection,
    TransitionNotAllowed.
    """
    partnership = lock(partnership_id)
    party = require_answering_party(speaker, partnership)
    roadmap = text_under_work(partnership, lifecycle.Action.CONTEST)
    _require_correction(roadmap)
    roadmap.amendment_kind = AmendmentKind.SUBSTANCE
    roadmap.save(update_fields=["amendment_kind"])
    advance_edition(
        partnership, roadmap, lifecycle.Action.CONTEST, actor=speaker, at=at, party=party.code, reason=reason
    )
    post.post(
        kind="correction-contested",
        key=message_keys.correction_contested(partnership.pk, roadmap.pk),
        at=at,
        facts={"partnership": str(partnership.pk), "party": party.code, "reason": reason},
    )
    refresh_status(partnership, at=at)


def _require_correction(roadmap: Roadmap) -> None:
    if roadmap.edition == 1 or roadmap.amendment_kind != AmendmentKind.CLERICAL:
        raise NotACorrection


def _require_purpose(roadmap: Roadmap) -> None:
    if not roadmap.purpose.strip():
        raise PurposeIsMissing
