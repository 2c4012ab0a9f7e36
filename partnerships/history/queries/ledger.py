"""The ledger pages of a case: one sentence an entry, the actor first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

from accounts.organisations.queries.ledger_pages import (
    LedgerEntryPage,
    LedgerPage,
    LedgerRow,
    build_entry_page,
    build_ledger_page,
    find_entry,
)
from ledger.record import Subject
from partnerships.case.header import CaseHeader
from partnerships.history.queries.entry_sentences import facts_of, sentence
from partnerships.models import Partnership
from partnerships.text.tables import Named

if TYPE_CHECKING:
    from ledger.models import Entry


def ledger_page(header: CaseHeader, *, number: str | int = 1, is_checked: bool = False) -> LedgerPage:
    """Return one page of the ledger, latest first. 3 queries, 1 more to recompute the chain.

    A page past the end gives the last one.
    """
    return build_ledger_page(
        _subject(header.partnership),
        lambda entry: _entry_row(entry, header),
        number=number,
        is_checked=is_checked,
    )


def entry_page(header: CaseHeader, sequence: int) -> LedgerEntryPage:
    """Return one entry of the ledger. Raises Http404. 2 queries."""
    entry, has_next = find_entry(_subject(header.partnership), sequence)
    return build_entry_page(
        entry,
        lambda row: _entry_row(row, header),
        person=str(entry.actor) if entry.actor else "",
        facts=facts_of(entry, _names(header)),
        url_of=lambda number: _url(header.partnership.reference, number),
        has_next=has_next,
    )


def _subject(partnership: Partnership) -> Subject:
    return Subject("case", partnership.pk)


def _url(reference: str, sequence: int) -> str:
    return reverse("partnerships:ledger_entry", args=[reference, sequence])


def _names(header: CaseHeader) -> dict[str, Named]:
    return {party.code: Named(party.side, party.organisation.name) for party in header.parties}


def _entry_row(entry: Entry, header: CaseHeader) -> LedgerRow:
    actor = _actor(entry, _names(header))
    return LedgerRow(
        sequence=entry.sequence,
        side=actor.side,
        name=actor.name,
        sentence=sentence(entry),
        at=entry.at,
        fingerprint=entry.hash,
        url=_url(header.partnership.reference, entry.sequence),
    )


def _actor(entry: Entry, names: dict[str, Named]) -> Named:
    """Return who acted: a party, the broker by name, or Lucky Link when a rule of the software did."""
    party = names.get(str(entry.facts.get("party", "")))
    if party:
        return party
    return Named("broker", str(entry.actor)) if entry.actor else Named("both", "Lucky Link")
