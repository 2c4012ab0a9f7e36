"""What each question of a round asks of an answer, and what its answers become when the round opens.

The chapters that ask a question register it when the application starts (`partnerships.registrations`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from partnerships.models import Envelope, Partnership, Party, Round
from partnerships.rounds.encryption import Json


class QuestionHandler(NamedTuple):
    """`check` raises a RoundError for an answer that cannot be sealed; `project` writes what was opened."""

    check: Callable[[Partnership, Party, Mapping[str, Json]], None]
    project: Callable[[Partnership, Round, Sequence[Envelope], datetime], None]


HANDLERS: dict[str, QuestionHandler] = {}


def register(question: str, handler: QuestionHandler) -> None:
    """Make known what a question does with its answers."""
    HANDLERS[question] = handler


def handler_of(round_: Round) -> QuestionHandler:
    """Return the handler of the question of a round."""
    return HANDLERS[round_.question]
