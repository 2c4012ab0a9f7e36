"""Precision and recall of the comparison of expectations and of the clause risks, on labelled samples."""

from __future__ import annotations

import sys

import pytest

from tests import labelled

pytestmark = pytest.mark.bench
# What was reached, rounded down: precision, then recall.
FLOORS = {
    ("pairs", "tuned"): (0.98, 0.98),
    ("pairs", "held_out"): (0.95, 0.92),
    ("pairs", "unseen"): (0.95, 0.65),
    ("risks", "tuned"): (0.98, 0.98),
    ("risks", "held_out"): (0.95, 0.95),
    ("risks", "unseen"): (0.95, 0.90),
}


@pytest.mark.parametrize(("kind", "half"), FLOORS)
def test_the_rules_find_what_readers_find(kind: str, half: str, capsys: pytest.CaptureFixture[str]) -> None:
    score = getattr(labelled, kind)(half)
    with capsys.disabled():
        sys.stdout.write(f"\n{kind}, {half}: {score}\n")
    precision, recall = FLOORS[kind, half]
    assert score.precision >= precision, score.wrong
    assert score.recall >= recall, score.wrong
