"""What is said at each round of a written case, and what the broker replies."""

from __future__ import annotations

from typing import Final

from lucky_link.casefile import CaseFile, Remark

NOT_TAKEN: Final = "Le texte dit déjà ce qui est demandé\u202f; le passeur en a parlé avec les deux parties."


def last_round(case: CaseFile) -> int:
    """Return the last round at which somebody says or redrafts something, 0 without any."""
    told = [*(each.round for each in case.remarks), *(each.round for each in case.redrafts)]
    return max(told, default=0)


def remarks_of(case: CaseFile, party: str, number: int) -> list[Remark]:
    """Return what a party says at one round."""
    return [each for each in case.remarks if (each.party, each.round) == (party, number)]


def reply_to(case: CaseFile, remark: Remark) -> tuple[str, str]:
    """Return what the broker makes of a remark: the outcome and the words."""
    place = (remark.round, remark.clause)
    redraft = next((each for each in case.redrafts if (each.round, each.clause) == place), None)
    if redraft:
        return remark.outcome or "taken", remark.reply or redraft.reason
    return remark.outcome or "not", remark.reply or NOT_TAKEN
