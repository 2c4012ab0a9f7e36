"""The labelled samples: their size, no sentence in two halves, and no alarm where a reader sees none."""

from __future__ import annotations

from itertools import combinations

import pytest

from tests import labelled


@pytest.mark.parametrize(("kind", "found", "harmless"), [("pairs", 60, 60), ("risks", 100, 100)])
def test_the_samples_have_both_kinds_and_the_halves_share_no_row(kind, found, harmless):
    halves = [{tuple(row) for row in labelled.rows(f"{kind}_{half}")} for half in labelled.HALVES]
    labels = [row[0] for half in halves for row in half]
    negative = {"pairs": "none", "risks": labelled.HARMLESS}[kind]
    assert labels.count(negative) >= harmless
    assert len(labels) - labels.count(negative) >= found
    assert all(first.isdisjoint(second) for first, second in combinations(halves, 2))


@pytest.mark.parametrize("half", labelled.HALVES)
@pytest.mark.parametrize("measure", [labelled.pairs, labelled.risks])
def test_hardly_any_alarm_is_false(measure, half):
    score = measure(half)
    assert score.precision >= 0.95, score.wrong
