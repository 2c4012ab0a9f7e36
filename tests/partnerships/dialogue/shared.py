"""Messages of the shared threads, written by the real actions."""

from __future__ import annotations

from datetime import datetime

from accounts.models import User
from partnerships.case.header import case_header
from partnerships.dialogue import actions, queries
from partnerships.dialogue.actions import NewMessage
from partnerships.models import Partnership, ThreadMessage


def write(
    case: Partnership,
    author: User,
    text: str = "Qui relit la page ?",
    *,
    slug: str = queries.CASE_SLUG,
    mentioned: tuple[User, ...] = (),
    at: datetime,
) -> ThreadMessage:
    """Have somebody write in a shared thread of a case."""
    header = case_header(Partnership.objects.get(pk=case.pk), author, at)
    return actions.write_message(
        partnership_id=case.pk,
        author=author,
        subject=queries.subject_of(header, slug),
        message=NewMessage(text, tuple(person.pk for person in mentioned)),
        at=at,
    )
