"""Which clauses a text cites, and whether a table cites only what the text holds."""

from __future__ import annotations

import re
from typing import Final

from partnerships.charter.terms import Terms

MARKER: Final = re.compile(r"\{clause:([0-9a-z]{2,8})\}")


def cited(body: str) -> frozenset[str]:
    """Return the keys of the clauses that a text refers to."""
    return frozenset(MARKER.findall(body))


def milestones_in_vain(part: Terms, whole: Terms) -> list[str]:
    """Return the codes of milestones that a part of a text cites and the whole lacks, in order."""
    cited = {each.milestone_code for each in part.expectations}
    cited |= {each.milestone_code for each in part.payments}
    known = {each.code for each in whole.milestones}
    return sorted(code for code in cited if code and code not in known)


def expectations_in_vain(part: Terms, whole: Terms) -> list[str]:
    """Return the codes of expectations that a part of a text serves and the whole lacks, in order."""
    served = {code for each in part.commitments for code in each.serves}
    return sorted(served - {each.code for each in whole.expectations})
