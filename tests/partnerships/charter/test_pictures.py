"""The timeline: every milestone where its date is, no two labels on each other."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partnerships.charter.pdf import pictures
from partnerships.charter.texts import ALL_PARTIES, MilestoneText
from tests.partnerships.charter.examples import MILESTONES, PARTIES, VOYAGER, crowded

SVG = "{http://www.w3.org/2000/svg}"
days = st.dates()
milestones = st.lists(
    st.tuples(days, st.sampled_from(["p1", "p2", ALL_PARTIES])), min_size=1, max_size=30
).map(
    lambda rows: [
        MilestoneText(code=f"J{number}", title="", owner=owner, due_date=due)
        for number, (due, owner) in enumerate(rows, start=1)
    ]
)


def labels(drawing):
    return [
        (float(text.get("x")), float(text.get("y")), text.text)
        for text in ET.fromstring(drawing).iter(f"{SVG}text")
        if text.text.startswith("J") and text.text[1:].isdigit()
    ]


@given(milestones)
def test_every_milestone_has_one_label_that_overlaps_no_other(rows):
    drawing = pictures.timeline(PARTIES, rows)
    positions = labels(drawing)
    assert sorted(code for _x, _y, code in positions) == sorted(row.code for row in rows)
    height = float(ET.fromstring(drawing).get("viewBox").split()[3])
    assert all(pictures.LEFT <= x <= pictures.RIGHT and 0 < y < height for x, y, _code in positions)
    for y in {y for _x, y, _code in positions}:
        row = sorted(x for x, other, _code in positions if other == y)
        assert all(right - left >= 16 for left, right in pairwise(row))


def test_a_later_date_is_further_right():
    positions = {code: x for x, _y, code in labels(pictures.timeline(PARTIES, MILESTONES))}
    in_order = [positions[row.code] for row in sorted(MILESTONES, key=lambda milestone: milestone.due_date)]
    assert in_order == sorted(in_order)


def test_a_shared_milestone_is_on_every_lane_and_connected():
    tree = ET.fromstring(pictures.timeline(PARTIES, MILESTONES))
    circles = [each for each in tree.iter(f"{SVG}circle") if each.get("fill") == "#ffffff"]
    squares = [each for each in tree.iter(f"{SVG}rect") if each.get("fill") == "#ffffff"]
    assert (len(circles), len(squares)) == (9, 3)
    shared = [row for row in MILESTONES if row.owner == ALL_PARTIES]
    assert len(shared) == 2


def test_names_are_data_and_never_markup():
    hostile = [replace(PARTIES[0], name="<script>&\"'"), PARTIES[1]]
    assert "<script>&\"'" in {
        text.text for text in ET.fromstring(pictures.timeline(hostile, MILESTONES)).iter(f"{SVG}text")
    }


@pytest.mark.parametrize("length", [0, 20, 200, 800, 4_000, 40_000])
def test_the_calendar_never_has_too_many_ticks(length):
    rows = [
        MilestoneText(
            code=f"J{number}", title="", owner="p1", due_date=date(2026, 1, 15) + timedelta(days=shift)
        )
        for number, shift in enumerate((0, length), start=1)
    ]
    ticks = [
        float(text.get("x"))
        for text in ET.fromstring(pictures.timeline(PARTIES, rows)).iter(f"{SVG}text")
        if text.get("font-weight") == "400"
    ]
    assert len(ticks) <= 13
    assert all(right - left > 30 for left, right in pairwise(sorted(ticks)))


def test_the_picture_has_an_alternative_text():
    words = pictures.alternative(VOYAGER.parties, VOYAGER.milestones)
    assert words.startswith("Frise des jalons, de juillet 2026 à mai 2027")
    assert "7 pour Souffle Imaginaire, 1 pour Laboratoires Valfictif, 2 pour toutes les parties." in words


def test_five_lanes_are_drawn():
    charter = crowded()
    tree = ET.fromstring(pictures.timeline(charter.parties, charter.milestones))
    lanes = {line.get("y1") for line in tree.iter(f"{SVG}line") if line.get("y1") == line.get("y2")}
    assert len(lanes) == 5
