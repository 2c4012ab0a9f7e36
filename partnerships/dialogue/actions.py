"""Write a private message between a party and the broker, or a message of a thread that all parties read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.organisations.file_kinds import CheckedFile
from accounts.refusals import Refusal
from outbox import post
from partnerships import lifecycle, message_keys
from partnerships.case.files import store_file
from partnerships.case.transitions import lock, write
from partnerships.dialogue.queries import ThreadSubject, people_of, thread_about
from partnerships.models import (
    Mention,
    Note,
    Partnership,
    Party,
    Thread,
    ThreadMails,
    ThreadMessage,
    ThreadReader,
)
from partnerships.permissions import NotOfAParty, acting_membership
from partnerships.status.actions import refresh_status

# What is written so long after a first message is announced in one mail with it.
MESSAGE_PAUSE: Final = timedelta(minutes=15)
# A mail that leaves so soon takes no more messages.
CLOSED_BEFORE: Final = timedelta(minutes=1)


class ThreadsAreReadOnly(Refusal):
    """The case is closed or stopped: its threads are read, not written."""

    sentence = gettext_lazy(
        "Ce dossier est terminé\u00a0: ses échanges restent lisibles, sans nouveau message. Écrivez au "
        "passeur."
    )


class MentionsAStranger(Refusal):
    """A mentioned person does not read the thread."""

    sentence = gettext_lazy(
        "Une personne mentionnée ne lit plus cet échange. Rien n’est envoyé\u00a0: vérifiez les mentions."
    )
    field = "mentioned"


class Writer(NamedTuple):
    """Who writes in a shared thread, and for which party; None for a broker."""

    person: User
    party: Party | None


class NewMessage(NamedTuple):
    """What a person writes: words, the people mentioned, a checked file."""

    text: str
    mentioned: Sequence[UUID] = ()
    file: CheckedFile | None = None


@transaction.atomic
def write_note(*, party_id: int, author: User, text: str, at: datetime) -> Note:
    """Add a private message between a party and the broker; not recorded in the ledger, which all read.

    Raises NotOfAParty when the author is neither a broker nor a member of that party, OrganisationReadOnly.
    """
    party = Party.objects.select_related("partnership", "organisation").get(pk=party_id)
    lock(party.partnership_id, while_suspended=True)
    if not author.is_broker:
        _membership, own_notes = acting_membership(author, party.partnership)
        if own_notes.pk != party.pk:
            raise NotOfAParty
    note = Note.objects.create(party=party, author=author, text=text, written_at=at)
    post.post(
        kind="private-note",
        key=message_keys.private_note(party.partnership_id, note.pk),
        at=at,
        facts={"partnership": str(party.partnership_id), "note": note.pk},
    )
    return note


@transaction.atomic
def write_message(
    *, partnership_id: UUID, author: User, subject: ThreadSubject, message: NewMessage, at: datetime
) -> ThreadMessage:
    """Write in the shared thread of a subject; the first message opens it, which the ledger records.

    Raises ThreadsAreReadOnly, MentionsAStranger and, for anybody but a broker, what acting_membership raises.
    """
    partnership = lock(partnership_id, while_suspended=True)
    party = None if author.is_broker else acting_membership(author, partnership)[1]
    writer, announced_at = Writer(author, party), _next_mail(partnership, at)
    written = add_message(partnership, writer, subject, message, announced_at=announced_at, at=at)
    post.post(
        kind="thread-messages",
        key=message_keys.thread_messages(partnership.pk, announced_at=announced_at),
        at=at,
        due_at=announced_at,
        facts={"partnership": str(partnership.pk), "announced_at": announced_at.isoformat()},
    )
    refresh_status(partnership, at=at)
    return written


def add_message(
    partnership: Partnership,
    writer: Writer,
    subject: ThreadSubject,
    message: NewMessage,
    *,
    announced_at: datetime | None,
    at: datetime,
) -> ThreadMessage:
    """Add a message to a shared thread of a locked case; open the thread if it is new.

    The author has read the thread to here, and follows it unless they set something else. `announced_at`:
    None where the caller tells of the message. Raises ThreadsAreReadOnly, MentionsAStranger.
    """
    if partnership.state in lifecycle.FINAL:
        raise ThreadsAreReadOnly
    if message.mentioned and set(message.mentioned) - {each.user.pk for each in people_of(partnership)}:
        raise MentionsAStranger
    thread = thread_about(partnership, subject) or _open(partnership, subject, writer.person, at)
    file = store_file(partnership, message.file, giver=writer.person, at=at) if message.file else None
    written = ThreadMessage.objects.create(
        thread=thread,
        party=writer.party,
        author=writer.person,
        text=message.text,
        file=file,
        written_at=at,
        announced_at=announced_at,
    )
    Mention.objects.bulk_create([Mention(message=written, person_id=pk) for pk in message.mentioned])
    reader, is_new = ThreadReader.objects.get_or_create(
        thread=thread, person=writer.person, defaults={"mails": ThreadMails.FOLLOW, "read_until": written.pk}
    )
    if not is_new:
        reader.read_until = written.pk
        reader.save(update_fields=["read_until"])
    return written


@transaction.atomic
def set_mails(*, thread_id: int, person: User, mails: ThreadMails) -> None:
    """Set which messages of a shared thread a person gets by mail; private to them, so in no ledger."""
    ThreadReader.objects.update_or_create(thread_id=thread_id, person=person, defaults={"mails": mails})


@transaction.atomic
def mark_read(*, thread_id: int, person: User, last_id: int) -> None:
    """Record that a person read a shared thread up to the message of that key; never less than before."""
    reader, is_new = ThreadReader.objects.get_or_create(
        thread_id=thread_id, person=person, defaults={"read_until": last_id}
    )
    if not is_new and reader.read_until < last_id:
        reader.read_until = last_id
        reader.save(update_fields=["read_until"])


def _open(partnership: Partnership, subject: ThreadSubject, opener: User, at: datetime) -> Thread:
    thread = Thread.objects.create(
        partnership=partnership,
        clause_key=subject.clause_key,
        milestone_id=subject.milestone_id,
        title=subject.title,
        opened_by=opener,
        opened_at=at,
    )
    write(partnership, "thread.open", actor=opener, at=at, about=subject.title, number=subject.number)
    return thread


def _next_mail(partnership: Partnership, at: datetime) -> datetime:
    """Return when the next mail about the shared threads of a case leaves: that of what was just written."""
    planned = ThreadMessage.objects.filter(
        thread__partnership=partnership, announced_at__gt=at + CLOSED_BEFORE
    )
    first = planned.order_by("announced_at", "pk").first()
    return first.announced_at if first and first.announced_at else at + MESSAGE_PAUSE
