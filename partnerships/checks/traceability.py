"""Traceability: the commitments and the milestone that fulfil each expectation of a text."""

from __future__ import annotations

from dataclasses import dataclass

from partnerships.charter.terms import Terms
from partnerships.charter.texts import CommitmentText, ExpectationText, MilestoneText


@dataclass(frozen=True, kw_only=True)
class ExpectationTrace:
    """One expectation, the commitments that serve it and the milestone that will show it."""

    expectation: ExpectationText
    commitments: tuple[CommitmentText, ...]
    milestone: MilestoneText | None

    @property
    def can_be_shown(self) -> bool:
        """Whether it has a milestone or an indicator (PRODUCT.md section 6)."""
        return self.milestone is not None or bool(self.expectation.indicator)

    @property
    def is_whole(self) -> bool:
        return bool(self.commitments) and self.can_be_shown


def threads(terms: Terms) -> tuple[ExpectationTrace, ...]:
    """Return the trace of each expectation, in the order of the text."""
    milestones = {milestone.code: milestone for milestone in terms.milestones}
    return tuple(
        ExpectationTrace(
            expectation=expectation,
            commitments=tuple(
                commitment for commitment in terms.commitments if expectation.code in commitment.serves
            ),
            milestone=milestones.get(expectation.milestone_code or ""),
        )
        for expectation in terms.expectations
    )
