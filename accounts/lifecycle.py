"""What may be decided about an organisation, from where: one table, no database."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import Final, NamedTuple

from accounts.refusals import Refusal

# A verification is to be done again after that long; until then, and after, it stands.
RECHECK_AFTER: Final = timedelta(days=365)


class Standing(StrEnum):
    """Where an organisation stands with the broker."""

    DRAFT = "draft"
    PENDING = "pending"
    TO_COMPLETE = "to_complete"
    VERIFIED = "verified"
    REFUSED = "refused"
    SUSPENDED = "suspended"


class Step(StrEnum):
    """What moves an organisation: its people submit, a broker decides."""

    SUBMIT = "submit"
    RESUBMIT = "resubmit"
    VERIFY = "verified"
    SEND_BACK = "to_complete"
    REFUSE = "refused"
    SUSPEND = "suspended"


class Move(NamedTuple):
    step: Step
    source: Standing
    target: Standing


# fmt: off
MOVES = (
    Move(Step.SUBMIT,    Standing.DRAFT,       Standing.PENDING),
    Move(Step.SUBMIT,    Standing.TO_COMPLETE, Standing.PENDING),
    Move(Step.VERIFY,    Standing.PENDING,     Standing.VERIFIED),
    Move(Step.RESUBMIT,  Standing.VERIFIED,    Standing.PENDING),
    Move(Step.SEND_BACK, Standing.PENDING,     Standing.TO_COMPLETE),
    Move(Step.REFUSE,    Standing.PENDING,     Standing.REFUSED),
    Move(Step.VERIFY,    Standing.TO_COMPLETE, Standing.VERIFIED),
    Move(Step.REFUSE,    Standing.TO_COMPLETE, Standing.REFUSED),
    Move(Step.VERIFY,    Standing.VERIFIED,    Standing.VERIFIED),
    Move(Step.SEND_BACK, Standing.VERIFIED,    Standing.TO_COMPLETE),
    Move(Step.SUSPEND,   Standing.VERIFIED,    Standing.SUSPENDED),
    Move(Step.SUSPEND,   Standing.PENDING,     Standing.SUSPENDED),
    Move(Step.SUSPEND,   Standing.TO_COMPLETE, Standing.SUSPENDED),
    Move(Step.VERIFY,    Standing.SUSPENDED,   Standing.VERIFIED),
    Move(Step.SEND_BACK, Standing.SUSPENDED,   Standing.TO_COMPLETE),
    Move(Step.REFUSE,    Standing.SUSPENDED,   Standing.REFUSED),
)
# fmt: on

# Its people may still write its identity and its profile.
WRITABLE = (Standing.DRAFT, Standing.TO_COMPLETE)
# Its people read all they could, and act on nothing.
READ_ONLY = (Standing.REFUSED, Standing.SUSPENDED)
DECISIONS = (Step.VERIFY, Step.SEND_BACK, Step.REFUSE, Step.SUSPEND)


class TransitionNotAllowed(Refusal):
    """The organisation does not stand where this can be done."""

    def __init__(self, step: Step, standing: Standing) -> None:
        super().__init__(f"{step} is not allowed from {standing}")
        self.step = step
        self.standing = standing


def target(step: Step, source: Standing) -> Standing:
    """Return where `step` leads from `source`. Raises TransitionNotAllowed when the table has none."""
    for move in MOVES:
        if move.step == step and move.source == source:
            return move.target
    raise TransitionNotAllowed(step, source)


def decisions_from(source: Standing, *, was_verified: bool) -> list[Step]:
    """Return what a broker may decide from `source`, in table order.

    `was_verified`: ever. Whoever never was has nothing running that a suspension would stop.
    """
    steps = [move.step for move in MOVES if move.source == source and move.step in DECISIONS]
    return [step for step in steps if was_verified or step != Step.SUSPEND]
