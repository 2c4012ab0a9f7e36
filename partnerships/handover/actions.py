"""Asking another broker to take over a case, and what that broker answers."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.people.queries.account import active_brokers
from accounts.refusals import Refusal
from outbox import post
from partnerships import lifecycle, message_keys
from partnerships.case.transitions import lock, write
from partnerships.models import CaseHandover, HandoverDecision, Partnership
from partnerships.permissions import require_broker
from partnerships.status.actions import refresh_status


class HandoverError(Refusal):
    """The case is not handed over so."""


class CaseHasEnded(HandoverError):
    """A closed or abandoned case waits for nothing more."""

    sentence = gettext_lazy("Ce dossier est clos ou arrêté\u00a0: il n’y a plus rien à transmettre.")


class NotTheBrokerOfTheCase(HandoverError):
    """Another broker, who is there, runs the case; the name is the argument."""

    sentence = gettext_lazy(
        "Ce dossier est suivi par %(what)s, qui seul peut le transmettre tant que son compte est "
        "actif. Écrivez-lui."
    )


class NotAnotherBroker(HandoverError):
    """The chosen person is no active broker, or runs the case already."""

    sentence = gettext_lazy("Choisissez un autre passeur, dont le compte est actif.")
    field = "to_broker"


class HandoverIsAsked(HandoverError):
    """Another broker was asked and has not answered; the name is the argument."""

    sentence = gettext_lazy(
        "Une demande attend la réponse de %(what)s. Retirez-la avant d’en envoyer une autre."
    )


class HandoverIsDecided(HandoverError):
    """The request has its answer, or was withdrawn."""

    sentence = gettext_lazy("Cette demande a déjà sa réponse, ou a été retirée. Relisez la page.")


class NotTheBrokerAsked(HandoverError):
    """Another broker was asked; the name is the argument."""

    sentence = gettext_lazy("Cette demande est faite à %(what)s, qui seul peut y répondre.")


class TextWaitsForSignatures(HandoverError):
    """The frozen text names its broker, who countersigns it."""

    sentence = gettext_lazy(
        "Un texte attend ses signatures, et il nomme son passeur. Faites-le signer, ou retirez-le de "
        "la signature, "
        "puis transmettez le dossier."
    )


@transaction.atomic
def ask(*, partnership_id: UUID, broker: User, to_broker_id: UUID, reason: str, at: datetime) -> CaseHandover:
    """Ask another broker to take over a case; any broker may once that of the case has left.

    Raises NotABroker, CaseHasEnded, NotTheBrokerOfTheCase, TextWaitsForSignatures, HandoverIsAsked,
    NotAnotherBroker.
    """
    require_broker(broker)
    partnership = lock(partnership_id, while_suspended=True)
    _require_possible(partnership)
    lead = partnership.broker
    if lead.is_active and lead.is_broker and lead != broker:
        raise NotTheBrokerOfTheCase(str(lead))
    asked = partnership.handovers.filter(decision="").select_related("to_broker").first()
    if asked is not None:
        raise HandoverIsAsked(str(asked.to_broker))
    to_broker = active_brokers().exclude(pk=lead.pk).filter(pk=to_broker_id).first()
    if to_broker is None:
        raise NotAnotherBroker
    handover = CaseHandover.objects.create(
        partnership=partnership,
        from_broker=lead,
        to_broker=to_broker,
        reason=reason,
        asked_by=broker,
        asked_at=at,
    )
    write(partnership, "handover.ask", actor=broker, at=at, to_broker=str(to_broker), reason=reason)
    _announce(handover, at, kind="case-handover-asked")
    refresh_status(partnership, at=at)
    return handover


@transaction.atomic
def accept(*, handover_id: int, broker: User, interests: str, at: datetime) -> Partnership:
    """Take over a case, after declaring interests; tasks, reminders and answers to mails follow at once.

    Raises NotABroker, HandoverIsDecided, NotTheBrokerAsked, CaseHasEnded, TextWaitsForSignatures.
    """
    partnership, handover = _asked(handover_id, broker)
    _require_possible(partnership)
    handover.interests = interests
    _decide(handover, HandoverDecision.ACCEPTED, at)
    partnership.broker, partnership.broker_interests = broker, interests
    partnership.save(update_fields=["broker", "broker_interests"])
    write(
        partnership,
        "handover.accept",
        actor=broker,
        at=at,
        from_broker=str(handover.from_broker),
        interests=interests,
    )
    _announce(handover, at, kind="case-handed-over")
    refresh_status(partnership, at=at)
    return partnership


@transaction.atomic
def decline(*, handover_id: int, broker: User, reason: str, at: datetime) -> None:
    """Decline to take over a case, with a reason.

    Raises NotABroker, HandoverIsDecided, NotTheBrokerAsked.
    """
    partnership, handover = _asked(handover_id, broker)
    handover.decision_reason = reason
    _decide(handover, HandoverDecision.DECLINED, at)
    write(partnership, "handover.decline", actor=broker, at=at, reason=reason)
    _announce(handover, at, kind="case-handover-declined")
    refresh_status(partnership, at=at)


@transaction.atomic
def withdraw(*, handover_id: int, broker: User, at: datetime) -> None:
    """Withdraw a request that has no answer yet, as the broker of the case or as who asked.

    Raises NotABroker, HandoverIsDecided, NotTheBrokerOfTheCase.
    """
    require_broker(broker)
    partnership, handover = _locked(handover_id)
    if broker not in (handover.asked_by, partnership.broker):
        raise NotTheBrokerOfTheCase(str(partnership.broker))
    _decide(handover, HandoverDecision.WITHDRAWN, at)
    write(partnership, "handover.withdraw", actor=broker, at=at)
    _announce(handover, at, kind="case-handover-declined")
    refresh_status(partnership, at=at)


def _require_possible(partnership: Partnership) -> None:
    if partnership.state in lifecycle.FINAL:
        raise CaseHasEnded
    if partnership.roadmaps.filter(state=lifecycle.Edition.SIGNING).exists():
        raise TextWaitsForSignatures


def _asked(handover_id: int, broker: User) -> tuple[Partnership, CaseHandover]:
    require_broker(broker)
    partnership, handover = _locked(handover_id)
    if handover.to_broker != broker:
        raise NotTheBrokerAsked(str(handover.to_broker))
    return partnership, handover


def _locked(handover_id: int) -> tuple[Partnership, CaseHandover]:
    of_handover = CaseHandover.objects.values_list("partnership_id", flat=True)
    partnership = lock(of_handover.get(pk=handover_id), while_suspended=True)
    related = ("from_broker", "to_broker", "asked_by")
    handover = CaseHandover.objects.select_related(*related).get(pk=handover_id)
    if handover.decision:
        raise HandoverIsDecided
    return partnership, handover


def _decide(handover: CaseHandover, decision: HandoverDecision, at: datetime) -> None:
    handover.decision, handover.decided_at = decision, at
    handover.save(update_fields=["decision", "decided_at", "interests", "decision_reason"])


def _announce(handover: CaseHandover, at: datetime, *, kind: str) -> None:
    post.post(
        kind=kind,
        key=message_keys.case_handover(handover.partnership_id, handover.pk, kind=kind),
        at=at,
        facts={"partnership": str(handover.partnership_id), "handover": handover.pk},
    )
