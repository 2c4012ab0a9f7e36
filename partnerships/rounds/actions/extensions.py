"""More time in a round: a party asks for it, the broker grants it to all parties or to none."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy

from accounts.models import User
from outbox import post
from partnerships import message_keys
from partnerships.case.transitions import lock, write
from partnerships.models import ExtensionRequest, Partnership, Round
from partnerships.permissions import require_answering_party, require_broker
from partnerships.rounds.actions import rounds
from partnerships.rounds.actions.envelopes import RoundIsOver
from partnerships.rounds.actions.rounds import RoundError, TooFewOrTooManyDays
from partnerships.status.actions import refresh_status

FEWEST_EXTRA_DAYS, USUAL_EXTRA_DAYS, MOST_EXTRA_DAYS = 1, 3, 30


class AlreadyAsked(RoundError):
    """Another request for more time waits for the broker."""

    sentence = gettext_lazy(
        "Une demande de délai attend déjà la réponse du passeur. Sa réponse vaudra pour toutes les parties."
    )


class AlreadyDecided(RoundError):
    """The broker has decided on the request."""

    sentence = gettext_lazy("Cette demande de délai a déjà sa réponse. Relisez-la sur la page du tour.")


@transaction.atomic
def ask_for_time(*, round_id: UUID, speaker: User, reason: str, at: datetime) -> ExtensionRequest:
    """Ask for more time for all parties, on behalf of the speaker's party. The reason may be empty.

    Raises RoundIsOver, AlreadyAsked and what require_answering_party raises.
    """
    partnership, round_ = _running_round(round_id)
    party = require_answering_party(speaker, partnership)
    _require_running(round_, at)
    if round_.extension_requests.filter(decided_at=None).exists():
        raise AlreadyAsked
    request = ExtensionRequest.objects.create(
        round=round_, party=party, asked_by=speaker, asked_at=at, reason=reason
    )
    write(
        partnership,
        "extension.ask",
        actor=speaker,
        at=at,
        question=round_.question,
        number=round_.number,
        party=party.code,
        reason=reason,
    )
    _post(partnership, request, kind="extension-asked", at=at)
    refresh_status(partnership, at=at)
    return request


@transaction.atomic
def grant(*, request_id: int, broker: User, days: int, answer: str, at: datetime) -> Round:
    """Move the deadline of a round by some working days for all parties, at the request of one.

    Raises NotABroker, AlreadyDecided, RoundIsOver, TooFewOrTooManyDays.
    """
    require_broker(broker)
    partnership, request = _undecided(request_id, at)
    if not FEWEST_EXTRA_DAYS <= days <= MOST_EXTRA_DAYS:
        raise TooFewOrTooManyDays
    _decide(request, broker, at, is_granted=True, answer=answer)
    rounds.grant_time(partnership, request, days=days, at=at)
    refresh_status(partnership, at=at)
    return request.round


@transaction.atomic
def refuse(*, request_id: int, broker: User, answer: str, at: datetime) -> None:
    """Keep the deadline of a round as it is, and send the reason to all parties.

    Raises NotABroker, AlreadyDecided, RoundIsOver.
    """
    require_broker(broker)
    partnership, request = _undecided(request_id, at)
    _decide(request, broker, at, is_granted=False, answer=answer)
    write(
        partnership,
        "extension.refuse",
        actor=broker,
        at=at,
        question=request.round.question,
        number=request.round.number,
        party=request.party.code,
        reason=answer,
    )
    _post(partnership, request, kind="extension-refused", at=at)
    refresh_status(partnership, at=at)


def _decide(request: ExtensionRequest, broker: User, at: datetime, *, is_granted: bool, answer: str) -> None:
    request.is_granted, request.answer = is_granted, answer
    request.decided_by, request.decided_at = broker, at
    request.save(update_fields=["is_granted", "answer", "decided_by", "decided_at"])


def _running_round(round_id: UUID) -> tuple[Partnership, Round]:
    partnership = lock(Round.objects.values_list("partnership_id", flat=True).get(pk=round_id))
    return partnership, Round.objects.get(pk=round_id)


def _undecided(request_id: int, at: datetime) -> tuple[Partnership, ExtensionRequest]:
    related = ExtensionRequest.objects.select_related("round", "party")
    partnership = lock(related.get(pk=request_id).round.partnership_id)
    request = related.get(pk=request_id)
    if request.decided_at:
        raise AlreadyDecided
    _require_running(request.round, at)
    return partnership, request


def _require_running(round_: Round, at: datetime) -> None:
    if round_.opened_at or round_.cancelled_at or at >= round_.deadline_at:
        raise RoundIsOver


def _post(partnership: Partnership, request: ExtensionRequest, *, kind: str, at: datetime) -> None:
    post.post(
        kind=kind,
        key=message_keys.extension(partnership.pk, request.pk, kind=kind),
        at=at,
        facts={"partnership": str(partnership.pk), "round": str(request.round_id), "request": request.pk},
    )
