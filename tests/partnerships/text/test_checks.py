"""Traceability, balance and the picture: pure, so each has its table."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from partnerships.charter import terms as charter_terms
from partnerships.checks.balance import Weight, full_cost_minor, weights
from partnerships.checks.traceability import threads
from partnerships.text.timeline import END, START, Point, picture
from tests import wording

TODAY = date(2026, 11, 23)
TERMS = charter_terms.together(words.terms for _heading, _party, words in wording.text(TODAY, 0))
DAYS = st.dates() | st.dates(min_value=date(2026, 1, 1), max_value=date(2027, 12, 31))


def test_an_expectation_is_followed_to_its_commitment_and_its_milestone():
    followed = threads(TERMS)
    assert [[each.code for each in thread.commitments] for thread in followed] == [["EA1"], ["EE1"], []]
    assert [thread.milestone.code if thread.milestone else None for thread in followed] == ["J1", "J2", None]
    assert [thread.is_whole for thread in followed] == [True, True, False]


def test_an_indicator_shows_an_expectation_that_has_no_milestone():
    assert [thread.can_be_shown for thread in threads(TERMS)] == [True, True, False]
    first, second, *_others = TERMS.expectations
    changed = (
        replace(first, milestone_code=None, indicator="Un rapport"),
        replace(second, milestone_code=None, indicator=""),
    )
    shown = threads(replace(TERMS, expectations=changed))
    assert [thread.can_be_shown for thread in shown] == [True, False]


def test_each_side_weighs_what_it_brings():
    sides = weights(TERMS, {"A": "association", "E": "company"})
    assert sides["association"] == Weight(commitments=1, cash_minor=60_000, in_kind_minor=270_000, hours=180)
    assert sides["company"] == Weight(commitments=1, cash_minor=3_540_000, in_kind_minor=0, hours=0)
    assert full_cost_minor(TERMS) == 3_870_000


def test_two_parties_of_one_side_weigh_together():
    sides = weights(TERMS, {"A": "association", "E": "association"})
    assert sides["association"].commitments == 2


def test_without_milestones_there_is_no_picture():
    assert picture([], TODAY) is None


def test_a_milestone_of_all_stands_on_both_lanes_and_is_named_once():
    drawn = picture([Point("J1", "both", TODAY)], TODAY)
    assert [(mark.side, mark.label) for mark in drawn.marks] == [("association", "J1"), ("company", "")]
    assert len(drawn.ties) == 1


def test_a_late_milestone_says_by_how_much_and_a_done_one_does_not():
    late = TODAY - timedelta(days=10)
    drawn = picture([Point("J1", "association", late), Point("J2", "company", late, is_done=True)], TODAY)
    assert [mark.late_label for mark in drawn.marks] == ["retard 10 j", ""]
    assert drawn.description.startswith("1 jalon fait, 1 en retard, 0 à venir.")


def test_labels_that_would_touch_are_left_to_the_list():
    points = [
        Point("J1", "company", TODAY),
        Point("J2", "company", TODAY),
        Point("J9", "company", TODAY + timedelta(days=300)),
    ]
    assert [mark.label for mark in picture(points, TODAY).marks] == ["J1", "", "J9"]


@given(days=st.lists(DAYS, min_size=1, max_size=12), today=DAYS)
def test_everything_lies_inside_the_picture(days, today):
    drawn = picture([Point(f"J{n}", "company", day) for n, day in enumerate(days)], today)
    places = [mark.x for mark in drawn.marks] + [month.x for month in drawn.months]
    assert all(START <= x <= END for x in places)
    assert drawn.today is None or START <= drawn.today <= END
    assert len(drawn.months) <= 13
