"""The closing report as a value: every word that is printed, with nothing looked up elsewhere."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal

from partnerships.charter import codec

SCHEMA: Final = "lucky-link/closing/1"

type Kept = Literal["kept", "late", "postponed", "open", "cancelled"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportParty:
    """One organisation; `key` is unique in the report."""

    key: str
    side: Literal["association", "company"]
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultText:
    """What one party says of an expectation: "met", "partly", "not_met", or "" without an answer."""

    party_key: str
    choice: Literal["met", "partly", "not_met", ""]
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectationResult:
    """One expectation of the signed text with what each party says was obtained, in the order of parties."""

    code: str
    party_key: str
    text: str
    indicator: str
    results: tuple[ResultText, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MilestoneResult:
    """One milestone. `signed_on`: due date of the signed text; `postponed`: how often parties agreed to."""

    code: str
    title: str
    owner: str
    state: Kept
    signed_on: date
    due_on: date
    done_on: date | None
    postponed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitmentResult:
    """One commitment; `owner`: key of a party or "broker"."""

    code: str
    owner: str
    text: str
    state: Literal["kept", "open", "cancelled"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountLine:
    """One line of the signed budget and what was spent on it, in cents."""

    label: str
    contribution: Literal["cash", "in_kind"]
    budget_minor: int
    spent_minor: int
    remark: str = ""

    @property
    def difference_minor(self) -> int:
        return self.spent_minor - self.budget_minor


@dataclass(frozen=True, slots=True, kw_only=True)
class PartReport:
    """What one party added. `accounts`: how the other parties answered them; `contests`: their reasons."""

    party_key: str
    lines: tuple[AccountLine, ...] = ()
    accounts: Literal["confirmed", "contested", "unanswered", "missing", "none"] = "none"
    contests: tuple[str, ...] = ()
    lesson: str = ""
    data_state: Literal["done", "none", "not_yet", ""] = ""
    data_remark: str = ""
    logo_state: Literal["done", "none", "not_yet", ""] = ""
    logo_remark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentResult:
    """One payment of the signed text, in cents."""

    label: str
    payer_key: str
    amount_minor: int
    state: Literal["to_come", "due", "paid", "received"]
    paid_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustPoint:
    """The index of trust of one party on one day, from 0 to 100."""

    on: date
    party_key: str
    index: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyChoice:
    label: str
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyQuestion:
    """A question put to patients, with how often each choice was given."""

    text: str
    choices: tuple[SurveyChoice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyResult:
    """What patients answered; `questions`: none while there are too few answers to show their counts."""

    subject: str
    milestone_code: str
    questions: tuple[SurveyQuestion, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ExitText:
    """An early exit; `wording` and `money`: "" unless all parties agreed to them."""

    party_key: str
    asked_on: date
    leaves_on: date
    reason: str
    wording: str = ""
    money: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosingWordsText:
    """What the broker writes at the end; `missing`: the points of the checklist that are missing."""

    lessons: str
    missing: tuple[str, ...] = ()
    incomplete_reason: str = ""
    outcome: str = ""
    review_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosingReportText:
    """The whole report. `charter_fingerprint`: of the charter in force, `edition`: its number."""

    schema: str = SCHEMA
    reference: str
    title: str
    plain_words: str
    broker: str
    parties: tuple[ReportParty, ...]
    edition: int
    charter_fingerprint: str
    activated_on: date
    closed_at: datetime
    words: ClosingWordsText
    expectations: tuple[ExpectationResult, ...] = ()
    milestones: tuple[MilestoneResult, ...] = ()
    commitments: tuple[CommitmentResult, ...] = ()
    parts: tuple[PartReport, ...] = ()
    payments: tuple[PaymentResult, ...] = ()
    trust: tuple[TrustPoint, ...] = ()
    surveys: tuple[SurveyResult, ...] = ()
    early_exit: ExitText | None = None


def report_json(report: ClosingReportText) -> bytes:
    """Return the canonical JSON of a report (RFC 8785)."""
    return codec.encode(report)


def report_from_json(data: bytes) -> ClosingReportText:
    """Return the report in canonical JSON. Raises codec.Malformed."""
    return codec.decode(ClosingReportText, codec.parse(data))


def fingerprint(report: ClosingReportText) -> str:
    """Return the SHA-256 of the canonical JSON, as 64 hex digits."""
    return hashlib.sha256(report_json(report)).hexdigest()
