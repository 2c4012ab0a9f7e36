"""The list of the cases that a person may read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.core.paginator import Page, Paginator
from django.db.models import Exists, F, OuterRef

from accounts.models import User
from partnerships.case.cards import PartnershipCard, cards_of
from partnerships.case.status import statuses_of
from partnerships.models import Partnership, PartnershipGroupPermission

ROWS: Final = 20


@dataclass(frozen=True, kw_only=True)
class ListPage:
    """One page of the list: open cases first, by latest change of state."""

    page: Page[Partnership]
    cards: list[PartnershipCard]


def list_page(user: User, at: datetime, *, number: str | int = 1) -> ListPage:
    """Return one page of the cases that the groups of `user` may read. At most 4 queries.

    A page past the end gives the last one.
    """
    granted = PartnershipGroupPermission.objects.filter(
        content_object=OuterRef("pk"), permission__codename="read_partnership", group__user=user
    )
    queryset = Partnership.objects.filter(Exists(granted)).select_related("broker")
    order = (F("closed_at").desc(nulls_first=True), F("entered_at").desc(), "pk")
    page = Paginator(queryset.order_by(*order), ROWS).get_page(number)
    cases = statuses_of(page.object_list, at, user=user)
    return ListPage(page=page, cards=cards_of(cases.values(), user, at))
