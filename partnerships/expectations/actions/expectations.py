"""Round 0: each party alone says what it expects; opened, the envelopes become lines to compare."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Final, cast
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_variables

from accounts.models import User
from partnerships.case.transitions import lock
from partnerships.expectations import grouping
from partnerships.expectations.grouping import Item, Proposal
from partnerships.expectations.queries.envelope_lines import filed_in
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
from partnerships.permissions import require_broker
from partnerships.rounds.actions import rounds
from partnerships.rounds.actions.rounds import RoundError, RoundSettings
from partnerships.rounds.encryption import Json
from partnerships.status.actions import refresh_status

USUAL: Final = RoundSettings()


class NotTheMoment(RoundError):
    """Expectations are asked for while the case is prepared, before the text is negotiated."""

    sentence = gettext_lazy(
        "Les attentes se demandent pendant la préparation, avant que le texte ne soit soumis aux parties."
    )


class NothingExpected(RoundError):
    """An envelope without an expectation says nothing to compare."""

    sentence = gettext_lazy("Écrivez au moins une retombée attendue, puis scellez. Rien n’est scellé avant.")


class LineIsIncomplete(RoundError):
    """An expectation lacks its words or its indicator; its number is the message."""

    sentence = gettext_lazy(
        "L’attente %(what)s n’est pas complète\u00a0: dites ce que vous attendez et comment on saura que "
        "c’est obtenu. Rien n’est scellé avant."
    )


@transaction.atomic
def open_expectations(
    *, partnership_id: UUID, broker: User, asking: RoundSettings = USUAL, at: datetime
) -> Round:
    """Ask all parties at once what they expect, before the text is put to them.

    Raises NotABroker, NotTheMoment, RoundIsRunning, TooFewOrTooManyDays.
    """
    require_broker(broker)
    partnership = lock(partnership_id)
    if not may_be_asked(partnership):
        raise NotTheMoment
    asked = rounds.ask(partnership, Question.EXPECTATIONS, asking, broker=broker, at=at)
    refresh_status(partnership, at=at)
    return asked


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
    for rank, proposal in enumerate(grouping.propose([_item(each) for each in written]), 1):
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
