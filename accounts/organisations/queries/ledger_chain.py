"""A chain of the ledger as its pages show it, whatever it is the history of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from django.core.paginator import Page, Paginator
from django.http import Http404

from ledger import queries as ledger
from ledger import verify
from ledger.record import NO_HASH, Subject
from ledger.verify import BadEntry

if TYPE_CHECKING:
    from ledger.models import Entry

ROWS: Final = 50


class Fact(NamedTuple):
    """One thing that an entry holds, in words."""

    label: str
    value: str


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


def chain_page(
    subject: Subject, show: Callable[[Entry], EntryShown], *, number: str | int, is_checked: bool
) -> LedgerPage:
    """Return one page of a chain, latest first. 3 queries, 1 more to recompute the chain.

    A page past the end gives the last one.
    """
    page = Paginator(ledger.entries(subject=subject), ROWS).get_page(number)
    return LedgerPage(
        entries=[show(entry) for entry in page.object_list],
        page=page,
        head=ledger.head(subject=subject),
        check=Check(page.paginator.count, verify.verify(subject=subject)) if is_checked else None,
    )


def entry_at(subject: Subject, sequence: int) -> tuple[Entry, bool]:
    """Return one entry of a chain and whether another follows. Raises Http404. 2 queries."""
    chain = ledger.entries(subject=subject)
    entry = chain.filter(sequence=sequence).first()
    if entry is None:
        raise Http404
    return entry, chain.filter(sequence=sequence + 1).exists()


def entry_shown(
    entry: Entry,
    show: Callable[[Entry], EntryShown],
    *,
    person: str,
    facts: Sequence[Fact],
    url_of: Callable[[int], str],
    has_next: bool,
) -> EntryPage:
    """Return the page of one entry, with the addresses of its neighbours. No query."""
    sequence = entry.sequence
    return EntryPage(
        entry=show(entry),
        person=person,
        facts=facts,
        previous_hash=entry.previous_hash,
        is_first=entry.previous_hash == NO_HASH,
        before_url=url_of(sequence - 1) if sequence > 1 else "",
        after_url=url_of(sequence + 1) if has_next else "",
    )
