"""Postponing a milestone: asked by its owner with a reason and a day, answered by the other parties."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy

from accounts.models import User
from outbox import post
from outbox.post import Fact
from partnerships import lifecycle, message_keys, reminders
from partnerships.case.transitions import lock, write
from partnerships.following.actions.refusals import (
    CaseIsNotActive,
    FollowingError,
    MilestoneIsClosed,
    OfAnotherParty,
)
from partnerships.models import (
    Milestone,
    Partnership,
    Party,
    Postponement,
    PostponementAnswer,
    PostponementDecision,
)
from partnerships.permissions import require_answering_party
from partnerships.status.actions import refresh_status


class PostponementNotLater(FollowingError):
    """The day asked for is not after the due date, or is past."""

    sentence = gettext_lazy("Choisissez un jour à venir, après l’échéance actuelle.")
    field = "due_date"


class PostponementAlreadyAsked(FollowingError):
    """Another request for this milestone waits for its answer."""

    sentence = gettext_lazy("Un report de ce jalon est déjà demandé. Attendez la réponse des autres parties.")


class PostponementIsDecided(FollowingError):
    """The request has its answer, or its milestone is no longer open."""

    sentence = gettext_lazy("Cette demande de report a déjà sa suite. Lisez-la dans le suivi.")


class PostponementOfOwnParty(FollowingError):
    """The request is that of the speaker's own party."""

    sentence = gettext_lazy(
        "Votre organisation demande ce report\u00a0: ce sont les autres parties qui y répondent."
    )


class PostponementAlreadyAnswered(FollowingError):
    """The party of the speaker has answered."""

    sentence = gettext_lazy("Votre organisation a déjà répondu à cette demande de report.")


@transaction.atomic
def ask_postponement(
    *, milestone_id: int, partnership_id: UUID, speaker: User, due_date: date, reason: str, at: datetime
) -> Postponement:
    """Ask the other parties for another due date of a milestone of the speaker's party, with a reason.

    Raises CaseIsNotActive, OfAnotherParty, MilestoneIsClosed, PostponementNotLater, PostponementAlreadyAsked,
    Milestone.DoesNotExist and what require_answering_party raises.
    """
    partnership = lock(partnership_id)
    party = require_answering_party(speaker, partnership)
    if partnership.state != lifecycle.Case.ACTIVE:
        raise CaseIsNotActive
    rows = Milestone.objects.select_related("owner__organisation", "partnership")
    milestone = rows.get(pk=milestone_id, partnership=partnership)
    if milestone.owner is not None and milestone.owner != party:
        raise OfAnotherParty(milestone.owner.organisation.name)
    if milestone.completed_at or milestone.cancelled_at:
        raise MilestoneIsClosed
    if milestone.postponements.filter(decided_at=None).exists():
        raise PostponementAlreadyAsked
    if due_date <= milestone.due_date or due_date < timezone.localdate(at, reminders.EVENING.tzinfo):
        raise PostponementNotLater
    request = Postponement.objects.create(
        milestone=milestone,
        party=party,
        reason=reason,
        from_date=milestone.due_date,
        due_date=due_date,
        asked_by=speaker,
        asked_at=at,
    )
    facts = _facts(request, party, reason)
    write(partnership, "postponement.ask", actor=speaker, at=at, **facts)
    _announce(partnership, request, at, kind="postponement-asked")
    refresh_status(partnership, at=at)
    return request


@transaction.atomic
def answer_postponement(
    *, request_id: int, speaker: User, is_accepted: bool, reason: str, at: datetime
) -> PostponementAnswer:
    """Answer a request for the speaker's party.

    The due date moves once all other parties accept; one refusal keeps it. Raises CaseIsNotActive,
    PostponementOfOwnParty, PostponementIsDecided, PostponementAlreadyAnswered and what
    require_answering_party raises.
    """
    of_request = Postponement.objects.values_list("party__partnership_id", flat=True)
    partnership = lock(of_request.get(pk=request_id))
    party = require_answering_party(speaker, partnership)
    if partnership.state != lifecycle.Case.ACTIVE:
        raise CaseIsNotActive
    related = Postponement.objects.select_related("milestone__partnership", "milestone__owner", "party")
    request = related.get(pk=request_id)
    if party == request.party:
        raise PostponementOfOwnParty
    if request.decided_at:
        raise PostponementIsDecided
    if request.answers.filter(party=party).exists():
        raise PostponementAlreadyAnswered
    given = {"is_accepted": is_accepted, "reason": reason, "answered_by": speaker, "answered_at": at}
    answer = PostponementAnswer.objects.create(request=request, party=party, **given)
    facts = _facts(request, party, reason)
    if is_accepted:
        write(partnership, "postponement.accept", actor=speaker, at=at, **facts)
    else:
        write(partnership, "postponement.refuse", actor=speaker, at=at, **facts)
    _conclude(partnership, request, is_accepted=is_accepted, at=at)
    refresh_status(partnership, at=at)
    return answer


def _conclude(partnership: Partnership, request: Postponement, *, is_accepted: bool, at: datetime) -> None:
    """Decide on a request after an answer, unless other parties are still to accept."""
    others = partnership.parties.exclude(pk=request.party_id)
    if is_accepted and others.exclude(pk__in=request.answers.values("party")).exists():
        return
    _decide(request, PostponementDecision.ACCEPTED if is_accepted else PostponementDecision.REFUSED, at)
    if is_accepted:
        _move(request, at)
    _announce(partnership, request, at, kind="postponement-decided")


def lapse_postponements(milestone: Milestone, *, at: datetime) -> None:
    """End the request for a milestone that is done, cancelled or moved by an amendment."""
    for request in milestone.postponements.filter(decided_at=None).order_by("pk"):
        _decide(request, PostponementDecision.LAPSED, at)


def _decide(request: Postponement, decision: PostponementDecision, at: datetime) -> None:
    request.decision, request.decided_at = decision, at
    request.save(update_fields=["decision", "decided_at"])


def _move(request: Postponement, at: datetime) -> None:
    """Give the milestone its new due date, keep that of the signed text, and plan its reminders again."""
    milestone = request.milestone
    milestone.signed_due_date = milestone.signed_due_date or milestone.due_date
    milestone.due_date = request.due_date
    milestone.save(update_fields=["signed_due_date", "due_date"])
    reminders.plan_milestone(milestone, at=at)


def _facts(request: Postponement, party: Party, reason: str) -> dict[str, Fact]:
    return {
        "code": request.milestone.code,
        "party": party.code,
        "from_date": request.from_date.isoformat(),
        "due_date": request.due_date.isoformat(),
        "reason": reason,
    }


def _announce(partnership: Partnership, request: Postponement, at: datetime, *, kind: str) -> None:
    post.post(
        kind=kind,
        key=message_keys.postponement(partnership.pk, request.pk, kind=kind),
        at=at,
        facts={
            "partnership": str(partnership.pk),
            "milestone": request.milestone_id,
            "request": request.pk,
        },
    )
