"""The mails of the account itself: codes, confirmations, warnings."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import uuid4

from django.db import transaction

from outbox import post
from outbox.models import Message


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
    return post.post(kind="account-mail", key=f"account:{uuid4()}", at=at, facts=mail._asdict())
