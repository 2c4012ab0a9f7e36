"""Letters to one address: the mails of the account itself, and invitations."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import uuid4

from django.db import transaction

from accounts import message_keys
from accounts.models import Invitation, User
from outbox import post
from outbox.models import Message

LONGEST_AGENT = 200


class AccountMail(NamedTuple):
    """Words already written, for one address; `code` is set apart so that it can be shown large."""

    address: str
    language: str
    subject: str
    text: str
    code: str = ""


@transaction.atomic
def post_account_mail(*, mail: AccountMail, at: datetime) -> Message:
    """Hand a mail of the account to the outbox, to leave at once."""
    return post.post(kind="account-mail", key=message_keys.account_mail(uuid4()), at=at, facts=mail._asdict())


@transaction.atomic
def post_new_device(*, user: User, address: str, agent: str, at: datetime) -> Message:
    """Tell a person that their account was opened from a browser they never used, to leave at once."""
    return post.post(
        kind="new-device",
        key=message_keys.new_device(user.pk, at=at),
        at=at,
        facts={
            "user": str(user.pk),
            "address": address,
            "agent": agent[:LONGEST_AGENT],
            "at": at.isoformat(),
        },
    )


def post_invitation(invitation: Invitation, *, at: datetime) -> Message:
    """Send the letter of an invitation, in the transaction of whoever wrote it."""
    return post.post(
        kind="invitation",
        key=message_keys.invitation(invitation.pk, at=at),
        at=at,
        facts={"invitation": str(invitation.pk)},
    )


def withdraw_invitation(invitation: Invitation, *, at: datetime) -> None:
    """Make an invitation worthless and stop its letter if it has not left."""
    invitation.revoked_at = at
    invitation.save(update_fields=["revoked_at"])
    post.cancel(prefix=message_keys.invitation_prefix(invitation.pk), at=at)
