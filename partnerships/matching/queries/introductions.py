"""An introduction as each reader may see it: no name of another before all have said yes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.db.models import Prefetch, QuerySet
from django.http import Http404

from accounts.models import Membership, User
from partnerships.matching.queries.anonymous_profiles import Portrait, portrait_of
from partnerships.models import Introduction, Invitee


class Standing(StrEnum):
    WAITING = "waiting"
    REVEALED = "revealed"
    OPENED = "opened"  # into a case
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    STOPPED = "stopped"  # all had said yes, and one of them could no longer take part
    EXPIRED = "expired"


OVER = (Standing.DECLINED, Standing.WITHDRAWN, Standing.STOPPED, Standing.EXPIRED)


@dataclass(frozen=True, kw_only=True)
class IntroductionPage:
    """What a member of an invited organisation reads: the others have names once revealed.

    `is_over`: it ended without names, in the same words whoever ended it. `is_stopped`: all had said yes,
    and one of them could no longer take part. `case_url` is "" before a case.
    """

    introduction: Introduction
    own: Invitee
    others: Sequence[Portrait]
    is_revealed: bool
    is_over: bool
    is_stopped: bool
    may_answer: bool
    case_url: str


def running_with(brief_ids: Iterable[UUID], *, at: datetime) -> QuerySet[Introduction]:
    """Return the introductions that wait for an answer and rest on one of the briefs. 1 query."""
    waiting = Introduction.objects.filter(withdrawn_at=None, revealed_at=None, expires_at__gt=at)
    told = waiting.filter(pk__in=Invitee.objects.filter(brief__in=list(brief_ids)).values("introduction"))
    return told.exclude(pk__in=Invitee.objects.filter(is_yes=False).values("introduction")).order_by("pk")


def with_invitees() -> QuerySet[Introduction]:
    """Return introductions, each with the broker, the case and its invited organisations. 2 queries."""
    invited = Invitee.objects.select_related("brief__organisation", "answered_by")
    whole = Prefetch("invitees", queryset=invited.order_by("brief__organisation__side", "pk"))
    return Introduction.objects.select_related("proposed_by", "partnership").prefetch_related(whole)


def standing_of(introduction: Introduction, at: datetime) -> Standing:
    """Return where an introduction stands at that moment. No query when the invited were fetched."""
    if introduction.revealed_at is not None:
        return Standing.OPENED if introduction.partnership_id else Standing.REVEALED
    if introduction.withdrawn_at is not None:
        return Standing.STOPPED if introduction.is_hindered else Standing.WITHDRAWN
    if any(each.is_yes is False for each in introduction.invitees.all()):
        return Standing.DECLINED
    return Standing.EXPIRED if introduction.expires_at <= at else Standing.WAITING


def introduction_for(user: User, introduction_id: UUID) -> tuple[Introduction, Membership, Invitee]:
    """Return an introduction with how `user` belongs to it. Raises Http404 for anybody else. 3 queries."""
    found = with_invitees().filter(pk=introduction_id).first()
    if found is None or user.is_broker:
        raise Http404
    invited = {each.brief.organisation_id: each for each in found.invitees.all()}
    present = Membership.objects.present().filter(user=user, organisation__in=invited)
    membership = present.select_related("organisation").order_by("pk").first()
    if membership is None:
        raise Http404
    return found, membership, invited[membership.organisation_id]


def introduction_page(
    introduction: Introduction, membership: Membership, own: Invitee, *, at: datetime
) -> IntroductionPage:
    """Return what a member of an invited organisation reads. No query."""
    standing = standing_of(introduction, at)
    is_revealed = introduction.revealed_at is not None
    may_speak = membership.organisation.is_verified and (
        membership.is_referent or membership.is_administrator
    )
    case = introduction.partnership
    return IntroductionPage(
        introduction=introduction,
        own=own,
        others=[
            portrait_of(invitee.brief, is_named=is_revealed)
            for invitee in introduction.invitees.all()
            if invitee.pk != own.pk
        ],
        is_revealed=is_revealed,
        is_over=standing in OVER,
        is_stopped=standing == Standing.STOPPED,
        may_answer=standing == Standing.WAITING and may_speak,
        case_url=case.get_absolute_url() if case else "",
    )


def introductions_of(organisation_id: UUID, *, at: datetime) -> list[tuple[Introduction, Invitee, Standing]]:
    """Return the introductions of an organisation, latest first. 2 queries."""
    own = Invitee.objects.filter(brief__organisation=organisation_id).values("introduction")
    found = with_invitees().filter(pk__in=own).order_by("-proposed_at", "pk")
    return [
        (each, invitee, standing_of(each, at))
        for each in found
        for invitee in each.invitees.all()
        if invitee.brief.organisation_id == organisation_id
    ]
