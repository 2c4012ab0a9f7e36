"""Cross-references of a case file: what it names must exist, and what follows the signature be possible."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from lucky_link.demo.reader import Problem
from lucky_link.demo.references import clause_numbers, envelope_line
from partnerships.charter.terms import TABLES
from partnerships.charter.texts import BROKER, Heading
from partnerships.questionnaires.items import CHOICES, HIGHEST_SCORE, choice_of

if TYPE_CHECKING:
    from lucky_link.demo.case_file import CaseFile, ClauseRecord, QuestionnaireRecord, Redraft

CLAUSE_TABLES: Final = (
    "expectations",
    "limits",
    "red_lines",
    "commitments",
    "milestones",
    "budget",
    "counterparts",
    "regulation",
)
# The working days of the longest round, taken as days.
MOST_DAYS: Final = 30
PARTIES: Final = {"A", "E"}
REDRAFT_TABLES: Final = ("commitments", "budget", "payments")


def problems(case: CaseFile) -> Iterator[Problem]:
    """Yield what a case file refers to and does not contain."""
    for index, clause in enumerate(case.clauses):
        yield from _clause_problems(case, index, clause)
    for name in ("remarks", "redrafts", "keeps"):
        for index, entry in enumerate(getattr(case, name)):
            if not 1 <= entry.clause <= len(case.clauses):
                yield Problem(f"{name}[{index}].clause", f"there are {len(case.clauses)} clauses")
    for index, redraft in enumerate(case.redrafts):
        if 1 <= redraft.clause <= len(case.clauses):
            yield from _redraft_problems(case, redraft, f"redrafts[{index}]")
    yield from _calendar_problems(case)
    yield from _milestone_problems(case)
    yield from _payment_problems(case)
    yield from _commitment_problems(case)
    yield from _questionnaire_problems(case)


def _clause_problems(case: CaseFile, index: int, clause: ClauseRecord) -> Iterator[Problem]:
    path = f"clauses[{index}]"
    if clause.heading in Heading.__members__:
        allowed = TABLES.get(Heading[clause.heading], ())
        for table in CLAUSE_TABLES:
            if getattr(clause, table) and table not in allowed:
                yield Problem(f"{path}.{table}", f"{clause.heading} carries no {table}")
    else:
        yield Problem(f"{path}.heading", f"{clause.heading!r} is none of {', '.join(Heading.__members__)}")
    for number in clause_numbers(clause.body, clause.plain_words):
        if not 1 <= number <= index:
            yield Problem(f"{path}.body", f"clause {number} does not stand before this one")
    for reference in clause.written_from:
        line = envelope_line(reference)
        if line is None or not case.filed_text(line):
            yield Problem(f"{path}.written_from", f"nobody files {reference!r}")


def _redraft_problems(case: CaseFile, redraft: Redraft, path: str) -> Iterator[Problem]:
    for number in clause_numbers(redraft.body, redraft.plain_words):
        if not 1 <= number <= len(case.clauses):
            yield Problem(f"{path}.body", f"there is no clause {number}")
    heading = case.clauses[redraft.clause - 1].heading
    allowed = TABLES.get(Heading[heading], ()) if heading in Heading.__members__ else REDRAFT_TABLES
    for table in REDRAFT_TABLES:
        if getattr(redraft, table) and table not in allowed:
            yield Problem(f"{path}.{table}", f"clause {redraft.clause} carries no {table}")


def _calendar_problems(case: CaseFile) -> Iterator[Problem]:
    calendar = case.calendar
    if not set(calendar.signed) <= PARTIES:
        yield Problem("calendar.signed", "the parties are A (association) and E (company)")
    if calendar.frozen is not None and len(calendar.rounds) < case.last_discussed_round:
        yield Problem("calendar.rounds", f"round {case.last_discussed_round} is discussed and has no day")
    if calendar.closed is None:
        return
    if calendar.review is None or calendar.review > calendar.closed:
        yield Problem("calendar.closed", "a case is closed after its review")
    if not case.incomplete_reason and not any(row.question == "evaluation" for row in case.questionnaires):
        reason = "neither a questionnaire “evaluation” nor incomplete_reason says what became of expectations"
        yield Problem("calendar.closed", reason)


def _day_problem(
    case: CaseFile, path: str, day: int, *, question: str = "", is_payment: bool = False
) -> Iterator[Problem]:
    """Yield why something cannot happen on a day: the charter must be in force, and the day past."""
    calendar = case.calendar
    begin, begin_name = calendar.countersigned, "the charter is countersigned"
    end, end_name = calendar.review, "the review starts"
    if question == "evaluation":
        begin, begin_name = calendar.review, "the review starts"
    if question == "evaluation" or is_payment:
        end, end_name = calendar.closed, "the case is closed"
    if begin is None or day < begin:
        yield Problem(path, f"day {day} is not after {begin_name}")
    elif end is not None and day > end:
        yield Problem(path, f"day {day} is after {end_name}, on day {end}")
    elif day > 0:
        yield Problem(path, f"day {day} has not come")


def _milestone_problems(case: CaseFile) -> Iterator[Problem]:
    """Yield the postponements that nobody can ask for, and what is open at the review."""
    milestones = {milestone.code: milestone for milestone in case.milestones}
    asked: set[str] = set()
    for index, entry in enumerate(case.postponements):
        path = f"postponements[{index}]"
        milestone = milestones.get(entry.milestone)
        if milestone is None:
            yield Problem(f"{path}.milestone", f"{entry.milestone!r} is none of {', '.join(milestones)}")
            continue
        if entry.milestone in asked:
            yield Problem(f"{path}.milestone", f"{entry.milestone} is postponed twice")
        asked.add(entry.milestone)
        last = entry.asked if entry.accepted is None else entry.accepted
        yield from _day_problem(case, f"{path}.asked", entry.asked)
        yield from _day_problem(case, f"{path}.accepted", last) if last != entry.asked else ()
        if entry.until <= milestone.day or entry.until < last:
            yield Problem(f"{path}.until", f"{entry.milestone} is due on day {milestone.day}: no later day")
        if last < entry.asked:
            yield Problem(f"{path}.accepted", "accepted before it is asked")
        if milestone.done_day is not None and milestone.done_day < last:
            yield Problem(f"{path}.milestone", f"{entry.milestone} is done on day {milestone.done_day}")
    review = case.calendar.review
    still_open = [row.code for row in case.milestones if row.done_day is None or row.done_day > (review or 0)]
    if review is not None and still_open:
        yield Problem("calendar.review", f"milestones are open: {', '.join(still_open)}")


def _payment_problems(case: CaseFile) -> Iterator[Problem]:
    paid: set[str] = set()
    for index, entry in enumerate(case.payments):
        path = f"payments[{index}]"
        payment = case.promised.get(entry.label)
        if payment is None:
            yield Problem(f"{path}.label", f"{entry.label!r} is none of {', '.join(case.promised)}")
        elif not payment.payer:
            yield Problem(f"{path}.label", "the text does not say who pays it")
        if entry.label in paid:
            yield Problem(f"{path}.label", f"{entry.label!r} is paid twice")
        paid.add(entry.label)
        yield from _day_problem(case, f"{path}.paid", entry.paid, is_payment=True)
        if entry.received is not None:
            yield from _day_problem(case, f"{path}.received", entry.received, is_payment=True)
            if entry.received < entry.paid:
                yield Problem(f"{path}.received", "received before it is paid")


def _commitment_problems(case: CaseFile) -> Iterator[Problem]:
    codes = [code for code, row in case.commitments.items() if row.party != BROKER]
    kept: set[str] = set()
    for index, entry in enumerate(case.kept):
        path = f"kept[{index}]"
        if entry.commitment not in codes:
            reason = f"{entry.commitment!r} is no commitment of a party: {', '.join(codes)}"
            yield Problem(f"{path}.commitment", reason)
        if entry.commitment in kept:
            yield Problem(f"{path}.commitment", f"{entry.commitment} is declared twice")
        kept.add(entry.commitment)
        yield from _day_problem(case, f"{path}.day", entry.day)


def _questionnaire_problems(case: CaseFile) -> Iterator[Problem]:
    running_until: int | None = None
    for index, entry in enumerate(case.questionnaires):
        path = f"questionnaires[{index}]"
        last = max(entry.answered.values(), default=entry.asked)
        yield from _day_problem(case, f"{path}.asked", entry.asked, question=entry.question)
        yield from _day_problem(case, f"{path}.answered", last, question=entry.question)
        if set(entry.answered) != PARTIES:
            yield Problem(f"{path}.answered", "both parties, A (association) and E (company), answer")
        if any(day <= entry.asked for day in entry.answered.values()):
            yield Problem(f"{path}.answered", "it is answered after the day on which it is asked")
        if last - entry.asked >= MOST_DAYS:
            yield Problem(f"{path}.answered", f"a questionnaire is answered within {MOST_DAYS} days")
        if running_until is not None and entry.asked < running_until:
            yield Problem(f"{path}.asked", f"the questionnaire before it runs until day {running_until}")
        running_until = last
        yield from _answer_problems(case, entry, path)


def _answer_problems(case: CaseFile, entry: QuestionnaireRecord, path: str) -> Iterator[Problem]:
    """Yield the items and choices that do not exist, and the reasons that are missing."""
    codes = case.item_codes(entry.question)
    if not codes:
        yield Problem(f"{path}.question", f"the text has nothing that “{entry.question}” asks about")
    if entry.question == "barometer":
        yield from _score_problems(entry, path, len(codes))
        return
    if entry.scores or entry.comments:
        yield Problem(f"{path}.scores", "only a barometer has scores and comments")
    for number, answer in enumerate(entry.answers):
        answer_path = f"{path}.answers[{number}]"
        choice = choice_of(entry.question, answer.choice)
        if answer.item not in codes:
            yield Problem(answer_path, f"{answer.item!r} is none of {', '.join(codes)}")
        elif choice is None:
            values = ", ".join(choice.value for choice in CHOICES[entry.question])
            yield Problem(answer_path, f"{answer.choice!r} is none of {values}")
        elif choice.needs_reason and not answer.reason.strip():
            yield Problem(answer_path, f"{answer.item}: {answer.choice} needs a reason")


def _score_problems(entry: QuestionnaireRecord, path: str, count: int) -> Iterator[Problem]:
    """Yield what the answers to a barometer of `count` items lack."""
    if entry.answers:
        yield Problem(f"{path}.answers", "a barometer is answered by its scores")
    if not set(entry.comments) <= PARTIES:
        yield Problem(f"{path}.comments", "the parties are A (association) and E (company)")
    for party in sorted(PARTIES):
        scores = entry.scores.get(party, ())
        if len(scores) != count or not all(1 <= score <= HIGHEST_SCORE for score in scores):
            yield Problem(f"{path}.scores", f"{party} gives {count} scores from 1 to {HIGHEST_SCORE}")
