"""Dates of a text that are probably mistakes."""

from datetime import date, timedelta

import pytest

from partnerships.charter.terms import Terms
from partnerships.charter.texts import ExpectationText, MilestoneText
from partnerships.checks import dates

TODAY = date(2027, 3, 1)
START, END = date(2027, 4, 1), date(2028, 3, 31)


def milestone(day, code="J1"):
    return MilestoneText(code=code, title="Bilan", owner="A", due_date=day)


def doubts(*milestones, **terms):
    whole = Terms(milestones=milestones, starts_on=START, ends_on=END, **terms)
    return [(finding.subject, finding.doubt) for finding in dates.findings(whole, TODAY)]


@pytest.mark.parametrize(
    ("day", "doubt"),
    [
        (date(2020, 12, 25), "before_start"),
        (START - timedelta(days=1), "before_start"),
        (START, None),
        (END, None),
        (END + timedelta(days=1), "after_end"),
        (date(2037, 12, 31), "after_end"),
        (date(2038, 1, 1), "far"),
        (date(2099, 1, 1), "far"),
    ],
)
def test_a_milestone_outside_the_term_is_in_doubt(day, doubt):
    assert doubts(milestone(day)) == ([("milestone", doubt)] if doubt else [])


def test_a_past_milestone_is_in_doubt_until_it_is_reached():
    whole = Terms(milestones=(milestone(TODAY - timedelta(days=1)), milestone(TODAY, "J2")))
    assert [(finding.code, finding.doubt) for finding in dates.findings(whole, TODAY)] == [("J1", "past")]
    assert dates.findings(whole, TODAY, completed={"J1"}) == []


def test_an_expectation_and_the_term_are_questioned_alike():
    late = ExpectationText(code="AA1", party_key="A", text="Un guide", by_date=END + timedelta(days=9))
    assert doubts(expectations=(late,)) == [("expectation", "after_end")]
    term = Terms(starts_on=START, ends_on=START - timedelta(days=1))
    assert [finding[:2] for finding in dates.findings(term, TODAY)] == [("before_start", "end")]
    assert [finding[:2] for finding in dates.findings(Terms(starts_on=date(2059, 1, 1)), TODAY)] == [
        ("far", "start")
    ]
    assert dates.findings(Terms(starts_on=date(2020, 1, 1)), TODAY) == []
