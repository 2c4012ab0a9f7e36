"""The numbers of sections and clauses."""

import itertools
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from partnerships.charter import chapters, snapshot, terms
from partnerships.charter.numbering import clause_numbers, section_numbers
from partnerships.charter.terms import Terms
from partnerships.charter.texts import Heading, LimitText, RedLineText
from tests.partnerships.charter.examples import VOYAGER

HEADINGS = st.lists(st.sampled_from(Heading)).map(sorted)


def test_a_section_without_clause_makes_no_jump() -> None:
    headings = [Heading.PRECISE_ACTION, Heading.LIMITS, Heading.LIMITS, Heading.TERM]
    assert section_numbers(headings) == {Heading.PRECISE_ACTION: 1, Heading.LIMITS: 2, Heading.TERM: 3}
    assert clause_numbers(enumerate(headings)) == {0: "1.1", 1: "2.1", 2: "2.2", 3: "3.1"}


@given(HEADINGS)
def test_numbers_follow_the_printed_order_without_gaps(headings: list[Heading]) -> None:
    numbers = [tuple(map(int, number.split("."))) for number in clause_numbers(enumerate(headings)).values()]
    expected, before = [], (0, 0)
    for rank, heading in enumerate(headings):
        is_new = rank == 0 or headings[rank - 1] != heading
        before = (before[0] + 1, 1) if is_new else (before[0], before[1] + 1)
        expected.append(before)
    assert numbers == expected


def test_a_charter_frozen_before_keeps_its_numbers() -> None:
    assert VOYAGER.numbering == "position"
    assert b"numbering" not in snapshot.canonical_json(VOYAGER)
    former = chapters.chapters(VOYAGER)
    numbers = [clause.number for chapter in former for clause in chapter.clauses]
    assert numbers == [
        str(clause.number) for chapter in former for clause in chapters.clauses_of(VOYAGER, chapter.heading)
    ]
    assert [chapter.number for chapter in former if chapter.heading == Heading.TERM] == ["18"]
    assert chapters.signatures_number(VOYAGER) == 19


def test_a_charter_of_today_is_numbered_as_its_pages() -> None:
    charter = replace(VOYAGER, numbering="section")
    printed = chapters.chapters(charter)
    headings = [
        clause.heading for clause in sorted(charter.clauses, key=lambda each: (each.heading, each.number))
    ]
    assert [clause.number for chapter in printed for clause in chapter.clauses] == list(
        clause_numbers(enumerate(headings)).values()
    )
    assert all(chapter.clauses for chapter in printed)
    assert chapters.signatures_number(charter) == len(set(headings)) + 1


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), max_size=6))
def test_the_rows_of_each_clause_are_found_again_in_those_of_the_text(counts: list[tuple[int, int]]) -> None:
    number = itertools.count()
    parts = [
        Terms(
            limits=tuple(LimitText(code=f"L{next(number)}", text="Non.") for _row in range(limits)),
            red_lines=tuple(RedLineText(party_key="A", text=str(next(number))) for _row in range(lines)),
        )
        for limits, lines in counts
    ]
    assert terms.separated(terms.together(parts), [terms.row_counts(part) for part in parts]) == parts
