"""The profile of an organisation: purpose, website, ethics charter, duty to declare."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import transaction

from accounts.models import Organisation, User
from accounts.organisations.transitions import (
    lock,
    record_act,
    require_administrator,
)


class Presentation(NamedTuple):
    """The texts of an organisation that every party of its cases reads; "" when not given."""

    purpose: str
    website: str
    ethics_summary: str


@transaction.atomic
def save_profile(
    *, organisation_id: UUID, administrator: User, presentation: Presentation, at: datetime
) -> Organisation:
    """Save all texts of the presentation. Raises NotAnAdministrator."""
    save_presentation(
        organisation_id=organisation_id,
        administrator=administrator,
        purpose=presentation.purpose,
        website=presentation.website,
        at=at,
    )
    return save_ethics(
        organisation_id=organisation_id,
        administrator=administrator,
        summary=presentation.ethics_summary,
        at=at,
    )


@transaction.atomic
def save_presentation(
    *, organisation_id: UUID, administrator: User, purpose: str, website: str, at: datetime
) -> Organisation:
    """Save the purpose and the website, in any state but a read-only one.

    Raises NotAnAdministrator.
    """
    organisation = lock(organisation_id)
    require_administrator(administrator, organisation)
    organisation.purpose = purpose
    organisation.website = website
    organisation.save(update_fields=["purpose", "website"])
    record_act(organisation, "presentation", actor=administrator, at=at)
    return organisation


@transaction.atomic
def save_ethics(*, organisation_id: UUID, administrator: User, summary: str, at: datetime) -> Organisation:
    """Save the summary of the ethics charter, which every case of the organisation shows.

    Raises NotAnAdministrator.
    """
    organisation = lock(organisation_id)
    require_administrator(administrator, organisation)
    if summary != organisation.ethics_summary:
        organisation.ethics_summary = summary
        organisation.save(update_fields=["ethics_summary"])
        record_act(organisation, "ethics", actor=administrator, at=at, summary=summary)
    return organisation


@transaction.atomic
def save_transparency_duty(*, organisation_id: UUID, administrator: User, declares: str) -> Organisation:
    """Save whether a company must declare on Transparence-Santé; the caller records it in the ledger.

    Raises NotAnAdministrator.
    """
    organisation = lock(organisation_id)
    require_administrator(administrator, organisation)
    organisation.declares = declares
    organisation.save(update_fields=["declares"])
    return organisation
