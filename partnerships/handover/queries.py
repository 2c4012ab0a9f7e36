"""The hand-overs of a case, and what the reader may do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from accounts.models import User
from accounts.people.queries.account import active_brokers
from partnerships.case.header import CaseHeader
from partnerships.lifecycle import FINAL
from partnerships.models import CaseHandover


@dataclass(frozen=True, kw_only=True)
class HandoverPage:
    """The hand-overs of a case, the latest first; `asked`: the one that waits for an answer.

    `others`: the brokers who may be asked, none when the reader may not ask.
    """

    rows: Sequence[CaseHandover]
    asked: CaseHandover | None
    others: Sequence[User]
    may_answer: bool
    may_withdraw: bool


def handover_page(header: CaseHeader) -> HandoverPage:
    """Return the hand-overs of a case for the reader of its header. 2 queries at most."""
    related = ("from_broker", "to_broker", "asked_by")
    rows = list(header.partnership.handovers.select_related(*related).order_by("-asked_at", "-pk"))
    asked = next((row for row in rows if row.decision == ""), None)
    user, lead = header.reader.user, header.partnership.broker
    is_there = lead.is_active and lead.is_broker
    may_ask = header.reader.is_broker and asked is None and header.partnership.state not in FINAL
    may_ask = may_ask and (user == lead or not is_there)
    return HandoverPage(
        rows=rows,
        asked=asked,
        others=list(active_brokers().exclude(pk=lead.pk)) if may_ask else [],
        may_answer=asked is not None and asked.to_broker == user,
        may_withdraw=asked is not None and user in (asked.asked_by, lead),
    )


def asked_of(user: User) -> list[CaseHandover]:
    """Return the requests that wait for the answer of a broker, oldest first. 1 query."""
    asked = CaseHandover.objects.filter(to_broker=user, decision="")
    return list(asked.select_related("partnership", "from_broker").order_by("asked_at", "pk"))
