"""A registration that is left and taken up again: how far it has come, and the mails that lead back to it."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from accounts import message_keys
from accounts.models import Organisation, RegistrationStep, User
from accounts.organisations.transitions import writable, write
from outbox import post

# Days after its start on which a registration that was not handed in is recalled.
RECALLED_DAYS = (3, 10)


@transaction.atomic
def reach(*, organisation_id: UUID, administrator: User, step: str, at: datetime) -> Organisation:
    """Remember how far the registration has come; going back over an earlier step loses nothing.

    Raises NotAnAdministrator, NotWritable.
    """
    organisation = writable(organisation_id, administrator)
    steps = list(RegistrationStep.values)
    if steps.index(step) > steps.index(organisation.registration_step):
        organisation.registration_step = step
        organisation.save(update_fields=["registration_step"])
        write(organisation, "step-reached", actor=administrator, at=at, step=step)
    return organisation


def post_way_back(organisation: Organisation, founder: User, *, at: datetime) -> None:
    """Send the way back to a registration just begun and plan its recalls, with its start."""
    facts = {"organisation": str(organisation.pk), "user": str(founder.pk)}
    for days in (0, *RECALLED_DAYS):
        post.post(
            kind="registration-resume",
            key=message_keys.registration_resume(organisation.pk, days=days),
            at=at,
            due_at=at + timedelta(days=days),
            facts={**facts, "days": days, "collapse": message_keys.registration_collapse(organisation.pk)},
        )


def drop_way_back(organisation: Organisation, *, at: datetime) -> None:
    """Stop the mails that lead back to a registration that was handed in."""
    post.cancel(prefix=message_keys.registration_prefix(organisation.pk), at=at)
