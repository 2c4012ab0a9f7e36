"""The registry of the kinds of message; each app registers its own in `AppConfig.ready`."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from outbox.models import Message


class Topic(models.TextChoices):
    """Kinds of message whose rhythm a person sets together."""

    ROUNDS = "rounds", _("Tours et réponses")
    SIGNATURES = "signatures", _("Signatures")
    MILESTONES = "milestones", _("Jalons et engagements")
    NEWS = "news", _("Nouvelles de vos dossiers")
    ACCOUNT = "account", _("Votre compte")


class UnknownKind(LookupError):
    """No kind of message of this name is registered."""


class AlreadyRegistered(Exception):
    """A kind of message of this name is registered already."""


class Attachment(NamedTuple):
    """A file attached to a mail."""

    name: str
    mime_type: str
    content: bytes


@dataclass(frozen=True, kw_only=True)
class Recipient:
    """A person to write to; `user` is None without an account.

    `territory`: whose holidays apply, a key of `schedule.CALENDARS`; "" stands for that of the time zone.
    """

    user: AbstractBaseUser | None
    address: str
    language: str = "fr"
    name: str = ""
    time_zone: str = "Europe/Paris"
    territory: str = ""


def no_attachments(message: Message, recipient: Recipient) -> list[Attachment]:  # noqa: ARG001
    """Return no attachment."""
    return []


@dataclass(frozen=True, kw_only=True)
class Kind:
    """How messages of one kind are addressed, checked and rendered.

    The texts are in `emails/<name>/subject.txt`, `body.txt` and `body.html`. `context` gives at
    least "button_path", "button_label" and "why"; "side" ("association", "company", "broker")
    sets the accent colour. `context` and the templates get `at`, the moment of delivery (that of its digest
    for a line of one): the only "now" of a mail. `holds` is called just before each send: False skips
    that person.
    `is_secret`: the text lets whoever reads it act as somebody else, so it is not stored with the
    mail; `secret_facts`: names of the facts that hold the secrets, erased when the one mail was sent or
    failed. A kind that is not mandatory can be switched off, which requires an account.
    """

    name: str
    topic: str
    recipients: Callable[[Message, datetime], Iterable[Recipient]]
    holds: Callable[[Message, Recipient, datetime], bool]
    context: Callable[[Message, Recipient, datetime], dict[str, object]]
    attachments: Callable[[Message, Recipient], list[Attachment]] = no_attachments
    mandatory: bool = False
    working_hours: bool = False
    is_secret: bool = False
    secret_facts: tuple[str, ...] = ()


_KINDS: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Register `kind`; called once from AppConfig.ready. Raises AlreadyRegistered."""
    if kind.name in _KINDS:
        raise AlreadyRegistered(kind.name)
    _KINDS[kind.name] = kind


def kind_named(name: str) -> Kind:
    """Return the kind registered under `name`. Raises UnknownKind."""
    try:
        return _KINDS[name]
    except KeyError:
        raise UnknownKind(name) from None


def all_kinds() -> list[Kind]:
    """Return all registered kinds, by name."""
    return [_KINDS[name] for name in sorted(_KINDS)]
