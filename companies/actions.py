"""Actions that only the portal of companies has."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import transaction

from accounts.models import User
from accounts.organisations.actions import profile as organisations
from accounts.organisations.actions.profile import Presentation
from accounts.organisations.transitions import record_act
from companies.models import CompanyProfile


class CompanyActivity(NamedTuple):
    """`trade`: a `Trade`; `declares`: whether it must declare on Transparence-Santé, a `Declares`."""

    trade: str
    declares: str


class CompanyProfileData(NamedTuple):
    """The activity, and the professional body that the company belongs to ("" for none)."""

    trade: str
    declares: str
    professional_body: str


@transaction.atomic
def save_activity(
    *, organisation_id: UUID, administrator: User, activity: CompanyActivity, at: datetime
) -> CompanyProfile:
    """Save the activity given at registration. Raises NotAnAdministrator, ReadsOnly."""
    return _save(organisation_id, administrator, activity._asdict(), at=at)


@transaction.atomic
def save_profile(
    *,
    organisation_id: UUID,
    administrator: User,
    presentation: Presentation,
    profile: CompanyProfileData,
    at: datetime,
) -> CompanyProfile:
    """Save the profile and the presentation. Raises NotAnAdministrator, ReadsOnly."""
    organisations.save_profile(
        organisation_id=organisation_id, administrator=administrator, presentation=presentation, at=at
    )
    return _save(organisation_id, administrator, profile._asdict(), at=at)


def _save(
    organisation_id: UUID, administrator: User, values: dict[str, str], *, at: datetime
) -> CompanyProfile:
    # `declares` is a column of the organisation, which the text of its cases reads.
    columns = {name: value for name, value in values.items() if name != "declares"}
    profile, _created = CompanyProfile.objects.update_or_create(
        organisation_id=organisation_id, defaults=columns
    )
    organisation = organisations.save_transparency_duty(
        organisation_id=organisation_id, administrator=administrator, declares=values["declares"]
    )
    record_act(organisation, "profile", actor=administrator, at=at, **values)
    return profile
