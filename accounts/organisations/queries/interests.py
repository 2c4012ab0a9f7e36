"""Declared ties of the boards of organisations."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from django.http import Http404

from accounts.models import (
    BoardLink,
    InterestStatement,
    Organisation,
)
from accounts.models.interests import STATEMENT_HOLDS


class BoardInterests(NamedTuple):
    """The current ties of a board and its last statement; `is_due`: the statement must be confirmed again."""

    links: list[BoardLink]
    statement: InterestStatement | None
    is_due: bool


class BoardLinkFields(NamedTuple):
    """The fields of a tie as the form shows them."""

    person: str
    counterpart: str
    words: str
    since_date: date
    until_date: date | None


def board_interests(organisation_ids: Collection[UUID], *, at: datetime) -> dict[UUID, BoardInterests]:
    """Return the declared ties by organisation, the latest first. 2 queries."""
    current = BoardLink.objects.filter(organisation__in=organisation_ids, replaced_at=None)
    links = list(current.order_by("-since_date", "pk"))
    latest = InterestStatement.objects.filter(organisation__in=organisation_ids).order_by(
        "organisation_id", "-stated_at", "-pk"
    )
    statements = {each.organisation_id: each for each in latest.distinct("organisation_id")}
    interests = {}
    for key in organisation_ids:
        statement = statements.get(key)
        is_due = statement is None or statement.stated_at + STATEMENT_HOLDS <= at
        own = [link for link in links if link.organisation_id == key]
        interests[key] = BoardInterests(own, statement, is_due)
    return interests


def board_link(organisation: Organisation, link_id: int) -> BoardLinkFields:
    """Return the fields of a current tie of an organisation. Raises Http404. 1 query."""
    current = organisation.board_links.filter(pk=link_id, replaced_at=None)
    values = current.values_list(*BoardLinkFields._fields).first()
    if values is None:
        raise Http404
    return BoardLinkFields(*values)
