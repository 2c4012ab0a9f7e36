"""Whether each expectation of a text leads to something that will be done and can be shown."""

from __future__ import annotations

from dataclasses import dataclass

from partnerships.charter.terms import Terms
from partnerships.charter.texts import CommitmentText, ExpectationText, MilestoneText


@dataclass(frozen=True, kw_only=True)
class Thread:
    """One expectation, the commitments that serve it and the milestone at which it is seen."""

    expectation: ExpectationText
    commitments: tuple[CommitmentText, ...]
    milestone: MilestoneText | None

    @property
    def can_be_shown(self) -> bool:
        """Whether a milestone or an indicator will tell that it came (PRODUCT.md section 6)."""
        return self.milestone is not None or bool(self.expectation.indicator)

    @property
    def is_whole(self) -> bool:
        return bool(self.commitments) and self.can_be_shown


def threads(terms: Terms) -> tuple[Thread, ...]:
    """Return each expectation followed to its end, in the order of the text."""
    milestones = {each.code: each for each in terms.milestones}
    return tuple(
        Thread(
            expectation=expectation,
            commitments=tuple(promise for promise in terms.commitments if expectation.code in promise.serves),
            milestone=milestones.get(expectation.milestone_code or ""),
        )
        for expectation in terms.expectations
    )
