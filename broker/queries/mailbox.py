"""The delivery log: every mail, its state, and its text where the broker may read it."""

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
from outbox.kinds import Topic, UnknownKind, kind_named
from outbox.models import Delivery, DeliveryState, Message
from outbox.sending import secrecy

if TYPE_CHECKING:
    from collections.abc import Sequence

STATUSES = {
    DeliveryState.PENDING: "due",
    DeliveryState.SENDING: "due",
    DeliveryState.SENT: "ok",
    DeliveryState.FAILED: "late",
    DeliveryState.SKIPPED: "none",
    DeliveryState.CANCELLED: "none",
}


@dataclass(frozen=True, kw_only=True)
class MailRow:
    """One mail in the log; an unwritten or a personal one has a generic subject."""

    delivery: Delivery
    status: str
    subject: str


@dataclass(frozen=True, kw_only=True)
class StateCount:
    """Number of mails in a state that match the search."""

    state: str
    label: str
    count: int


@dataclass(frozen=True, kw_only=True)
class MailLogPage:
    """One page of the log; `stuck`: messages whose recipients could not be determined."""

    page: Page[Delivery]
    rows: Sequence[MailRow]
    counts: Sequence[StateCount]
    total: int
    stuck: Sequence[Message]


@dataclass(frozen=True, kw_only=True)
class MailPage:
    """One mail. `text` and `html` are "" when they are for the recipient alone (`is_personal`) or erased.

    `is_erased`: it was sent or failed, and its text was secret.
    """

    delivery: Delivery
    status: str
    subject: str
    text: str
    html: str
    is_personal: bool
    is_erased: bool
    is_failed: bool
    may_send_again: bool


def mailbox(*, words: str, state: str, page: int) -> MailLogPage:
    """Return the mails that match, latest first. 4 queries."""
    result = outbox.mailbox_page(search=words, state=state, page=page)
    return MailLogPage(
        page=result.deliveries,
        rows=[_row(delivery) for delivery in result.deliveries],
        counts=[
            StateCount(state=state.value, label=str(state.label), count=count)
            for state, count in result.counts.items()
        ],
        total=sum(result.counts.values()),
        stuck=result.stuck,
    )


def mail(delivery_id: UUID) -> MailPage:
    """Return one mail. 1 query. Raises Http404."""
    try:
        delivery = outbox.mail(delivery_id)
    except Delivery.DoesNotExist as error:
        raise Http404 from error
    is_private = is_personal(delivery.message.kind)
    is_failed = delivery.state == DeliveryState.FAILED
    is_finished = is_failed or delivery.state == DeliveryState.SENT
    return MailPage(
        delivery=delivery,
        status=STATUSES[DeliveryState(delivery.state)],
        subject=_subject(delivery, is_personal=is_private),
        text="" if is_private else _without_token(delivery.text),
        html="" if is_private else _without_token(delivery.html),
        is_personal=is_private,
        is_erased=is_finished and not delivery.html and secrecy.is_secret(delivery.message),
        is_failed=is_failed,
        may_send_again=is_failed and not secrecy.is_erased(delivery.message),
    )


def is_personal(kind: str) -> bool:
    """Return whether the text of such a mail is for its recipient alone.

    A sign-in code or an invitation lets whoever reads it act as somebody else, so a broker never
    sees one, except where no mail leaves the machine and the log is the only mailbox.
    """
    if secrecy.log_is_only_mailbox():
        return False
    try:
        return kind_named(kind).topic == Topic.ACCOUNT
    except UnknownKind:
        return True


def _without_token(text: str) -> str:
    """Remove the token of the link that changes the recipient's preferences without signing in."""
    before, after = reverse("outbox:unsubscribe", args=["|"]).split(quote("|"))
    return re.sub(rf"({re.escape(before)})[^/\s\"]+(?={re.escape(after)})", r"\1…", text)


def _row(delivery: Delivery) -> MailRow:
    is_private = is_personal(delivery.message.kind)
    return MailRow(
        delivery=delivery,
        status=STATUSES[DeliveryState(delivery.state)],
        subject=_subject(delivery, is_personal=is_private),
    )


def _subject(delivery: Delivery, *, is_personal: bool) -> str:
    if is_personal:
        return _("Message personnel du compte")
    if delivery.subject:
        return delivery.subject
    if delivery.sent_at:
        return _("%(topic)s, courriel supprimé") % {"topic": _topic(delivery.message.kind)}
    return _("%(topic)s, courriel non écrit") % {"topic": _topic(delivery.message.kind)}


def _topic(kind: str) -> str:
    # A digest has no topic of its own.
    topic = kind_named(kind).topic
    return str(Topic(topic).label) if topic in Topic.values else _("Résumé")
