"""Rendering of mails, in the language and the time zone of the recipient."""

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

MAX_HEADING = 300
# What a telephone shows of a subject.
MAX_SUBJECT = 60
# Any white space except the two no-break spaces of French typography.
BREAKABLE_SPACES = re.compile(r"[^\S\u00a0\u202f]+")
# Lines that hold a tag alone leave these in a text: paragraphs have one blank line between them.
BLANK_LINES = re.compile(r"\n{3,}")
# (on white, on dark): the colours of the sides in the style sheet, in hex for mail programs.
ACCENTS = {
    "association": ("#7f2557", "#e7a9c3"),
    "company": ("#025875", "#87cce8"),
    "broker": ("#4a4039", "#d3c9bd"),
    "": ("#2b2520", "#ece8e4"),
}


class RenderedMail(NamedTuple):
    """A mail without its address; `unsubscribe_url` is "" when it is mandatory.

    `reply_to`: name and address of who reads the answers; None for the contact address.
    """

    subject: str
    text: str
    html: str
    unsubscribe_url: str
    reply_to: tuple[str, str] | None


def recipient_of(delivery: Delivery) -> Recipient:
    """Return the person that `delivery` was addressed to."""
    return Recipient(
        user=delivery.user,
        address=delivery.address,
        language=delivery.language,
        name=delivery.name,
        time_zone=delivery.time_zone,
        territory=delivery.user.territory if delivery.user else "",
    )


def render(*, kind: Kind, message: Message, recipient: Recipient, at: datetime) -> RenderedMail:
    """Return `message` rendered for `recipient`; templates count days left from `at`."""
    with translation.override(recipient.language), timezone.override(zone_named(recipient.time_zone)):
        context = _context(kind, message, recipient, at)
        heading = _heading(kind, context)
        context["subject"] = heading
        return RenderedMail(
            subject=shortened(heading),
            text=BLANK_LINES.sub("\n\n", _plain(f"emails/{kind.name}/body.txt", context)).strip() + "\n",
            html=_template(f"emails/{kind.name}/body.html").template.render(Context(context)),
            unsubscribe_url=str(context["unsubscribe_url"]),
            reply_to=cast("tuple[str, str] | None", context.get("reply_to")),
        )


class MailLine(NamedTuple):
    """A mail in a line: its whole subject, its reason, and the absolute URL of its button."""

    heading: str
    why: str
    url: str


def describe(*, kind: Kind, message: Message, recipient: Recipient, at: datetime) -> MailLine:
    """Return `message` in a line, as it will be at `at`."""
    with translation.override(recipient.language), timezone.override(zone_named(recipient.time_zone)):
        context = _context(kind, message, recipient, at)
        return MailLine(_heading(kind, context), str(context["why"]), str(context["button_url"]))


def render_line(*, kind: Kind, message: Message, recipient: Recipient, at: datetime) -> tuple[str, str]:
    """Return the whole subject and the absolute URL of `message`: its line in a digest."""
    line = describe(kind=kind, message=message, recipient=recipient, at=at)
    return line.heading, line.url


def absolute(path: str) -> str:
    """Return the public URL of `path`."""
    return f"{settings.PUBLIC_URL}{path}"


def _context(kind: Kind, message: Message, recipient: Recipient, at: datetime) -> dict[str, object]:
    values = {"side": "", "details": [], **kind.context(message, recipient, at)}
    accent, accent_on_dark = ACCENTS[str(values["side"])]
    unsubscribe_url = ""
    if recipient.user is not None and not kind.mandatory:
        unsubscribe_url = absolute(preferences.settings_path(user=recipient.user, kind=kind))
    return values | {
        "at": at,
        "message": message,
        "recipient": recipient,
        "accent": accent,
        "accent_on_dark": accent_on_dark,
        "button_url": absolute(str(values["button_path"])),
        "unsubscribe_url": unsubscribe_url,
        "public_url": settings.PUBLIC_URL,
        "broker_name": settings.BROKER_NAME,
        "demonstration": settings.DEMONSTRATION,
    }


def shortened(heading: str) -> str:
    """Return a heading as a subject: what is too long is cut at its end, where the names are."""
    if len(heading) <= MAX_SUBJECT:
        return heading
    return heading[: MAX_SUBJECT - 1].rstrip(" \u00a0\u202f,;:.-–—«“‘(") + "…"


def _heading(kind: Kind, context: Mapping[str, object]) -> str:
    """Return the subject of a mail before it is cut: its title in HTML."""
    heading = _plain(f"emails/{kind.name}/subject.txt", context)
    return BREAKABLE_SPACES.sub(" ", heading).strip()[:MAX_HEADING]


def _plain(name: str, context: Mapping[str, object]) -> str:
    # Plain text: no HTML escaping.
    return str(_template(name).template.render(Context(dict(context), autoescape=False)))


def _template(name: str) -> Template:
    return cast("Template", get_template(name))
