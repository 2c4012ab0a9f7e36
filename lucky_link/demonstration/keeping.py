"""The broker says why a risky clause goes on to the parties."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from accounts.models import User
from lucky_link.casefile import CaseFile
from partnerships.drafting.actions import risks
from partnerships.models import Clause


def keep(case: CaseFile, clauses: Sequence[Clause], number: int, *, broker: User, at: datetime) -> None:
    """Keep the clauses that the file keeps after a round, by their place from 1; 0 is before the first."""
    for each in case.keeps:
        seen = clauses[each.clause - 1].current
        if each.round == number and seen is not None:
            risks.keep_risk(
                clause_id=clauses[each.clause - 1].pk,
                broker=broker,
                seen_number=seen.number,
                code=each.rule,
                reason=each.reason,
                at=at,
            )
