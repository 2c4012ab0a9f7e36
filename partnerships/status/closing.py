"""What each party has to do while a case closes: its part, the accounts of others, an early exit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch

from partnerships.case.next_step import AwaitedAnswer, Step
from partnerships.charter.snapshot import CharterSnapshot, from_json
from partnerships.charter.texts import BudgetLineText
from partnerships.lifecycle import Edition
from partnerships.models import (
    AccountAnswer,
    ClosingPart,
    EarlyExit,
    EarlyExitAnswer,
    Partnership,
    Party,
)


@dataclass(frozen=True, kw_only=True)
class PartyClosing:
    """The part of one party in the closing.

    `budget`: its lines of the signed text; `part`: None before it is written; `answers`: to its accounts, in
    order; `waiting`: the other parties that have not answered them.
    """

    party: Party
    budget: Sequence[BudgetLineText]
    part: ClosingPart | None
    answers: Sequence[AccountAnswer]
    waiting: Sequence[Party]

    @property
    def lines(self) -> list[dict[str, Any]]:
        """The accounts as written, each with its `difference_minor`."""
        written = self.part.lines if self.part else []
        return [{**line, "difference_minor": line["spent_minor"] - line["budget_minor"]} for line in written]

    @property
    def is_contested(self) -> bool:
        return any(not answer.is_confirmed for answer in self.answers)

    @property
    def is_due(self) -> bool:
        """Whether the party has to write its part, or to write it again after a contest."""
        return self.part is None or self.is_contested

    @property
    def is_confirmed(self) -> bool:
        """Whether the accounts, if there are any, are confirmed by all other parties."""
        if not self.budget:
            return True
        return self.part is not None and not self.waiting and not self.is_contested


def signed_text(partnership: Partnership) -> CharterSnapshot | None:
    """Return the text in force, None before a signature. 1 query."""
    charters = partnership.charters.filter(voided=None, roadmap__state=Edition.SIGNED)
    charter = charters.order_by("-roadmap__edition").first()
    return from_json(bytes(charter.canonical_json)) if charter else None


def parts_of(partnership: Partnership, parties: Sequence[Party]) -> list[PartyClosing]:
    """Return the part of each party, in order. 3 queries."""
    text = signed_text(partnership)
    given = AccountAnswer.objects.select_related("party__organisation", "answered_by").order_by("pk")
    rows = ClosingPart.objects.filter(party__in=parties).select_related("written_by")
    by_party: dict[int, list[ClosingPart]] = {party.pk: [] for party in parties}
    for part in rows.prefetch_related(Prefetch("answers", queryset=given)).order_by("number"):
        by_party[part.party_id].append(part)
    return [_party_closing(party, text, by_party[party.pk], parties) for party in parties]


def awaited_of_review(partnership: Partnership, parties: Sequence[Party]) -> list[AwaitedAnswer]:
    """Return what the parties have to do before the case closes, in order. 3 queries."""
    awaited = []
    for row in parts_of(partnership, parties):
        if row.is_due:
            awaited.append(_awaited(Step.WRITE_PART, row.party, (row.party.code,)))
        elif row.budget and row.waiting:
            codes = tuple(party.code for party in row.waiting)
            awaited.append(_awaited(Step.CONFIRM_ACCOUNTS, row.party, codes))
    return awaited


def awaited_of_exit(partnership: Partnership, parties: Sequence[Party]) -> list[AwaitedAnswer]:
    """Return the answers, or the new terms, that an early exit waits for. 2 queries at most."""
    answers = Prefetch("answers", queryset=EarlyExitAnswer.objects.order_by("pk"))
    exits = partnership.early_exits.filter(withdrawn_at=None, agreed_at=None)
    asked = exits.select_related("party").prefetch_related(answers).order_by("number")
    return [_awaited_exit(each, parties) for each in asked]


def unanswered_exit(early_exit: EarlyExit, parties: Sequence[Party]) -> list[Party]:
    """Return the parties that have not answered the present terms, other than the one that wrote them."""
    answered = {row.party_id for row in early_exit.answers.all() if row.number == early_exit.wording_number}
    return [party for party in parties if party.pk not in {*answered, early_exit.wording_party_id}]


def is_exit_refused(early_exit: EarlyExit) -> bool:
    """Return whether a party refused the present terms."""
    return any(
        not row.is_agreed for row in early_exit.answers.all() if row.number == early_exit.wording_number
    )


def _awaited_exit(early_exit: EarlyExit, parties: Sequence[Party]) -> AwaitedAnswer:
    is_of_broker = is_exit_refused(early_exit)
    unanswered = tuple(party.code for party in unanswered_exit(early_exit, parties))
    return AwaitedAnswer(
        step=Step.REWORD_EXIT if is_of_broker else Step.AGREE_EXIT,
        id=early_exit.number,
        code="",
        title="",
        party=early_exit.party.code if early_exit.party else "",
        unanswered=() if is_of_broker else unanswered,
        until=None,
    )


def _awaited(step: Step, party: Party, unanswered: tuple[str, ...]) -> AwaitedAnswer:
    return AwaitedAnswer(
        step=step, id=party.pk, code="", title="", party=party.code, unanswered=unanswered, until=None
    )


def _party_closing(
    party: Party, text: CharterSnapshot | None, written: Sequence[ClosingPart], parties: Sequence[Party]
) -> PartyClosing:
    budget = [line for line in text.budget if line.payer_key == party.code] if text else []
    part = written[-1] if written else None
    answers = [
        answer
        for each in written
        if part and each.accounts_number == part.accounts_number
        for answer in each.answers.all()
    ]
    answered = {answer.party_id for answer in answers}
    others = [other for other in parties if other.pk != party.pk and other.pk not in answered]
    return PartyClosing(
        party=party,
        budget=budget,
        part=part,
        answers=answers,
        waiting=others if part and budget else [],
    )
