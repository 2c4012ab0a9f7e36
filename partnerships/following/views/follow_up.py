"""The page of the follow-up: milestones with their evidence, and commitments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.timezone import now
from django.views.decorators.http import require_safe

from accounts.pages.cache import cached_page
from accounts.pages.session import reader
from partnerships.case.header import case_header
from partnerships.case.views import case_of, case_version
from partnerships.following.queries import follow_up as queries
from partnerships.following.queries.money import case_money
from partnerships.permissions import Right, answering_party_of

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_safe
def follow_up(request: HttpRequest, reference: str) -> HttpResponse:
    """Show the milestones, late ones first, and the commitments of each party.

    Cached as the page of the text is; the time of a reminder that has left may stay a quarter of an hour.
    """
    at = now()
    partnership = case_of(request, reference, Right.READ)

    def context() -> dict[str, object]:
        answering_party = answering_party_of(reader(request), partnership)
        return {
            "header": case_header(partnership, reader(request), at, tab="follow_up"),
            "page": queries.follow_up(
                partnership, at, answering_party=answering_party, is_broker=reader(request).is_broker
            ),
            "money": case_money(partnership, answering_party=answering_party),
        }

    key = case_version(request, partnership, at)
    return cached_page(request, key, "partnerships/following/page.html", context)
