"""The page of the follow-up: milestones with their evidence, and commitments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.timezone import now
from django.views.decorators.http import require_safe

from accounts.pages.session import reader
from partnerships.case.views import case_of, case_page
from partnerships.following.queries import follow_up as queries
from partnerships.following.queries.money import case_money
from partnerships.permissions import Right, answering_party_of

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_safe
def follow_up(request: HttpRequest, reference: str) -> HttpResponse:
    """Show the milestones, late ones first, and the commitments of each party."""
    partnership = case_of(request, reference, Right.READ)
    answering_party = answering_party_of(reader(request), partnership)
    page = queries.follow_up(partnership, now(), answering_party=answering_party)
    money = case_money(partnership, answering_party=answering_party)
    template = "partnerships/following/page.html"
    return case_page(request, partnership, template, tab="follow_up", page=page, money=money)
