"""A whole case written in TOML: the parties, the text, the answers to it, and the calendar.

Days are counted from today (0): -140 is 140 days ago. The shipped files are in `lucky_link/demo/cases`;
`./luckylink story FILE` plays one over HTTP, the demonstration plays all of them through the actions.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from lucky_link.demo import case_checks
from lucky_link.demo.reader import Problem, Record
from lucky_link.demo.references import LINE_KINDS, LineReference
from partnerships.questionnaires.items import CHOICES, STATEMENTS

DEFAULT_SKIP_REASON = (
    "Les parties se sont dit leurs attentes, leurs limites et leurs lignes rouges en réunion, avant "
    "l’ouverture du dossier."
)
DEFAULT_REPLY = "Le texte dit déjà ce qui est demandé\u202f; le passeur en a parlé avec les deux parties."


class MilestoneRecord(Record, frozen=True, kw_only=True):
    code: str
    title: str
    owner: str
    day: int
    indicator: str = ""
    done_day: int | None = None
    evidence: str = ""

    @property
    def is_done(self) -> bool:
        return self.done_day is not None and self.done_day <= 0


class PaymentRecord(Record, frozen=True, kw_only=True):
    label: str
    amount: int
    milestone: str = ""
    payer: str = ""


class Expectation(Record, frozen=True, kw_only=True):
    code: str
    party: str
    text: str
    indicator: str = ""
    milestone: str = ""


class CommitmentRecord(Record, frozen=True, kw_only=True):
    code: str
    party: str
    text: str
    hours: int = 0
    amount: int = 0
    serves: tuple[str, ...] = ()


class BudgetLine(Record, frozen=True, kw_only=True):
    label: str
    payer: str
    amount: int
    in_kind: bool = False
    vat: Literal["none", "recovered", "borne"] = "none"
    vat_permille: int = 0


class BenefitInReturn(Record, frozen=True, kw_only=True):
    label: str
    party: str
    amount: int


class Regulation(Record, frozen=True, kw_only=True):
    kind: Literal["patronage", "sponsorship", "service"]
    object: str
    advantage: str = ""
    event_organiser: str = ""
    event_name: str = ""
    event_day: int | None = None
    event_place: str = ""


class RedLine(Record, frozen=True, kw_only=True):
    party: str
    text: str


class ClauseRecord(Record, frozen=True, kw_only=True):
    heading: str
    title: str
    body: str
    plain_words: str = ""
    responsible: str = ""
    written_from: tuple[str, ...] = ()  # references to lines of envelopes, as "A expectation 1"
    expectations: tuple[Expectation, ...] = ()
    limits: tuple[str, ...] = ()
    red_lines: tuple[RedLine, ...] = ()
    commitments: tuple[CommitmentRecord, ...] = ()
    milestones: tuple[MilestoneRecord, ...] = ()
    budget: tuple[BudgetLine, ...] = ()
    payments: tuple[PaymentRecord, ...] = ()
    fees: tuple[BudgetLine, ...] = ()
    starts_day: int | None = None
    ends_day: int | None = None
    transparency_object: str = ""
    publication: bool = False
    counterparts: tuple[BenefitInReturn, ...] = ()
    regulation: Regulation | None = None


class RemarkRecord(Record, frozen=True, kw_only=True):
    """The stance of a party on a clause in a round, and the broker's reply; without one, it agrees."""

    round: int
    party: Literal["A", "E"]
    clause: int
    stance: Literal["question", "reservation", "objection"]
    reason: str
    proposed_text: str = ""
    outcome: Literal["", "taken", "partly", "not"] = ""
    reply: str = ""


class Redraft(Record, frozen=True, kw_only=True):
    """The new text of a clause after a round; a table given here replaces the table of the clause."""

    round: int
    clause: int
    body: str
    plain_words: str = ""
    reason: str
    commitments: tuple[CommitmentRecord, ...] = ()
    budget: tuple[BudgetLine, ...] = ()
    payments: tuple[PaymentRecord, ...] = ()


class AcceptedRisk(Record, frozen=True, kw_only=True):
    """Why the broker keeps a clause that a risk rule blocks, after a round (0: before the first)."""

    round: int
    clause: int
    rule: str
    reason: str


class NoteRecord(Record, frozen=True, kw_only=True):
    """A private note between a party and the broker."""

    day: int
    party: Literal["A", "E"]
    author: str
    text: str


class FiledExpectation(Record, frozen=True, kw_only=True):
    text: str
    indicator: str
    by_day: int | None = None
    priority: Literal[1, 2, 3] = 2


class Filing(Record, frozen=True, kw_only=True):
    """The content of the expectations envelope of a party, and whether the party seals it."""

    party: Literal["A", "E"]
    author: str
    day: int
    seals: bool = True
    expectations: tuple[FiledExpectation, ...]
    limits: tuple[str, ...] = ()
    red_lines: tuple[str, ...] = ()
    means: str = ""
    hours: int | None = None
    amount: int | None = None  # euros

    def texts(self, kind: str) -> list[str]:
        """Return the texts of the lines of a kind of LINE_KINDS."""
        lines = getattr(self, LINE_KINDS[kind])
        return [lines] if isinstance(lines, str) else [getattr(line, "text", line) for line in lines]


class PostponementRecord(Record, frozen=True, kw_only=True):
    """A request to postpone a milestone to the day `until`; it awaits its answer without a day `accepted`."""

    milestone: str
    asked: int
    until: int
    reason: str
    accepted: int | None = None


class PaymentMade(Record, frozen=True, kw_only=True):
    """A payment of the text, by its label, with the days on which it was paid and its reception confirmed."""

    label: str
    paid: int
    received: int | None = None
    reference: str = ""


