"""Registrations in progress."""

from __future__ import annotations

from accounts import lifecycle
from accounts.models import Organisation, RegistrationDraft, User


def open_registration(user: User, side: str, *, organisation_id: str = "") -> Organisation | None:
    """Return the unsubmitted organisation of this administrator on a side, a draft first. 1 query.

    With `organisation_id`, that one or none.
    """
    unsubmitted = Organisation.objects.filter(side=side, state__in=lifecycle.EDITABLE)
    own = unsubmitted.filter(
        memberships__user=user, memberships__left_at=None, memberships__is_administrator=True
    )
    # "draft" precedes "to_complete" in alphabetical order too.
    registrations = own.order_by("state", "created_at", "pk")
    return next((each for each in registrations if organisation_id in ("", str(each.pk))), None)


def draft_fields(user: User, side: str, step: str) -> dict[str, str | list[str]]:
    """Return what was typed in an incomplete step, {} for nothing. 1 query."""
    draft = RegistrationDraft.objects.filter(user=user, side=side, step=step).first()
    return draft.fields if draft else {}
