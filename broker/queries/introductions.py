"""The introductions with every name, answer and reason: for brokers only."""

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

LIST_LIMIT = 30
STATUSES = {
    IntroductionStatus.WAITING: "due",
    IntroductionStatus.REVEALED: "due",
    IntroductionStatus.OPENED: "ok",
}


class IntroductionRow(NamedTuple):
    """An introduction with the status and label of its badge."""

    introduction: Introduction
    status: str
    label: str


class IntroductionAnswer(NamedTuple):
    """`stance`: "yes", "no" or "" while awaited; `by` is "" and `at` None until then."""

    brief: Brief
    portrait: AnonymousProfile
    stance: str
    reason: str
    by: str
    at: datetime | None


@dataclass(frozen=True, kw_only=True)
class IntroductionPage:
    """`title`: the proposed title of the case."""

    row: IntroductionRow
    answers: Sequence[IntroductionAnswer]
    title: str
    may_withdraw: bool
    may_open: bool


def introduction_rows(*, at: datetime) -> list[IntroductionRow]:
    """Return the introductions, latest first, at most `LIST_LIMIT`. 2 queries."""
    introductions = with_invitees().order_by("-proposed_at", "pk")[:LIST_LIMIT]
    return [_row(introduction, at) for introduction in introductions]


def introduction_page(introduction_id: UUID, *, at: datetime) -> IntroductionPage:
    """Return one introduction with every answer. Raises Http404. 2 queries."""
    introduction = with_invitees().filter(pk=introduction_id).first()
    if introduction is None:
        raise Http404
    state = status_of(introduction, at)
    invitees = list(introduction.invitees.all())
    return IntroductionPage(
        row=_row(introduction, at),
        answers=[
            IntroductionAnswer(
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
        may_withdraw=state == IntroductionStatus.WAITING,
        may_open=state == IntroductionStatus.REVEALED,
    )


def portraits(briefs: Mapping[str, Brief], brief_ids: Iterable[str]) -> list[AnonymousProfile]:
    """Return the anonymous profiles of those briefs whose key is in `brief_ids`, in that order. No query."""
    return [anonymous_profile(briefs[key], is_named=False) for key in brief_ids if key in briefs]


def _row(introduction: Introduction, at: datetime) -> IntroductionRow:
    state = status_of(introduction, at)
    return IntroductionRow(introduction, STATUSES.get(state, "none"), str(STATUS_LABELS[state]))
