"""Mails about the erasure of an account: announced, done."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from functools import partial
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import processing
from accounts.models import User
from accounts.privacy.queries import erased_after, last_seen
from accounts.recipients import recipient_for
from outbox import kinds
from outbox.kinds import Kind, Recipient, Topic
from outbox.models import Message


def register() -> None:
    """Register the kinds of mails of this chapter."""
    mandatory = partial(Kind, topic=Topic.ACCOUNT, mandatory=True)
    kinds.register(
        mandatory(name="account-erased", recipients=_erased_address, holds=_always, context=_erased_context)
    )
    kinds.register(
        mandatory(name="account-idle", recipients=_user, holds=_is_still_idle, context=_idle_context)
    )


def _erased_address(message: Message, _at: datetime) -> Iterator[Recipient]:
    facts = message.facts
    yield Recipient(user=None, address=facts["address"], language=facts["language"], name=facts["name"])


def _always(_message: Message, _recipient: Recipient, _at: datetime) -> bool:
    return True


def _erased_context(_message: Message, _recipient: Recipient, _at: datetime) -> dict[str, object]:
    return {
        "period": processing.LAST_MAILS.period,
        "button_path": reverse("processing"),
        "button_label": _("Lire ce qui est conservé, et pourquoi"),
        "why": _("Vous recevez ce dernier message parce que votre compte vient d’être supprimé."),
    }


def _person(message: Message) -> User | None:
    return User.objects.filter(pk=UUID(message.facts["user"]), is_active=True).first()


def _user(message: Message, _at: datetime) -> Iterator[Recipient]:
    user = _person(message)
    if user:
        yield recipient_for(user)


def _is_still_idle(message: Message, _recipient: Recipient, _at: datetime) -> bool:
    user = _person(message)
    return user is not None and last_seen(user).isoformat() == message.facts["last_seen"]


def _idle_context(message: Message, _recipient: Recipient, _at: datetime) -> dict[str, object]:
    return {
        "period": processing.IDLE_ACCOUNTS.period,
        "erased_after": erased_after(
            date.fromisoformat(message.facts["last_seen"]), warned_at=message.created_at
        ),
        "button_path": reverse("home"),
        "button_label": _("Me connecter et conserver mon compte"),
        "why": _("Vous recevez ce message parce que vous avez un compte sur Lucky Link."),
    }
