"""The kinds of message that exist; each room registers its own when the application starts."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from outbox.models import Message


class Topic(models.TextChoices):
    """What a person may switch on and off as one."""

    ROUNDS = "rounds", _("Tours et réponses")
    SIGNATURES = "signatures", _("Signatures")
    MILESTONES = "milestones", _("Jalons et engagements")
    NEWS = "news", _("Nouvelles de vos dossiers")
    ACCOUNT = "account", _("Votre compte")


class UnknownKind(LookupError):
    """No room registered a kind of message of this name."""


class AlreadyRegistered(Exception):
    """Two kinds of message cannot share a name."""


class Attachment(NamedTuple):
    """A file joined to a mail."""

    name: str
    mime_type: str
    content: bytes


@dataclass(frozen=True, kw_only=True)
class Recipient:
    """Somebody to write to; `user` is None for a person without an account."""

    user: AbstractBaseUser | None
    address: str
    language: str = "fr"
    name: str = ""
    time_zone: str = "Europe/Paris"


def no_attachments(message: Message, recipient: Recipient) -> list[Attachment]:  # noqa: ARG001
    """Join nothing."""
    return []


@dataclass(frozen=True, kw_only=True)
class Kind:
    """How one kind of message is addressed, checked and written.

    The words are in `emails/<name>/subject.txt`, `body.txt` and `body.html`. `context` gives at
    least "button_path", "button_label" and "why"; "side" ("association", "company", "broker")
    sets the accent. `context` and the templates get `at`, the moment of delivery (that of its digest
    for a line of one): the only "now" of a mail. `holds` is asked just before each send: False skips
    that person.
    `is_secret`: the words let whoever reads them act as somebody else, so they are not kept with the
    mail; `secret_facts` name the facts that hold them, dropped once the one mail left or was given up.
    A kind that is not mandatory can be switched off, which takes an account: `user` is not None.
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
    """Make `kind` known; called once from AppConfig.ready. Raises AlreadyRegistered."""
    if kind.name in _KINDS:
        raise AlreadyRegistered(kind.name)
    _KINDS[kind.name] = kind


def kind_named(name: str) -> Kind:
    """Return the kind registered under `name`. Raises UnknownKind."""
    try:
        return _KINDS[name]
    except KeyError:
        raise UnknownKind(name) from None


def every_kind() -> list[Kind]:
    """Return all registered kinds, by name."""
    return [_KINDS[name] for name in sorted(_KINDS)]
