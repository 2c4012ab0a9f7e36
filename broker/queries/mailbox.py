"""The delivery log: every mail, its fate, and its words where the broker may read them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote
from uuid import UUID

from django.core.paginator import Page
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from outbox import queries as outbox
from outbox import secrecy
from outbox.kinds import Topic, UnknownKind, kind_named
from outbox.models import Delivery, DeliveryState, Message

if TYPE_CHECKING:
    from collections.abc import Sequence

STATUSES = {
    DeliveryState.PENDING: "due",
    DeliveryState.SENT: "ok",
    DeliveryState.FAILED: "late",
    DeliveryState.SKIPPED: "none",
    DeliveryState.CANCELLED: "none",
}


@dataclass(frozen=True, kw_only=True)
class MailRow:
    """One mail in the log; an unwritten or a personal one has a subject that we give it."""

    delivery: Delivery
    status: str
    subject: str


@dataclass(frozen=True, kw_only=True)
class StateCount:
    """How many mails of a state match the search."""

    state: str
    label: str
    count: int


@dataclass(frozen=True, kw_only=True)
class Mailbox:
    """One page of the log; `stuck` are messages whose audience could not be found."""

    page: Page[Delivery]
    rows: Sequence[MailRow]
    counts: Sequence[StateCount]
    total: int
    stuck: Sequence[Message]


@dataclass(frozen=True, kw_only=True)
class MailShown:
    """One mail; without its words when they are for its reader alone, or gone because they were secret."""

    delivery: Delivery
    status: str
    subject: str
    text: str
    html: str
    is_personal: bool
    is_gone: bool
    is_failed: bool
    may_send_again: bool


def mailbox(*, words: str, state: str, page: int) -> Mailbox:
    """Return the mails that match, latest first. 4 queries."""
    found = outbox.mailbox_page(search=words, state=state, page=page)
    return Mailbox(
        page=found.deliveries,
        rows=[_row(delivery) for delivery in found.deliveries],
        counts=[
            StateCount(state=state.value, label=str(state.label), count=count)
            for state, count in found.counts.items()
        ],
        total=sum(found.counts.values()),
        stuck=found.stuck,
    )


def mail(delivery_id: UUID) -> MailShown:
    """Return one mail. 1 query. Raises Http404."""
    try:
        delivery = outbox.mail(delivery_id)
    except Delivery.DoesNotExist as error:
        raise Http404 from error
    personal = is_personal(delivery.message.kind)
    is_failed = delivery.state == DeliveryState.FAILED
    is_over = is_failed or delivery.state == DeliveryState.SENT
    return MailShown(
        delivery=delivery,
        status=STATUSES[DeliveryState(delivery.state)],
        subject=_title(delivery, is_personal=personal),
        text="" if personal else _without_keys(delivery.text),
        html="" if personal else _without_keys(delivery.html),
        is_personal=personal,
        is_gone=is_over and not delivery.html and secrecy.is_secret(delivery.message),
        is_failed=is_failed,
        may_send_again=is_failed and not secrecy.is_forgotten(delivery.message),
    )


def is_personal(kind: str) -> bool:
    """Say whether the words of such a mail are for its reader alone.

    A sign-in code or an invitation lets whoever reads it act as somebody else, so a broker never
    sees one; but where no mail leaves the machine, the log is the only mailbox there is.
    """
    if secrecy.log_is_the_mailbox():
        return False
    try:
        return kind_named(kind).topic == Topic.ACCOUNT
    except UnknownKind:
        return True


def _without_keys(words: str) -> str:
    """Cut the token of the link that sets the reader's wishes without signing in."""
    before, after = reverse("outbox:unsubscribe", args=["|"]).split(quote("|"))
    return re.sub(rf"({re.escape(before)})[^/\s\"]+(?={re.escape(after)})", r"\1…", words)


def _row(delivery: Delivery) -> MailRow:
    personal = is_personal(delivery.message.kind)
    return MailRow(
        delivery=delivery,
        status=STATUSES[DeliveryState(delivery.state)],
        subject=_title(delivery, is_personal=personal),
    )


def _title(delivery: Delivery, *, is_personal: bool) -> str:
    if is_personal:
        return _("Message personnel du compte")
    if delivery.subject:
        return delivery.subject
    if delivery.sent_at:
        return _("%(topic)s, courriel effacé") % {"topic": _topic(delivery.message.kind)}
    return _("%(topic)s, courriel non écrit") % {"topic": _topic(delivery.message.kind)}


def _topic(kind: str) -> str:
    # A digest has no topic of its own.
    topic = kind_named(kind).topic
    return str(Topic(topic).label) if topic in Topic.values else _("Résumé")
