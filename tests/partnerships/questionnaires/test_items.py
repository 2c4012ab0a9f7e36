"""What a questionnaire asks, what is missing in an answer, and the index of trust."""

import pytest

from partnerships.questionnaires import items
from tests.partnerships.charter import examples
from tests.partnerships.questionnaires.answering import scores

ITEM = items.Item(code="L1", kind="limit", text="Aucun nom de médicament.")


def test_items_survive_their_round():
    assert items.from_json(items.to_json([ITEM])) == [ITEM]


def test_a_barometer_has_the_ten_statements_whatever_the_text():
    asked = items.items_of("barometer", examples.crowded())
    assert [item.code for item in asked] == [f"Q{number}" for number in range(1, 11)]


@pytest.mark.parametrize(
    ("answer", "missing"),
    [
        ({}, ["L1"]),
        ({"choice": "respected"}, []),
        ({"choice": "in_doubt"}, ["L1"]),
        ({"choice": "crossed", "reason": "  "}, ["L1"]),
        ({"choice": "crossed", "reason": "Une page l’a cité."}, []),
        ({"choice": "met"}, ["L1"]),
    ],
)
def test_a_doubt_needs_a_reason_and_each_item_a_choice(answer, missing):
    assert items.missing_of("limits", [ITEM], {"L1": answer}) == missing


@pytest.mark.parametrize(
    ("answers", "index"),
    [
        (scores(1), 0),
        (scores(3), 50),
        (scores(5), 100),
        (scores(4, Q9=2), 70),
        (scores(4, Q9=5), 78),  # 77.5
        (scores(4, Q1=5, Q2=5, Q3=5), 82),  # 82.5
    ],
)
def test_the_index_goes_from_0_to_100(answers, index):
    assert items.trust_index(answers) == index


@pytest.mark.parametrize(
    ("indices", "lowest", "status"),
    [
        ([78, 81], 4, "ok"),
        ([70, 84], 3, "ok"),
        ([70, 85], 3, "due"),
        ([69, 80], 3, "due"),
        ([90, 90], 2, "due"),
        ([61, 80], 2, "due"),
        ([75, 100], 3, "late"),
        ([49, 60], 3, "late"),
    ],
)
def test_trust_is_shared_watched_or_in_danger(indices, lowest, status):
    assert items.trust_status(indices, [5, lowest]) == status
