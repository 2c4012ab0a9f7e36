"""What a company keeps of its own portal."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import transaction

from accounts.models import User
from accounts.organisations.actions.profile import save_ethics, save_presentation, save_transparency_duty
from accounts.organisations.transitions import record_act
from companies.models import CompanyProfile


class Profile(NamedTuple):
    """What a company says of itself beyond its identity."""

    trade: str
    declares: str
    professional_body: str


class Presentation(NamedTuple):
    """What everybody in its cases reads about it."""

    purpose: str
    website: str
    ethics_summary: str


class Business(NamedTuple):
    """What the company makes, and whether it must declare on Transparence-Santé."""

    trade: str
    declares: str


@transaction.atomic
def save_business(
    *,
    organisation_id: UUID,
    administrator: User,
    purpose: str,
    website: str,
    business: Business,
    at: datetime,
) -> CompanyProfile:
    """Keep what a registration asks beyond the identity. Raises NotAnAdministrator."""
    save_presentation(
        organisation_id=organisation_id,
        administrator=administrator,
        purpose=purpose,
        website=website,
        at=at,
    )
    return _keep(organisation_id, administrator, business._asdict(), at=at)


@transaction.atomic
def save_profile(
    *,
    organisation_id: UUID,
    administrator: User,
    presentation: Presentation,
    profile: Profile,
    at: datetime,
) -> CompanyProfile:
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
    return _keep(organisation_id, administrator, profile._asdict(), at=at)


def _keep(
    organisation_id: UUID, administrator: User, told: dict[str, str], *, at: datetime
) -> CompanyProfile:
    own = {name: value for name, value in told.items() if name != "declares"}
    row, _made = CompanyProfile.objects.update_or_create(organisation_id=organisation_id, defaults=own)
    organisation = save_transparency_duty(
        organisation_id=organisation_id, administrator=administrator, declares=told["declares"]
    )
    record_act(organisation, "profile", actor=administrator, at=at, **told)
    return row
