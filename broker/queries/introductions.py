"""The introductions as the brokers read them: every name, every answer, every reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.http import Http404

from partnerships.matching.queries.briefs import AnonymousProfile, anonymous_profile
from partnerships.matching.queries.introductions import IntroductionStatus, status_of, with_invitees
from partnerships.matching.queries.matches import STATUS_LABELS
from partnerships.models import Brief, Introduction

SHOWN = 30
STATUSES = {
    IntroductionStatus.WAITING: "due",
    IntroductionStatus.REVEALED: "due",
    IntroductionStatus.OPENED: "ok",
}


class IntroductionRow(NamedTuple):
    introduction: Introduction
    status: str
    standing: str


class Answered(NamedTuple):
    """`stance`: "yes", "no" or "" while it is awaited."""

    brief: Brief
    portrait: AnonymousProfile
    stance: str
    reason: str
    by: str
    at: datetime | None


@dataclass(frozen=True, kw_only=True)
class IntroductionPage:
    """`title`: how the case might be called."""

    row: IntroductionRow
    answers: Sequence[Answered]
    title: str
    may_withdraw: bool
    may_open: bool


def introduction_rows(*, at: datetime) -> list[IntroductionRow]:
    """Return the last introductions, latest first. 2 queries."""
    return [_row(each, at) for each in with_invitees().order_by("-proposed_at", "pk")[:SHOWN]]


def introduction_page(introduction_id: UUID, *, at: datetime) -> IntroductionPage:
    """Return one introduction with every answer. Raises Http404. 2 queries."""
    found = with_invitees().filter(pk=introduction_id).first()
    if found is None:
        raise Http404
    standing = status_of(found, at)
    invitees = list(found.invitees.all())
    return IntroductionPage(
        row=_row(found, at),
        answers=[
            Answered(
                brief=invitee.brief,
                portrait=anonymous_profile(invitee.brief, is_named=False),
                stance="" if invitee.is_yes is None else "yes" if invitee.is_yes else "no",
                reason=invitee.reason,
                by=str(invitee.answered_by) if invitee.answered_by else "",
                at=invitee.answered_at,
            )
            for invitee in invitees
        ],
        title=invitees[0].brief.title,
        may_withdraw=standing == IntroductionStatus.WAITING,
        may_open=standing == IntroductionStatus.REVEALED,
    )


def portraits(offered: Mapping[str, Brief], wanted: Iterable[str]) -> list[AnonymousProfile]:
    """Return what will be read of the briefs wanted, as the others will read it. No query."""
    return [anonymous_profile(offered[key], is_named=False) for key in wanted if key in offered]


def _row(introduction: Introduction, at: datetime) -> IntroductionRow:
    standing = status_of(introduction, at)
    return IntroductionRow(introduction, STATUSES.get(standing, "none"), str(STATUS_LABELS[standing]))
