"""What an association keeps of its own portal."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from django.db import transaction

from accounts.actions import organisations
from accounts.models import User
from associations.models import AssociationProfile


class Profile(NamedTuple):
    """What an association says of itself beyond its identity."""

    member_count: int | None
    volunteer_hours: int | None
    ethics_summary: str
    approval: str
    approved_date: date | None


class Presentation(NamedTuple):
    """What everybody in its cases reads about it, and the income that bounds its independence."""

    purpose: str
    website: str
    income: organisations.Income


@transaction.atomic
def save_profile(
    *,
    organisation_id: UUID,
    administrator: User,
    presentation: Presentation,
    profile: Profile,
    at: datetime,
) -> AssociationProfile:
    """Keep the profile, the presentation and the income of a year. Raises NotAnAdministrator."""
    organisations.save_presentation(
        organisation_id=organisation_id,
        administrator=administrator,
        purpose=presentation.purpose,
        website=presentation.website,
        at=at,
    )
    organisations.record_income(
        organisation_id=organisation_id, administrator=administrator, income=presentation.income, at=at
    )
    row, _made = AssociationProfile.objects.update_or_create(
        organisation_id=organisation_id, defaults=profile._asdict()
    )
    return row
