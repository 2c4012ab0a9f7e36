"""What an association keeps of its own portal."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import transaction

from accounts.models import User
from accounts.organisations.actions.profile import save_ethics, save_presentation
from accounts.organisations.transitions import lock, record_act
from associations.models import AssociationProfile


class Profile(NamedTuple):
    """What an association says of itself beyond its identity; hours of volunteers in a year."""

    member_count: int | None
    volunteer_hours: int | None


class Presentation(NamedTuple):
    """What everybody in its cases reads about it."""

    purpose: str
    website: str
    ethics_summary: str


@transaction.atomic
def save_profile(
    *,
    organisation_id: UUID,
    administrator: User,
    presentation: Presentation,
    profile: Profile,
    at: datetime,
) -> AssociationProfile:
    """Keep the profile and the presentation. Raises NotAnAdministrator."""
    save_presentation(
        organisation_id=organisation_id,
        administrator=administrator,
        purpose=presentation.purpose,
        website=presentation.website,
        at=at,
    )
    save_ethics(
        organisation_id=organisation_id,
        administrator=administrator,
        summary=presentation.ethics_summary,
        at=at,
    )
    row, _made = AssociationProfile.objects.update_or_create(
        organisation_id=organisation_id, defaults=profile._asdict()
    )
    record_act(lock(organisation_id), "profile", actor=administrator, at=at, **profile._asdict())
    return row
