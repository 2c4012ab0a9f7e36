"""The words of a mail, in the language and the time zone of its reader."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple, cast

from django.conf import settings
from django.template import Context
from django.template.backends.django import Template
from django.template.loader import get_template
from django.utils import timezone, translation

from outbox import preferences
from outbox.kinds import Kind, Recipient
from outbox.models import Delivery, Message
from outbox.schedule import zone_named

MAX_SUBJECT = 300
# Any white space but the two spaces of French typography that never break a line.
BREAKS = re.compile(r"[^\S\u00a0\u202f]+")
# (on white, on dark): the sides' tokens of the style sheet, as mail programs understand them.
ACCENTS = {
    "association": ("#7f2557", "#e7a9c3"),
    "company": ("#025875", "#87cce8"),
    "broker": ("#4a4039", "#d3c9bd"),
    "": ("#2b2520", "#ece8e4"),
}


class Words(NamedTuple):
    """A mail before it is addressed; `unsubscribe_url` is empty when it may not be switched off."""

    subject: str
    text: str
    html: str
    unsubscribe_url: str


def recipient_of(delivery: Delivery) -> Recipient:
    """Return the person that `delivery` was addressed to."""
    return Recipient(
        user=delivery.user,
        address=delivery.address,
        language=delivery.language,
        name=delivery.name,
        time_zone=delivery.time_zone,
    )


def render(*, kind: Kind, message: Message, recipient: Recipient, at: datetime) -> Words:
    """Return the words of `message` for `recipient`; templates count the days left from `at`."""
    with translation.override(recipient.language), timezone.override(zone_named(recipient.time_zone)):
        context = _context(kind, message, recipient, at)
        subject = _subject(kind, context)
        context["subject"] = subject
        return Words(
            subject=subject,
            text=_plain(f"emails/{kind.name}/body.txt", context).strip() + "\n",
            html=_template(f"emails/{kind.name}/body.html").template.render(Context(context)),
            unsubscribe_url=str(context["unsubscribe_url"]),
        )


def render_line(*, kind: Kind, message: Message, recipient: Recipient, at: datetime) -> tuple[str, str]:
    """Return the subject and the absolute address of `message`: its line in a digest."""
    with translation.override(recipient.language), timezone.override(zone_named(recipient.time_zone)):
        context = _context(kind, message, recipient, at)
        return _subject(kind, context), str(context["button_url"])


def absolute(path: str) -> str:
    """Return the public address of `path`."""
    return f"{settings.PUBLIC_URL}{path}"


def _context(kind: Kind, message: Message, recipient: Recipient, at: datetime) -> dict[str, object]:
    given = {"side": "", "details": [], **kind.context(message, recipient, at)}
    accent, accent_on_dark = ACCENTS[str(given["side"])]
    unsubscribe_url = ""
    if recipient.user is not None and not kind.mandatory:
        unsubscribe_url = absolute(preferences.settings_path(user=recipient.user, kind=kind))
    return given | {
        "at": at,
        "message": message,
        "recipient": recipient,
        "accent": accent,
        "accent_on_dark": accent_on_dark,
        "button_url": absolute(str(given["button_path"])),
        "unsubscribe_url": unsubscribe_url,
        "public_url": settings.PUBLIC_URL,
        "broker_name": settings.BROKER_NAME,
        "demonstration": settings.DEMONSTRATION,
    }


def _subject(kind: Kind, context: Mapping[str, object]) -> str:
    words = _plain(f"emails/{kind.name}/subject.txt", context)
    return BREAKS.sub(" ", words).strip()[:MAX_SUBJECT]


def _plain(name: str, context: Mapping[str, object]) -> str:
    # Plain text is not HTML: an apostrophe stays one.
    return str(_template(name).template.render(Context(dict(context), autoescape=False)))


def _template(name: str) -> Template:
    return cast("Template", get_template(name))
