"""What each question asks of an answer, and what becomes of the answers when they open."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from partnerships.actions import criticism, expectations
from partnerships.cipher import Json
from partnerships.models import Envelope, Partnership, Party, Question, Round


class Asked(NamedTuple):
    """`check` raises a RoundError for an answer that cannot be sealed; `project` writes what was opened."""

    check: Callable[[Partnership, Party, Mapping[str, Json]], None]
    project: Callable[[Partnership, Round, Sequence[Envelope], datetime], None]


QUESTIONS: Mapping[str, Asked] = {
    Question.EXPECTATIONS: Asked(expectations.check, expectations.project),
    Question.CRITICISM: Asked(criticism.check, criticism.project),
}


def asked_about(asked: Round) -> Asked:
    """Return what the question of a round asks for."""
    return QUESTIONS[asked.question]
