"""What the broker did with each side of a case, in figures: the same for all readers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Count, Max
from django.utils.translation import gettext as _

from accounts.models import Side
from partnerships.models import Note, Partnership, Party, Reply, ThreadMessage
from partnerships.questionnaires.queries import latest_signed_text


@dataclass(frozen=True, kw_only=True)
class PartyContact:
    """What passed between the broker and one party, in figures.

    `written`, `received`: private messages of a broker to the party and of the party to the broker; `shared`:
    messages of the party in the threads that all parties read. `last_at`: the latest of all these, and of the
    broker's own messages in those threads. `taken`, `partly`, `not_taken`: what became of its remarks on the
    text. `fee_minor`: what the party pays to the broker by the signed charter, in cents.
    """

    party: Party
    written: int
    received: int
    shared: int
    last_at: datetime | None
    taken: int
    partly: int
    not_taken: int
    fee_minor: int


class BalanceRow(NamedTuple):
    """One row of the `balance` component: texts, then lengths and start of its bars, from 0 to 50."""

    label: str
    association: str
    company: str
    left: float
    right: float
    start: float


@dataclass(frozen=True, kw_only=True)
class Neutrality:
    """`is_signed`: a charter is signed, so that the fees are those it says.

    `shared_by_broker`: messages of the brokers in the threads that all parties read, the same for each party.
    """

    contacts: Sequence[PartyContact]
    measures: Sequence[BalanceRow]
    is_signed: bool
    shared_by_broker: int


class _SharedMessages(NamedTuple):
    total: int
    last_at: datetime | None


def neutrality_of(partnership: Partnership) -> Neutrality:
    """Return the contacts of each party and their sums by side. 5 queries.

    Messages are those that people wrote: an automatic mail favours nobody.
    """
    parties = list(partnership.parties.select_related("organisation").order_by("rank"))
    notes = Note.objects.filter(party__in=parties).order_by("party_id")
    counts = notes.values("party_id", "author__is_broker").annotate(total=Count("pk"), last=Max("written_at"))
    written = {(row["party_id"], row["author__is_broker"]): row for row in counts}
    shared = _shared(partnership)
    of_broker = shared.get(None, _SharedMessages(0, None))
    outcomes = _outcomes(parties)
    text = latest_signed_text(partnership)
    fees = Counter[str]()
    for fee in text.broker.fees if text else ():
        fees[fee.payer_key] += fee.amount_minor
    contacts = [
        PartyContact(
            party=party,
            written=_total(written, party, is_broker=True),
            received=_total(written, party, is_broker=False),
            shared=shared[party.pk].total if party.pk in shared else 0,
            last_at=_latest(
                of_broker.last_at,
                shared[party.pk].last_at if party.pk in shared else None,
                *(row["last"] for key, row in written.items() if key[0] == party.pk),
            ),
            taken=outcomes[party.pk, "taken"],
            partly=outcomes[party.pk, "partly"],
            not_taken=outcomes[party.pk, "not"],
            fee_minor=fees[party.code],
        )
        for party in parties
    ]
    return Neutrality(
        contacts=contacts,
        measures=_balance_rows(contacts),
        is_signed=text is not None,
        shared_by_broker=of_broker.total,
    )


def _shared(partnership: Partnership) -> dict[int | None, _SharedMessages]:
    """Return the messages of the shared threads by the party of their author, None for a broker. 1 query."""
    messages = ThreadMessage.objects.filter(thread__partnership=partnership).order_by("party_id")
    rows = messages.values_list("party_id").annotate(Count("pk"), Max("written_at"))
    return {party_id: _SharedMessages(total, last_at) for party_id, total, last_at in rows}


def _latest(*moments: datetime | None) -> datetime | None:
    return max((moment for moment in moments if moment), default=None)


def _total(written: Mapping[tuple[int, bool], Mapping[str, Any]], party: Party, *, is_broker: bool) -> int:
    row = written.get((party.pk, is_broker))
    return row["total"] if row else 0


def _outcomes(parties: Sequence[Party]) -> Counter[tuple[int, str]]:
    """Return by party and outcome the number of replies to its remarks on the text. 1 query."""
    replies = Reply.objects.filter(answer__party__in=parties).order_by("answer__party_id")
    rows = replies.values_list("answer__party_id", "outcome").annotate(Count("pk"))
    return Counter({(party_id, outcome): total for party_id, outcome, total in rows})


def _balance_rows(contacts: Iterable[PartyContact]) -> list[BalanceRow]:
    sums: Counter[tuple[str, str]] = Counter()
    for contact in contacts:
        for key in ("written", "received", "shared", "taken"):
            sums[contact.party.side, key] += getattr(contact, key)
    measures = (
        ("written", _("messages écrits par le passeur")),
        ("received", _("messages reçus")),
        ("shared", _("messages à toutes les parties")),
        ("taken", _("remarques retenues")),
    )
    return [
        _balance_row(label, sums[Side.ASSOCIATION, key], sums[Side.COMPANY, key]) for key, label in measures
    ]


def _balance_row(label: str, association: int, company: int) -> BalanceRow:
    most = max(association, company, 1)
    left, right = (round(count / most * 50, 1) for count in (association, company))
    return BalanceRow(label, str(association), str(company), left, right, round(50 - left, 1))
