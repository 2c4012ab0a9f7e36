"""The review of a case through the actions: the part of each party, and its accounts."""

from __future__ import annotations

from datetime import datetime

from accounts.models import User
from lucky_link.demo.case_file import ClosingPartRecord
from partnerships.closing.actions import review
from partnerships.models import ClosingPart, ItemState, Partnership


def write_part(partnership: Partnership, part: ClosingPartRecord, author: User, *, at: datetime) -> None:
    """Write the part of a party for the first time."""
    review.write_part(
        party_id=partnership.parties.get(code=part.party).pk,
        speaker=author,
        words=review.PartWords(
            lesson=part.lesson,
            data_state=ItemState(part.data),
            logo_state=ItemState(part.logo),
            spent=[line.amount * 100 for line in part.spent],
            remarks=[line.remark for line in part.spent],
        ),
        seen_number=0,
        at=at,
    )


def confirm_accounts(partnership: Partnership, part: ClosingPartRecord, other: User, *, at: datetime) -> None:
    """Confirm the accounts of a party for the other one."""
    party = partnership.parties.get(code=part.party)
    written = ClosingPart.objects.filter(party=party).latest("number")
    review.answer_accounts(
        party_id=party.pk,
        speaker=other,
        seen_number=written.accounts_number,
        is_confirmed=True,
        reason="",
        at=at,
    )
