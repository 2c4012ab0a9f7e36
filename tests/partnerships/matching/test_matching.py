"""The score of a pair: weights, reasons, and limits that exclude it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from partnerships.matching import scoring
from partnerships.matching.queries.matches import REASON_TEXTS, reason_row
from partnerships.matching.scoring import Conflict, MatchCriteria, compare
from partnerships.models import ActionKind, Budget, Limit, Theme

GUIDE = MatchCriteria(
    theme="breath",
    territory="france",
    limits=frozenset({"brand"}),
    kinds=frozenset({"guide"}),
    budget=3,
    hours=180,
)


def points(association, company):
    return {reason.part: reason.points for reason in compare(association, company).reasons}


def test_the_weights_make_a_hundred_and_two_alike_get_them_all():
    assert sum(scoring.WEIGHTS.values()) == 100
    assert compare(GUIDE, GUIDE).score == 100


@pytest.mark.parametrize(
    ("changed", "part", "left"),
    [
        ({"theme": "heart"}, "theme", 0),
        ({"theme": "all"}, "theme", 15),
        ({"territory": "Bretagne"}, "territory", 10),
        ({"kinds": frozenset({"event"})}, "kind", 0),
        ({"kinds": frozenset()}, "kind", 0),
        ({"has_free_text": True}, "limits", 15),
        ({"limits": frozenset()}, "limits", 25),
        ({"budget": 2}, "capacity", 10),
        ({"budget": 1}, "capacity", 0),
        ({"budget": None}, "capacity", 5),
    ],
)
def test_a_difference_lowers_only_its_own_criterion(changed, part, left):
    result = points(GUIDE, replace(GUIDE, **changed))
    assert result.pop(part) == left
    assert all(result[each] == scoring.WEIGHTS[each] for each in result)


def test_two_regions_do_not_match_and_unknown_hours_score_a_third():
    here, there = replace(GUIDE, territory="Bretagne"), replace(GUIDE, territory="Corse")
    assert points(here, there)["territory"] == 0
    assert points(replace(GUIDE, hours=None), GUIDE)["capacity"] == 5


@pytest.mark.parametrize("pair", scoring.CONTRADICTIONS)
def test_a_red_line_keeps_a_pair_apart_whoever_holds_it(pair):
    one, other = (replace(GUIDE, limits=frozenset({code})) for code in pair)
    assert compare(one, other).conflicts == (Conflict(*pair),)
    assert compare(other, one).conflicts == (Conflict(*pair[::-1]),)
    assert compare(one, other).is_excluded
    assert not compare(one, one).is_excluded


def test_every_contradiction_is_a_limit_that_can_be_chosen():
    assert {code for pair in scoring.CONTRADICTIONS for code in pair} <= set(Limit.values)


offers = st.builds(
    MatchCriteria,
    theme=st.sampled_from(Theme.values),
    territory=st.sampled_from(["france", "Bretagne", "Corse"]),
    limits=st.frozensets(st.sampled_from(Limit.values)),
    has_free_text=st.booleans(),
    kinds=st.frozensets(st.sampled_from(ActionKind.values)),
    budget=st.none() | st.integers(0, len(Budget) - 1),
    hours=st.none() | st.integers(0, 500),
)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(offers, offers)
def test_every_pair_has_a_score_and_words_for_each_reason(association, company):
    match = compare(association, company)
    assert 0 <= match.score <= 100
    assert [reason.part for reason in match.reasons] == list(scoring.WEIGHTS)
    assert all(0 <= reason.points <= reason.out_of for reason in match.reasons)
    assert all(reason_row(reason).words for reason in match.reasons)
    assert all((reason.part, reason.outcome) in REASON_TEXTS for reason in match.reasons)
