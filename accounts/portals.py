"""Whose pages a person sees."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from accounts.models import Membership, Organisation, User

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser
    from django.contrib.auth.models import AnonymousUser


class Portal(NamedTuple):
    """Whose pages a person sees; `side` is "association", "company", "broker" or "" (none)."""

    side: str
    organisation: Organisation | None
    other_organisations: list[Organisation]


def portal_for(user: AbstractBaseUser | AnonymousUser, *, organisation_id: UUID | None = None) -> Portal:
    """Return the portal of a person: that of `organisation_id` if it is theirs, else the one joined first.

    Nobody and those who belong to nothing get no side; a broker gets the broker's. 1 query.
    """
    if not isinstance(user, User):
        return Portal("", None, [])
    if user.is_broker:
        return Portal("broker", None, [])
    present = Membership.objects.present().filter(user=user)
    memberships = present.select_related("organisation").order_by("joined_at", "pk")
    organisations = [membership.organisation for membership in memberships]
    if not organisations:
        return Portal("", None, [])
    current = next((each for each in organisations if each.pk == organisation_id), organisations[0])
    return Portal(current.side, current, [each for each in organisations if each != current])
