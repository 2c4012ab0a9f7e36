"""Introductions as a member of an invited organisation reads them: no names before all have accepted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.db.models import Prefetch, QuerySet
from django.http import Http404

from accounts.models import Membership, User
from partnerships.matching.queries.briefs import AnonymousProfile, anonymous_profile
from partnerships.models import Introduction, Invitee


class IntroductionStatus(StrEnum):
    WAITING = "waiting"
    REVEALED = "revealed"
    OPENED = "opened"  # a case was opened
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    STOPPED = "stopped"  # all accepted, but one could no longer take part
    EXPIRED = "expired"


ENDED_STATUSES = (
    IntroductionStatus.DECLINED,
    IntroductionStatus.WITHDRAWN,
    IntroductionStatus.STOPPED,
    IntroductionStatus.EXPIRED,
)


@dataclass(frozen=True, kw_only=True)
class InvitationPage:
    """An introduction as a member of an invited organisation reads it.

    `is_ended`: it ended without names; the page does not say who ended it. `is_stopped`: all accepted, but
    one could no longer take part. `case_url` is "" before a case.
    """

    introduction: Introduction
    own: Invitee
    others: Sequence[AnonymousProfile]
    is_revealed: bool
    is_ended: bool
    is_stopped: bool
    may_answer: bool
    case_url: str


def open_introductions(brief_ids: Iterable[UUID], *, at: datetime) -> QuerySet[Introduction]:
    """Return the introductions of these briefs that await an answer. 1 query."""
    waiting = Introduction.objects.filter(withdrawn_at=None, revealed_at=None, expires_at__gt=at)
    invited = waiting.filter(pk__in=Invitee.objects.filter(brief__in=list(brief_ids)).values("introduction"))
    return invited.exclude(pk__in=Invitee.objects.filter(is_yes=False).values("introduction")).order_by("pk")


def with_invitees() -> QuerySet[Introduction]:
    """Return introductions with their broker, case and invited organisations. 2 queries."""
    invitees = Invitee.objects.select_related("brief__organisation", "answered_by")
    prefetch = Prefetch("invitees", queryset=invitees.order_by("brief__organisation__side", "pk"))
    return Introduction.objects.select_related("proposed_by", "partnership").prefetch_related(prefetch)


def status_of(introduction: Introduction, at: datetime) -> IntroductionStatus:
    """Return the status of an introduction at `at`. No query when the invitees were prefetched."""
    if introduction.revealed_at is not None:
        return IntroductionStatus.OPENED if introduction.partnership_id else IntroductionStatus.REVEALED
    if introduction.withdrawn_at is not None:
        return IntroductionStatus.STOPPED if introduction.is_hindered else IntroductionStatus.WITHDRAWN
    if any(invitee.is_yes is False for invitee in introduction.invitees.all()):
        return IntroductionStatus.DECLINED
    return IntroductionStatus.EXPIRED if introduction.expires_at <= at else IntroductionStatus.WAITING


def introduction_for(user: User, introduction_id: UUID) -> tuple[Introduction, Membership, Invitee]:
    """Return an introduction with the membership and invitee of `user`. Raises Http404. 3 queries."""
    introduction = with_invitees().filter(pk=introduction_id).first()
    if introduction is None or user.is_broker:
        raise Http404
    invitees = {invitee.brief.organisation_id: invitee for invitee in introduction.invitees.all()}
    present = Membership.objects.present().filter(user=user, organisation__in=invitees)
    membership = present.select_related("organisation").order_by("pk").first()
    if membership is None:
        raise Http404
    return introduction, membership, invitees[membership.organisation_id]


def introduction_page(
    introduction: Introduction, membership: Membership, own: Invitee, *, at: datetime
) -> InvitationPage:
    """Return what a member of an invited organisation reads. No query."""
    status = status_of(introduction, at)
    is_revealed = introduction.revealed_at is not None
    is_writer = membership.organisation.is_verified and (
        membership.is_referent or membership.is_administrator
    )
    case = introduction.partnership
    return InvitationPage(
        introduction=introduction,
        own=own,
        others=[
            anonymous_profile(invitee.brief, is_named=is_revealed)
            for invitee in introduction.invitees.all()
            if invitee.pk != own.pk
        ],
        is_revealed=is_revealed,
        is_ended=status in ENDED_STATUSES,
        is_stopped=status == IntroductionStatus.STOPPED,
        may_answer=status == IntroductionStatus.WAITING and is_writer,
        case_url=case.get_absolute_url() if case else "",
    )


def introductions_of(
    organisation_id: UUID, *, at: datetime
) -> list[tuple[Introduction, Invitee, IntroductionStatus]]:
    """Return the introductions of an organisation, latest first. 2 queries."""
    own = Invitee.objects.filter(brief__organisation=organisation_id).values("introduction")
    introductions = with_invitees().filter(pk__in=own).order_by("-proposed_at", "pk")
    return [
        (introduction, invitee, status_of(introduction, at))
        for introduction in introductions
        for invitee in introduction.invitees.all()
        if invitee.brief.organisation_id == organisation_id
    ]
