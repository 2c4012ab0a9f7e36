"""The threads of a case: the private ones of each party and the broker, and those that all parties read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple

from django.db.models import Case, Count, F, Max, Min, OuterRef, Prefetch, Q, QuerySet, Subquery, When
from django.http import Http404

from accounts.models import Membership, User
from accounts.people.queries.account import active_brokers
from partnerships import lifecycle
from partnerships.case import editions
from partnerships.case.header import CaseHeader
from partnerships.models import (
    Clause,
    Mention,
    Note,
    Partnership,
    Party,
    Thread,
    ThreadMails,
    ThreadMessage,
    ThreadReader,
)
from partnerships.text.references import numbers_in

CASE_SLUG: Final = "dossier"
PAGE_SIZE: Final = 50


@dataclass(frozen=True, kw_only=True)
class PrivateThread:
    """The private messages between one party and the broker, oldest first."""

    party: Party
    notes: Sequence[Note]


class ThreadPerson(NamedTuple):
    """A person who reads the shared threads of a case; `party`: None for a broker.

    `is_speaker`: whether they are the broker, or a referent or signatory of their party.
    """

    user: User
    party: Party | None
    is_speaker: bool

    @property
    def name(self) -> str:
        return f"{self.user}, {self.party.organisation.name}" if self.party else str(self.user)


@dataclass(frozen=True, kw_only=True)
class ThreadSubject:
    """What a shared thread is about; `title` is "" for the case, `number` that of a clause as printed."""

    slug: str
    clause_key: str = ""
    milestone_id: int | None = None
    title: str = ""
    number: str = ""


class ThreadRow(NamedTuple):
    """A thread of the list; `last`: its latest message."""

    thread: Thread
    total: int
    unread: int
    last: ThreadMessage


@dataclass(frozen=True, kw_only=True)
class MessageShown:
    message: ThreadMessage
    side: str
    name: str
    mentioned: Sequence[str]
    is_unread: bool


@dataclass(frozen=True, kw_only=True)
class ThreadPage:
    """A shared thread as its reader sees it, oldest message first; `thread`: None before the first message.

    `older_before`: key of the oldest message shown where there are older ones, None where there are not;
    `last_id`: key of the latest message of the thread, 0 without one.
    """

    subject: ThreadSubject
    thread: Thread | None
    messages: Sequence[MessageShown]
    older_before: int | None
    last_id: int
    mails: str
    may_write: bool


def threads_of(partnership: Partnership, user: User, own: Party | None) -> list[PrivateThread]:
    """Return the threads that `user`, of party `own`, may read. At most 2 queries."""
    parties = readable_parties(partnership, user, own)
    # Only the messages of these parties are queried, so that no other message can leak.
    notes = Note.objects.filter(party__in=[party.pk for party in parties]).select_related("author")
    written = list(notes.order_by("written_at", "pk"))
    return [
        PrivateThread(party=party, notes=[note for note in written if note.party_id == party.pk])
        for party in parties
    ]


def thread_party(partnership: Partnership, user: User, own: Party | None, party_id: int) -> Party:
    """Return a party whose thread `user` may read. Raises Http404 for any other."""
    for party in readable_parties(partnership, user, own):
        if party.pk == party_id:
            return party
    raise Http404


def readable_parties(partnership: Partnership, user: User, own: Party | None) -> list[Party]:
    """Return every party for a broker, only their own for a member."""
    if user.is_broker:
        return list(partnership.parties.select_related("organisation").order_by("rank"))
    return [own] if own else []


def people_of(partnership: Partnership) -> list[ThreadPerson]:
    """Return who reads the shared threads: the present members of the parties, then the brokers. 4 queries.

    A broker who also belongs to a party stands for no party. The brokers: that of the case, or all where that
    one left, and those who follow a thread of the case.
    """
    parties = list(partnership.parties.select_related("organisation").order_by("rank"))
    by_organisation = {party.organisation_id: party for party in parties}
    memberships = (
        Membership.objects.present()
        .filter(organisation__in=by_organisation, user__is_broker=False)
        .select_related("user")
    )
    people: dict[Any, ThreadPerson] = {}
    for each in memberships.order_by("user__full_name", "pk"):
        party = by_organisation[each.organisation_id]
        is_speaker = each.is_referent or each.is_signatory
        people.setdefault(each.user_id, ThreadPerson(each.user, party, is_speaker))
    ranked = sorted(people.values(), key=lambda person: person.party.rank if person.party else 0)
    lead = partnership.broker
    brokers = [lead] if lead.is_active and lead.is_broker else active_brokers()
    known = {broker.pk for broker in brokers}
    following = ThreadReader.objects.filter(
        thread__partnership=partnership,
        mails=ThreadMails.FOLLOW,
        person__is_broker=True,
        person__is_active=True,
    ).exclude(person__in=known)
    others = {row.person_id: row.person for row in following.select_related("person").order_by("pk")}
    return [
        *ranked,
        *(ThreadPerson(broker, None, is_speaker=True) for broker in brokers),
        *(ThreadPerson(broker, None, is_speaker=False) for broker in others.values()),
    ]


def subject_of(header: CaseHeader, slug: str) -> ThreadSubject:
    """Return the subject of that name: the case, a clause that the parties may read, or a milestone.

    At most 3 queries. Raises Http404.
    """
    kind, _separator, key = slug.partition("-")
    if slug == CASE_SLUG:
        return ThreadSubject(slug=slug)
    if kind == "clause" and key:
        return _clause_subject(header, slug, key)
    if kind == "jalon" and key.isascii() and key.isdecimal():
        milestone = header.partnership.milestones.filter(pk=int(key[:18])).first()
        if milestone:
            return ThreadSubject(slug=slug, milestone_id=milestone.pk, title=str(milestone))
    raise Http404


def _clause_subject(header: CaseHeader, slug: str, key: str) -> ThreadSubject:
    # What a broker alone may read is no subject of a thread that all parties read.
    readable = editions.readable(header.case, is_broker=False)
    clauses = Clause.objects.filter(roadmap__in=readable, key=key, current__isnull=False)
    clause = clauses.select_related("current").order_by("-roadmap__edition").first()
    if clause is None or clause.current is None:
        raise Http404
    return ThreadSubject(
        slug=slug,
        clause_key=key,
        title=clause.current.title,
        number=numbers_in(clause.roadmap_id).get(clause.pk, ""),
    )


def thread_about(partnership: Partnership, subject: ThreadSubject) -> Thread | None:
    """Return the thread of a subject, None before its first message. 1 query."""
    threads = partnership.threads.filter(clause_key=subject.clause_key, milestone=subject.milestone_id)
    return threads.first()


def thread_rows(partnership: Partnership, user: User) -> list[ThreadRow]:
    """Return the shared threads of a case: its own first, then the latest written first. 2 queries."""
    read_until = ThreadReader.objects.filter(thread=OuterRef("pk"), person=user).values("read_until")
    is_unread = ~Q(messages__author=user) & Q(
        Q(messages__pk__gt=F("read_until")) | Q(read_until__isnull=True)
    )
    threads = partnership.threads.annotate(
        read_until=Subquery(read_until),
        total=Count("messages"),
        unread=Count("messages", filter=is_unread),
        last_id=Max("messages__pk"),
        is_of_clause_or_milestone=Case(When(clause_key="", milestone=None, then=0), default=1),
    )
    rows: list[Any] = list(threads.order_by("is_of_clause_or_milestone", "-last_id", "pk"))
    last = ThreadMessage.objects.select_related("author").in_bulk([row.last_id for row in rows])
    return [ThreadRow(row, row.total, row.unread, last[row.last_id]) for row in rows]


def thread_page(header: CaseHeader, subject: ThreadSubject, *, before: int | None = None) -> ThreadPage:
    """Return a shared thread for its reader, the latest messages or those before one. At most 4 queries."""
    user, thread = header.reader.user, thread_about(header.partnership, subject)
    may_write = header.partnership.state not in lifecycle.FINAL and (
        header.reader.is_broker or (header.reader.party is not None and not header.reader.reads_only)
    )
    if thread is None:
        return ThreadPage(
            subject=subject,
            thread=None,
            messages=[],
            older_before=None,
            last_id=0,
            mails=ThreadMails.MENTIONS,
            may_write=may_write,
        )
    reader = thread.readers.filter(person=user).first()
    written = _messages(thread).filter(**({"pk__lt": before} if before else {}))
    latest = list(written.order_by("-pk")[: PAGE_SIZE + 1])
    shown = list(reversed(latest[:PAGE_SIZE]))
    return ThreadPage(
        subject=subject,
        thread=thread,
        messages=[_shown(row, user, reader.read_until if reader else 0) for row in shown],
        older_before=shown[0].pk if len(latest) > PAGE_SIZE else None,
        last_id=shown[-1].pk if shown and not before else 0,
        mails=reader.mails if reader else ThreadMails.MENTIONS,
        may_write=may_write,
    )


def _messages(thread: Thread) -> QuerySet[ThreadMessage]:
    related = ("author", "party__organisation", "file")
    mentions = Prefetch("mentions", queryset=Mention.objects.select_related("person").order_by("pk"))
    return thread.messages.select_related(*related).prefetch_related(mentions)


def _shown(message: ThreadMessage, user: User, read_until: int) -> MessageShown:
    return MessageShown(
        message=message,
        side=message.party.side if message.party else "broker",
        name=message.party.organisation.name if message.party else "",
        mentioned=[str(mention.person) for mention in message.mentions.all()],
        is_unread=message.pk > read_until and message.author_id != user.pk,
    )


def announced(partnership: Partnership, announced_at: datetime) -> list[ThreadMessage]:
    """Return the messages of the mail that leaves at that moment, with who set what. 3 queries."""
    first = Thread.objects.filter(pk=OuterRef("thread")).annotate(first=Min("messages__pk")).values("first")
    rows = ThreadMessage.objects.filter(thread__partnership=partnership, announced_at=announced_at)
    related = rows.select_related("thread", "author", "party__organisation").annotate(
        first_id=Subquery(first)
    )
    mentions = Prefetch("mentions", queryset=Mention.objects.order_by("pk"))
    readers = Prefetch("thread__readers", queryset=ThreadReader.objects.order_by("pk"))
    return list(related.prefetch_related(mentions, readers).order_by("thread_id", "pk"))


def told_to(person: ThreadPerson, messages: Sequence[ThreadMessage]) -> list[ThreadMessage]:
    """Return the messages that a person is told of by mail: what they follow, and what mentions them.

    A thread that these messages open is for whoever speaks for a party and for the broker. Nobody is told of
    what they wrote, read or do not want to be told of. `messages`: of `announced`. No query.
    """
    told, keys = [], {message.pk for message in messages}
    for message in messages:
        readers = {reader.person_id: reader for reader in message.thread.readers.all()}
        reader = readers.get(person.user.pk)
        mails = reader.mails if reader else ThreadMails.MENTIONS
        is_read = reader is not None and reader.read_until >= message.pk
        if mails == ThreadMails.MUTE or is_read or message.author_id == person.user.pk:
            continue
        is_mentioned = any(mention.person_id == person.user.pk for mention in message.mentions.all())
        is_new_thread = message.first_id in keys  # type: ignore[attr-defined]
        if mails == ThreadMails.FOLLOW or is_mentioned or (is_new_thread and person.is_speaker):
            told.append(message)
    return told


def mentionable(partnership: Partnership, user: User) -> list[ThreadPerson]:
    """Return whom `user` may mention: all others who read the shared threads. 4 queries."""
    return [person for person in people_of(partnership) if person.user.pk != user.pk]
