"""Cross-references of a case file: clauses, tables, envelope lines and rounds that must exist."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from lucky_link.demo.reader import Problem
from lucky_link.demo.references import clause_numbers, envelope_line
from partnerships.charter.terms import TABLES
from partnerships.charter.texts import Heading

if TYPE_CHECKING:
    from lucky_link.demo.case_file import CaseFile, ClauseRecord, Redraft

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
    if not set(calendar.signed) <= {"A", "E"}:
        yield Problem("calendar.signed", "the parties are A (association) and E (company)")
    if calendar.frozen is not None and len(calendar.rounds) < case.last_discussed_round:
        yield Problem("calendar.rounds", f"round {case.last_discussed_round} is discussed and has no day")
