"""The parts of the closing, written and confirmed by the real actions."""

from __future__ import annotations

from datetime import datetime

from accounts.models import User
from partnerships.closing.actions import review
from partnerships.models import ClosingPart, ItemState, Partnership, Party
from partnerships.status.closing import PartyClosing, parts_of


def row_of(case: Partnership, code: str) -> PartyClosing:
    parties = list(case.parties.select_related("organisation").order_by("rank"))
    return next(row for row in parts_of(case, parties) if row.party.code == code)


def party_of(case: Partnership, code: str) -> Party:
    return case.parties.get(code=code)


def write(
    case: Partnership, code: str, person: User, *, spent: int = 0, seen: int | None = None, at: datetime
) -> ClosingPart:
    """Have somebody write the part of a party, with `spent` cents on each of its lines."""
    row = row_of(case, code)
    return review.write_part(
        party_id=row.party.pk,
        speaker=person,
        words=review.PartWords(
            lesson="Prévoir des enveloppes affranchies dès le début.",
            data_state=ItemState.DONE,
            logo_state=ItemState.NONE,
            spent=[spent for _line in row.budget],
            remarks=["Deux impressions de moins." for _line in row.budget],
        ),
        seen_number=(row.part.number if row.part else 0) if seen is None else seen,
        at=at,
    )


def confirm(case: Partnership, code: str, person: User, *, is_confirmed: bool = True, at: datetime) -> None:
    """Have somebody of another party answer the accounts of a party."""
    row = row_of(case, code)
    review.answer_accounts(
        party_id=row.party.pk,
        speaker=person,
        seen_number=row.part.accounts_number,
        is_confirmed=is_confirmed,
        reason="" if is_confirmed else "Une facture manque.",
        at=at,
    )
