"""The ledger of a case, read aloud: one sentence an entry, actor first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import Http404
from django.urls import reverse

from accounts.compiled import compiled
from ledger import queries as ledger
from ledger import verify
from ledger.record import NO_HASH, Subject
from ledger.verify import BadEntry
from partnerships.models import Partnership
from partnerships.queries.case import CaseHeader
from partnerships.queries.ledger_words import Fact, facts_of, sentence
from partnerships.queries.tables import Named

if TYPE_CHECKING:
    from ledger.models import Entry

ROWS: Final = 50


@compiled
def last_moments(case_ids: list[UUID]) -> QuerySet[Any, tuple[UUID, datetime]]:
    """Return when something was last written of each case, the longest silent first. 1 query."""
    return ledger.latest_moments(subject_type="case", ids=case_ids)


@dataclass(frozen=True, kw_only=True)
class EntryShown:
    """One row of the `ledger_entry` component."""

    sequence: int
    side: str
    name: str
    sentence: str
    at: datetime
    fingerprint: str
    url: str


@dataclass(frozen=True)
class Check:
    """What recomputing the chain found: the number of entries read, and the first bad one."""

    count: int
    bad: BadEntry | None


@dataclass(frozen=True, kw_only=True)
class LedgerPage:
    """`head`: fingerprint of the last entry; `check` is None as long as nobody asked for it."""

    entries: Sequence[EntryShown]
    page: Page[Entry]
    head: str
    check: Check | None


@dataclass(frozen=True, kw_only=True)
class EntryPage:
    """One entry with all it holds; the two addresses are empty at the ends of the chain."""

    entry: EntryShown
    person: str
    facts: Sequence[Fact]
    previous_hash: str
    is_first: bool
    before_url: str
    after_url: str


def ledger_page(header: CaseHeader, *, number: str | int = 1, is_checked: bool = False) -> LedgerPage:
    """Return one page of the ledger, latest first. 3 queries, 1 more to recompute the chain.

    A page past the end gives the last one.
    """
    subject = _subject(header.partnership)
    page = Paginator(ledger.entries(subject=subject), ROWS).get_page(number)
    return LedgerPage(
        entries=[_shown(entry, header) for entry in page.object_list],
        page=page,
        head=ledger.head(subject=subject),
        check=Check(page.paginator.count, verify.verify(subject=subject)) if is_checked else None,
    )


def entry_page(header: CaseHeader, sequence: int) -> EntryPage:
    """Return one entry of the ledger. Raises Http404. 2 queries."""
    chain = ledger.entries(subject=_subject(header.partnership))
    entry = chain.filter(sequence=sequence).first()
    if entry is None:
        raise Http404
    has_next = chain.filter(sequence=sequence + 1).exists()
    reference = header.partnership.reference
    return EntryPage(
        entry=_shown(entry, header),
        person=str(entry.actor) if entry.actor else "",
        facts=facts_of(entry, _names(header)),
        previous_hash=entry.previous_hash,
        is_first=entry.previous_hash == NO_HASH,
        before_url=_url(reference, sequence - 1) if sequence > 1 else "",
        after_url=_url(reference, sequence + 1) if has_next else "",
    )


def _subject(partnership: Partnership) -> Subject:
    return Subject("case", partnership.pk)


def _url(reference: str, sequence: int) -> str:
    return reverse("partnerships:ledger_entry", args=[reference, sequence])


def _names(header: CaseHeader) -> dict[str, Named]:
    return {party.code: Named(party.side, party.organisation.name) for party in header.parties}


def _shown(entry: Entry, header: CaseHeader) -> EntryShown:
    who = _actor(entry, _names(header))
    return EntryShown(
        sequence=entry.sequence,
        side=who.side,
        name=who.name,
        sentence=sentence(entry),
        at=entry.at,
        fingerprint=entry.hash,
        url=_url(header.partnership.reference, entry.sequence),
    )


def _actor(entry: Entry, names: dict[str, Named]) -> Named:
    """Return who acted: a party, the broker by name, or the house itself when a rule did."""
    party = names.get(str(entry.facts.get("party", "")))
    if party:
        return party
    return Named("broker", str(entry.actor)) if entry.actor else Named("both", "Lucky Link")
