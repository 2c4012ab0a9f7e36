"""The mail about new messages of the shared threads of a case."""

from __future__ import annotations

from datetime import datetime
from itertools import groupby
from typing import Any, NamedTuple

from django.utils.text import Truncator
from django.utils.translation import gettext as _

from accounts.recipients import recipient_for
from outbox.kinds import Recipient, Topic
from outbox.models import Message
from partnerships.case.mail_context import case_mail_context, page
from partnerships.case.recipients import case_of, kind
from partnerships.dialogue import queries
from partnerships.models import ThreadMessage

QUOTED_CHARS = 600


class QuotedMessage(NamedTuple):
    writer: str
    text: str


class QuotedThread(NamedTuple):
    """The messages of one thread; `title`: "" for that of the case."""

    title: str
    messages: list[QuotedMessage]


def _announced(message: Message) -> list[ThreadMessage]:
    return queries.announced(case_of(message), datetime.fromisoformat(message.facts["announced_at"]))


def _audience(message: Message, _at: datetime) -> list[Recipient]:
    """Return who follows a thread, is mentioned, or speaks where one is opened."""
    written = _announced(message)
    people = queries.people_of(case_of(message))
    return [recipient_for(each.user) for each in people if queries.told_to(each, written)]


def _context(message: Message, reader: Recipient, at: datetime) -> dict[str, object]:
    case, written = case_of(message), _announced(message)
    person = next(each for each in queries.people_of(case) if each.user == reader.user)
    told: list[Any] = queries.told_to(person, written)
    slugs = {each.thread.slug for each in told}
    path = page("thread", case, *slugs) if len(slugs) == 1 else page("dialogue", case)
    return case_mail_context(
        case,
        reader,
        at=at,
        path=path,
        button=_("Lire et répondre"),
        threads=[
            QuotedThread(thread.title, [_quoted(each) for each in messages])
            for thread, messages in groupby(told, key=lambda each: each.thread)
        ],
        count=len(told),
        why=_(
            "Vous recevez ce message parce que vous suivez cet échange, qu’un message vous y mentionne ou "
            "que l’échange vient de s’ouvrir. La page de l’échange permet de changer ce choix."
        ),
    )


def _quoted(message: ThreadMessage) -> QuotedMessage:
    writer = str(message.author)
    if message.party:
        writer = f"{writer}, {message.party.organisation.name}"
    return QuotedMessage(writer, Truncator(message.text).chars(QUOTED_CHARS))


KINDS = (kind("thread-messages", Topic.NEWS, _audience, _context),)
