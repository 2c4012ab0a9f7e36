"""Round 0: each party alone says what it expects; opened, the envelopes become lines to compare."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Final, cast
from uuid import UUID

from django.db import transaction
from django.views.decorators.debug import sensitive_variables

from accounts.models import User
from partnerships.actions import rounds
from partnerships.actions.advance import lock
from partnerships.actions.rounds import Asking, RoundError
from partnerships.actions.scoping import require_broker
from partnerships.checks import comparison
from partnerships.checks.comparison import Item, Proposal
from partnerships.cipher import Json
from partnerships.lifecycle import Case, Edition
from partnerships.models import (
    Comparison,
    Envelope,
    Line,
    LineGroup,
    LineKind,
    Partnership,
    Party,
    Question,
    Round,
)
from partnerships.queries.filed import filed_in

USUAL: Final = Asking()


class NotTheMoment(RoundError):
    """Expectations are asked for while the case is prepared, before the text is negotiated."""


class NothingExpected(RoundError):
    """An envelope without an expectation says nothing to compare."""


class LineIsIncomplete(RoundError):
    """An expectation lacks its words or its indicator; its number is the message."""


@transaction.atomic
def open_expectations(*, partnership_id: UUID, broker: User, asking: Asking = USUAL, at: datetime) -> Round:
    """Ask all parties at once what they expect, before the text is put to them.

    Raises NotABroker, NotTheMoment, RoundIsRunning, TooFewOrTooManyDays.
    """
    require_broker(broker)
    partnership = lock(partnership_id)
    if not may_be_asked(partnership):
        raise NotTheMoment
    return rounds.ask(partnership, Question.EXPECTATIONS, asking, broker=broker, at=at)


def may_be_asked(partnership: Partnership) -> bool:
    """Say whether the case stands where expectations are asked for. 1 query."""
    is_drafting = partnership.roadmaps.filter(state=Edition.DRAFTING).exists()
    return partnership.state == Case.PREPARING and is_drafting


@sensitive_variables()
def check(_partnership: Partnership, _party: Party, answers: Mapping[str, Json]) -> None:
    """Raise NothingExpected or LineIsIncomplete for an envelope that cannot be sealed."""
    expected = [each for each in filed_in(answers) if each.kind == LineKind.EXPECTATION]
    if not expected:
        raise NothingExpected
    for number, each in enumerate(expected, 1):
        if not (each.text.strip() and each.indicator.strip()):
            raise LineIsIncomplete(str(number))


@sensitive_variables()
def project(_partnership: Partnership, asked: Round, sealed: Sequence[Envelope], _at: datetime) -> None:
    """Write each line of the opened envelopes, and propose which ones speak of the same thing."""
    lines: list[Line] = []
    for envelope in sealed:
        filed = filed_in(cast("dict[str, dict[str, Json]]", envelope.opened)["answers"])
        lines += [
            Line(round=asked, party=envelope.party, rank=rank, **asdict(each))
            for rank, each in enumerate(filed, 1)
        ]
    written = Line.objects.bulk_create(lines)
    Comparison.objects.create(round=asked)
    for rank, proposal in enumerate(comparison.propose([_item(each) for each in written]), 1):
        _group(asked, rank, proposal)


@sensitive_variables()
def _item(line: Line) -> Item:
    return Item(id=line.pk, party=line.party_id, kind=line.kind, words=line.text)


@sensitive_variables()
def _group(asked: Round, rank: int, proposal: Proposal) -> None:
    group = LineGroup.objects.create(
        round=asked,
        rank=rank,
        verdict=proposal.verdict,
        rule=proposal.rule,
        theme=proposal.theme,
        name=", ".join(proposal.shared)[:120],
    )
    Line.objects.filter(pk__in=proposal.item_ids).update(group=group)
