"""Actions that only the portal of associations has."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import transaction

from accounts.models import User
from accounts.organisations.actions import profile as organisations
from accounts.organisations.actions.profile import Presentation
from accounts.organisations.transitions import record_act
from associations.models import AssociationProfile


class AssociationProfileData(NamedTuple):
    """Number of members; hours of volunteers available in a year. None when not given."""

    member_count: int | None
    volunteer_hours: int | None


@transaction.atomic
def save_profile(
    *,
    organisation_id: UUID,
    administrator: User,
    presentation: Presentation,
    profile: AssociationProfileData,
    at: datetime,
) -> AssociationProfile:
    """Save the profile and the presentation. Raises NotAnAdministrator, ReadsOnly."""
    organisation = organisations.save_profile(
        organisation_id=organisation_id, administrator=administrator, presentation=presentation, at=at
    )
    row, _created = AssociationProfile.objects.update_or_create(
        organisation_id=organisation_id, defaults=profile._asdict()
    )
    record_act(organisation, "profile", actor=administrator, at=at, **profile._asdict())
    return row
