"""Notes and mails between the broker and each side of a case: the same figures for both sides."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db.models import Count, Max
from django.utils.translation import gettext as _

from accounts.models import Membership, Side
from outbox.models import Delivery, DeliveryState
from partnerships import message_keys
from partnerships.models import Note, Partnership, Party


@dataclass(frozen=True, kw_only=True)
class PartyContact:
    """Number of notes and mails between the broker and one party; `last_at`: the latest of them."""

    party: Party
    notes: int
    mails: int
    last_at: datetime | None


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
    contacts: Sequence[PartyContact]
    measures: Sequence[BalanceRow]


def neutrality_of(partnership: Partnership) -> Neutrality:
    """Return the contacts of each party and their sums by side. 4 queries."""
    parties = list(partnership.parties.select_related("organisation").order_by("rank"))
    notes = {
        party_id: (count, last)
        for party_id, count, last in Note.objects.filter(party__in=parties)
        .order_by("party_id")
        .values_list("party_id")
        .annotate(Count("pk"), Max("written_at"))
    }
    mails, mailed_at = _mails(partnership, parties)
    contacts = []
    for party in parties:
        count, noted_at = notes.get(party.pk, (0, None))
        moments = [at for at in (noted_at, mailed_at.get(party.pk)) if at]
        contacts.append(
            PartyContact(party=party, notes=count, mails=mails[party.pk], last_at=max(moments, default=None))
        )
    return Neutrality(contacts=contacts, measures=_balance_rows(contacts))


def _mails(partnership: Partnership, parties: Sequence[Party]) -> tuple[Counter[int], dict[int, datetime]]:
    """Return by party the number of mails sent about the case to its members, and the time of the last."""
    rows = Membership.objects.filter(organisation__in=[party.organisation_id for party in parties])
    members = defaultdict(set)
    for user_id, organisation_id in rows.order_by("pk").values_list("user_id", "organisation_id"):
        members[organisation_id].add(user_id)
    # The key is indexed by its beginning, the facts are not.
    sent = Delivery.objects.filter(
        message__key__startswith=message_keys.case_prefix(partnership.pk),
        state=DeliveryState.SENT,
        user__isnull=False,
    )
    counts: Counter[int] = Counter()
    last: dict[int, datetime] = {}
    for user_id, count, at in (
        sent.order_by("user_id").values_list("user_id").annotate(Count("pk"), Max("sent_at"))
    ):
        for party in parties:
            if user_id in members[party.organisation_id]:
                counts[party.pk] += count
                last[party.pk] = max(at, last.get(party.pk, at))
    return counts, last


def _balance_rows(contacts: Iterable[PartyContact]) -> list[BalanceRow]:
    sums: Counter[tuple[str, str]] = Counter()
    for contact in contacts:
        sums[contact.party.side, "notes"] += contact.notes
        sums[contact.party.side, "mails"] += contact.mails
    measures = (("notes", _("messages privés")), ("mails", _("courriels envoyés")))
    return [
        _balance_row(label, sums[Side.ASSOCIATION, key], sums[Side.COMPANY, key]) for key, label in measures
    ]


def _balance_row(label: str, association: int, company: int) -> BalanceRow:
    most = max(association, company, 1)
    left, right = (round(count / most * 50, 1) for count in (association, company))
    return BalanceRow(label, str(association), str(company), left, right, round(50 - left, 1))
