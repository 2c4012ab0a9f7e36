"""Registry of questions: how answers are validated, and what is written when a round opens.

Each chapter with a question registers its handler at start-up (`partnerships.registrations`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from partnerships.models import Envelope, Partnership, Party, Round
from partnerships.rounds.encryption import Json


class QuestionHandler(NamedTuple):
    """`check` raises RoundError for an answer that cannot be sealed; `project` writes opened answers."""

    check: Callable[[Partnership, Party, Mapping[str, Json]], None]
    project: Callable[[Partnership, Round, Sequence[Envelope], datetime], None]


HANDLERS: dict[str, QuestionHandler] = {}


def register(question: str, handler: QuestionHandler) -> None:
    HANDLERS[question] = handler


def handler_of(round_: Round) -> QuestionHandler:
    return HANDLERS[round_.question]
