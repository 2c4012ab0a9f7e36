"""Pages of a ledger chain, for any subject."""

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

ROWS_PER_PAGE: Final = 50


class LedgerFact(NamedTuple):
    """One fact of an entry, as text."""

    label: str
    value: str


@dataclass(frozen=True, kw_only=True)
class LedgerRow:
    """One row of the `ledger_entry` component."""

    sequence: int
    side: str
    name: str
    sentence: str
    at: datetime
    fingerprint: str
    url: str


@dataclass(frozen=True)
class ChainCheck:
    """The result of recomputing a chain: the number of entries and the first bad one, if any."""

    count: int
    bad: BadEntry | None


@dataclass(frozen=True, kw_only=True)
class LedgerPage:
    """`head`: fingerprint of the last entry; `check` is None unless it was requested."""

    entries: Sequence[LedgerRow]
    page: Page[Entry]
    head: str
    check: ChainCheck | None


@dataclass(frozen=True, kw_only=True)
class LedgerEntryPage:
    """One entry with all its facts; `before_url` and `after_url` are empty at the ends of the chain."""

    entry: LedgerRow
    person: str
    facts: Sequence[LedgerFact]
    previous_hash: str
    is_first: bool
    before_url: str
    after_url: str


def build_ledger_page(
    subject: Subject, row_of: Callable[[Entry], LedgerRow], *, number: str | int, is_checked: bool
) -> LedgerPage:
    """Return one page of a chain, latest first. 3 queries, 1 more to recompute the chain.

    A page past the end gives the last one.
    """
    page = Paginator(ledger.entries(subject=subject), ROWS_PER_PAGE).get_page(number)
    return LedgerPage(
        entries=[row_of(entry) for entry in page.object_list],
        page=page,
        head=ledger.head(subject=subject),
        check=ChainCheck(page.paginator.count, verify.verify(subject=subject)) if is_checked else None,
    )


def find_entry(subject: Subject, sequence: int) -> tuple[Entry, bool]:
    """Return one entry of a chain and whether another follows. Raises Http404. 2 queries."""
    chain = ledger.entries(subject=subject)
    entry = chain.filter(sequence=sequence).first()
    if entry is None:
        raise Http404
    return entry, chain.filter(sequence=sequence + 1).exists()


def build_entry_page(
    entry: Entry,
    row_of: Callable[[Entry], LedgerRow],
    *,
    person: str,
    facts: Sequence[LedgerFact],
    url_of: Callable[[int], str],
    has_next: bool,
) -> LedgerEntryPage:
    """Return the page of one entry, with the URLs of its neighbours. No query."""
    sequence = entry.sequence
    return LedgerEntryPage(
        entry=row_of(entry),
        person=person,
        facts=facts,
        previous_hash=entry.previous_hash,
        is_first=entry.previous_hash == NO_HASH,
        before_url=url_of(sequence - 1) if sequence > 1 else "",
        after_url=url_of(sequence + 1) if has_next else "",
    )