class CommitmentKept(Record, frozen=True, kw_only=True):
    commitment: str
    day: int
    evidence: str


class ItemAnswer(Record, frozen=True, kw_only=True):
    """The answer of a party to one item of a questionnaire; without one, it gives the best."""

    party: Literal["A", "E"]
    item: str
    choice: str
    reason: str = ""


class QuestionnaireRecord(Record, frozen=True, kw_only=True):
    """A questionnaire with the days of its answers. `scores`: of a barometer, for each party, by item.

    `comments`: of a barometer, what a party adds in its own words.
    """

    question: Literal["limits", "barometer", "evaluation"]
    asked: int
    answered: Mapping[str, int]
    scores: Mapping[str, tuple[int, ...]] = {}
    comments: Mapping[str, str] = {}
    answers: tuple[ItemAnswer, ...] = ()

    def given(self, party: str, codes: Sequence[str]) -> dict[str, dict[str, str]]:
        """Return what a party answers to the items of these codes: a choice and, if any, its reason."""
        best = CHOICES[self.question][0].value
        scores = self.scores.get(party, ())
        answers = {code: {"choice": best} for code in codes}
        answers |= {code: {"choice": str(score)} for code, score in zip(codes, scores, strict=False)}
        for answer in self.answers:
            if answer.party == party:
                reason = {"reason": answer.reason} if answer.reason else {}
                answers[answer.item] = {"choice": answer.choice} | reason
        return answers


class Calendar(Record, frozen=True, kw_only=True):
    """The day of each step; a step without a day is not reached.

    `rounds`: the days on which the parties answered; the last round is still running unless `frozen` is set.
    """

    opened: int
    prepared: int | None = None
    asked: int | None = None  # the round of expectations
    asked_for: int = 7  # working days
    written: int | None = None  # the clauses; by default on the day `prepared`
    proposed: int | None = None
    rounds: tuple[int, ...] = ()
    frozen: int | None = None
    signed: Mapping[str, int] = {}
    countersigned: int | None = None
    review: int | None = None
    closed: int | None = None


class CaseFile(Record, frozen=True, kw_only=True):
    title: str
    plain_words: str
    evidence_of_need: str
    broker_interests: str = ""
    association: str
    company: str
    broker: str
    lessons: str = ""
    incomplete_reason: str = ""  # why a case closes without a cross evaluation
    expectations_skipped: str = DEFAULT_SKIP_REASON  # why, in a case without a round of expectations
    calendar: Calendar
    clauses: tuple[ClauseRecord, ...]
    remarks: tuple[RemarkRecord, ...] = ()
    redrafts: tuple[Redraft, ...] = ()
    keeps: tuple[AcceptedRisk, ...] = ()
    notes: tuple[NoteRecord, ...] = ()
    filings: tuple[Filing, ...] = ()
    postponements: tuple[PostponementRecord, ...] = ()
    payments: tuple[PaymentMade, ...] = ()
    kept: tuple[CommitmentKept, ...] = ()
    questionnaires: tuple[QuestionnaireRecord, ...] = ()

    def problems(self) -> Iterator[Problem]:
        """Yield the references and tables that lead nowhere."""
        return case_checks.problems(self)

    @property
    def last_discussed_round(self) -> int:
        """Return the last round with a remark or a redraft, 0 without any."""
        rounds = [*(remark.round for remark in self.remarks), *(redraft.round for redraft in self.redrafts)]
        return max(rounds, default=0)

    @property
    def milestones(self) -> list[MilestoneRecord]:
        return [milestone for clause in self.clauses for milestone in clause.milestones]

    @property
    def commitments(self) -> dict[str, CommitmentRecord]:
        """Return the commitments of the text by code, as the last redraft of their clause has them."""
        rows = [row for clause in self.clauses for row in clause.commitments]
        rows += [row for redraft in self.redrafts for row in redraft.commitments]
        return {row.code: row for row in rows}

    @property
    def promised(self) -> dict[str, PaymentRecord]:
        """Return the payments of the text by label, as the last redraft of their clause has them."""
        rows = [row for clause in self.clauses for row in clause.payments]
        rows += [row for redraft in self.redrafts for row in redraft.payments]
        return {row.label: row for row in rows}

    def item_codes(self, question: str) -> list[str]:
        """Return the codes of the items of a questionnaire about the text, in their order."""
        if question == "barometer":
            return list(STATEMENTS)
        if question == "evaluation":
            return [row.code for clause in self.clauses for row in clause.expectations]
        limits = [f"L{number}" for clause in self.clauses for number, _text in enumerate(clause.limits, 1)]
        red_lines = [line for clause in self.clauses for line in clause.red_lines]
        return [*limits, *(f"R{number}" for number, _line in enumerate(red_lines, 1))]

    def remarks_of(self, party: str, number: int) -> list[RemarkRecord]:
        """Return the remarks of a party in one round."""
        return [remark for remark in self.remarks if (remark.party, remark.round) == (party, number)]

    def reply_to(self, remark: RemarkRecord) -> tuple[str, str]:
        """Return the outcome and the text of the broker's reply to a remark."""
        target = (remark.round, remark.clause)
        redraft = next((r for r in self.redrafts if (r.round, r.clause) == target), None)
        if redraft:
            return remark.outcome or "taken", remark.reply or redraft.reason
        return remark.outcome or "not", remark.reply or DEFAULT_REPLY

    def filed_text(self, line: LineReference) -> str:
        """Return the text of a line of an envelope, empty when nobody files it."""
        for filing in (filing for filing in self.filings if filing.party == line.party):
            texts = filing.texts(line.kind)
            if 1 <= line.position <= len(texts):
                return texts[line.position - 1]
        return ""
