"""References of the tables to milestones and expectations that the text does not define."""

from __future__ import annotations

from partnerships.charter.terms import Terms


def unknown_milestones(part: Terms, whole: Terms) -> list[str]:
    """Return the sorted codes of milestones that `part` cites and `whole` does not define."""
    cited = {each.milestone_code for each in part.expectations}
    cited |= {each.milestone_code for each in part.payments}
    cited |= {each.depends_on for each in part.milestones}
    known = {each.code for each in whole.milestones}
    return sorted(code for code in cited if code and code not in known)


def unknown_expectations(part: Terms, whole: Terms) -> list[str]:
    """Return the sorted codes of expectations that `part` serves and `whole` does not define."""
    served = {code for commitment in part.commitments for code in commitment.serves}
    return sorted(served - {each.code for each in whole.expectations})
