"""Round 0: asking all parties for their expectations, lines from opened envelopes, and their grouping."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final, cast
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_variables

from accounts.models import User
from partnerships.case.transitions import lock, write
from partnerships.checks import comparison as line_comparison
from partnerships.checks.comparison import ComparedItem, Proposal
from partnerships.expectations.queries.expectations import envelope_lines
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
    Verdict,
)
from partnerships.permissions import require_broker
from partnerships.rounds import queries
from partnerships.rounds.actions import rounds
from partnerships.rounds.actions.rounds import RoundError, RoundIsRunning, RoundSettings
from partnerships.rounds.encryption import Json
from partnerships.status.actions import refresh_status

DEFAULT_ASKING: Final = RoundSettings()


class ExpectationsNotAllowed(RoundError):
    """The round is open to a case in preparation, before its text is negotiated."""

    sentence = gettext_lazy(
        "Les attentes se demandent pendant la préparation, avant l’envoi du texte aux "
        "parties. Pour en demander ensuite, écrivez aux parties."
    )


class NoExpectation(RoundError):
    """The envelope has no expectation."""

    sentence = gettext_lazy(
        "Écrivez au moins une attente, puis scellez. Sans attente, l’enveloppe n’est pas scellée."
    )


class IncompleteExpectation(RoundError):
    """An expectation has no text or no indicator; the message is its number."""

    sentence = gettext_lazy(
        "L’attente %(what)s est incomplète\u00a0: écrivez ce que vous attendez et comment on "
        "saura que c’est obtenu. L’enveloppe n’est pas scellée avant."
    )


@transaction.atomic
def open_expectations(
    *, partnership_id: UUID, broker: User, asking: RoundSettings = DEFAULT_ASKING, at: datetime
) -> Round:
    """Open the expectations round for all parties, before the text is negotiated.

    Raises NotABroker, ExpectationsNotAllowed, RoundIsRunning, TooFewOrTooManyDays.
    """
    require_broker(broker)
    partnership = lock(partnership_id)
    if not may_ask_expectations(partnership):
        raise ExpectationsNotAllowed
    round_ = rounds.ask(partnership, Question.EXPECTATIONS, asking, broker=broker, at=at)
    refresh_status(partnership, at=at)
    return round_


@transaction.atomic
def skip_expectations(*, partnership_id: UUID, broker: User, reason: str, at: datetime) -> None:
    """Record why the text is written without asking the parties what they expect; they read the reason.

    Raises NotABroker, ExpectationsNotAllowed, RoundIsRunning, SkipReasonMissing.
    """
    require_broker(broker)
    partnership = lock(partnership_id)
    if not may_ask_expectations(partnership):
        raise ExpectationsNotAllowed
    if queries.running(partnership, Question.EXPECTATIONS):
        raise RoundIsRunning
    rounds.skip_expectations(partnership, broker=broker, reason=reason, at=at)
    refresh_status(partnership, at=at)


def may_ask_expectations(partnership: Partnership) -> bool:
    """Return whether the state of the case allows an expectations round. 1 query."""
    is_drafting = partnership.roadmaps.filter(state=Edition.DRAFTING).exists()
    return partnership.state == Case.PREPARING and is_drafting


@sensitive_variables()
def check(_partnership: Partnership, _party: Party, answers: Mapping[str, Json]) -> None:
    """Raise NoExpectation or IncompleteExpectation for an envelope that cannot be sealed."""
    expectations = [line for line in envelope_lines(answers) if line.kind == LineKind.EXPECTATION]
    if not expectations:
        raise NoExpectation
    for number, line in enumerate(expectations, 1):
        if not (line.text.strip() and line.indicator.strip()):
            raise IncompleteExpectation(str(number))


@sensitive_variables()
def project(_partnership: Partnership, round_: Round, sealed: Sequence[Envelope], _at: datetime) -> None:
    """Create the lines of the opened envelopes, and groups of those on the same subject."""
    lines: list[Line] = []
    for envelope in sealed:
        filed_lines = envelope_lines(cast("dict[str, dict[str, Json]]", envelope.opened)["answers"])
        lines += [
            Line(round=round_, party=envelope.party, rank=rank, **asdict(line))
            for rank, line in enumerate(filed_lines, 1)
        ]
    created = Line.objects.bulk_create(lines)
    Comparison.objects.create(round=round_)
    proposals = line_comparison.compare([_compared_item(line) for line in created])
    for rank, proposal in enumerate(proposals, 1):
        _create_group(round_, rank, proposal)


@sensitive_variables()
def _compared_item(line: Line) -> ComparedItem:
    return ComparedItem(id=line.pk, party=line.party_id, side=line.party.side, kind=line.kind, text=line.text)


@sensitive_variables()
def _create_group(round_: Round, rank: int, proposal: Proposal) -> None:
    group = LineGroup.objects.create(
        round=round_,
        rank=rank,
        verdict=proposal.verdict,
        rule=" ".join(proposal.reasons),
        theme=proposal.theme,
        name=", ".join(proposal.shared)[:120],
    )
    Line.objects.filter(pk__in=proposal.item_ids).update(group=group)


class StaleGrouping(RoundError):
    """Another broker regrouped the lines after the page was opened."""

    sentence = gettext_lazy(
        "Un autre passeur a regroupé ces attentes entre-temps. Votre choix est conservé sur "
        "cette page\u00a0: ouvrez la comparaison à côté, puis réessayez."
    )


class LineNotInRound(RoundError):
    """A line belongs to another round, or is in two groups."""

    sentence = gettext_lazy(
        "Une attente n’appartient pas à ce tour. Ouvrez de nouveau cette page, puis réessayez."
    )


@dataclass(frozen=True, kw_only=True)
class GroupedLines:
    """A group of lines, by their keys, with the name and reason that all parties read."""

    name: str
    verdict: Verdict
    why: str
    line_ids: Sequence[int]


@transaction.atomic
def regroup(
    *, round_id: UUID, broker: User, seen_number: int, groups: Sequence[GroupedLines], at: datetime
) -> None:
    """Replace all groups of an opened round by `groups`; a line in none of them is ungrouped.

    Raises NotABroker, StaleGrouping, LineNotInRound; Comparison.DoesNotExist before the opening.
    """
    require_broker(broker)
    partnership = lock(Round.objects.values_list("partnership_id", flat=True).get(pk=round_id))
    comparison = Comparison.objects.select_related("round").get(round=round_id)
    if comparison.number != seen_number:
        raise StaleGrouping
    line_ids = [line_id for group in groups for line_id in group.line_ids]
    known_count = Line.objects.filter(round=round_id, pk__in=line_ids).count()
    if len(set(line_ids)) != len(line_ids) or known_count != len(line_ids):
        raise LineNotInRound
    LineGroup.objects.filter(round=round_id).delete()
    for rank, grouped in enumerate(groups, 1):
        group = LineGroup.objects.create(
            round=comparison.round, rank=rank, verdict=grouped.verdict, name=grouped.name, why=grouped.why
        )
        Line.objects.filter(pk__in=grouped.line_ids).update(group=group)
    comparison.number += 1
    comparison.grouped_by, comparison.grouped_at = broker, at
    comparison.save(update_fields=["number", "grouped_by", "grouped_at"])
    counts = Counter(group.verdict for group in groups)
    write(
        partnership,
        "expectations.group",
        actor=broker,
        at=at,
        number=comparison.round.number,
        convergent=counts[Verdict.CONVERGENT],
        complementary=counts[Verdict.COMPLEMENTARY],
        tension=counts[Verdict.TENSION],
    )
    refresh_status(partnership, at=at)
