"""The grouping rules, one example each."""

from __future__ import annotations

import pytest

from partnerships.expectations.grouping import GroupingItem, propose
from partnerships.expectations.queries.comparison import RULES, THEMES


def items(*lines):
    return [
        GroupingItem(id=rank, party=party, kind=kind, text=text)
        for rank, (party, kind, text) in enumerate(lines, 1)
    ]


@pytest.mark.parametrize(
    ("lines", "verdict", "rule", "theme"),
    [
        (
            [(1, "expectation", "Que chacun comprenne l’alerte"), (2, "expectation", "Un écran plus clair")],
            "convergent",
            "all_expect",
            "clarity",
        ),
        (
            [(1, "limit", "Aucune mesure prise"), (2, "limit", "Prototype non clinique")],
            "convergent",
            "all_bound",
            "tests",
        ),
        (
            [(1, "red_line", "Nos membres redisent leurs idées"), (2, "expectation", "Déposer des brevets")],
            "tension",
            "one_bounds",
            "ownership",
        ),
        (
            [(1, "expectation", "Former dix bénévoles"), (2, "means", "Une journée de formation")],
            "complementary",
            "one_brings",
            "learning",
        ),
        (
            [(1, "means", "Un budget de 3 000"), (2, "means", "Financer les salles")],
            "complementary",
            "all_bring",
            "money",
        ),
    ],
)
def test_each_rule_fires_on_its_example(lines, verdict, rule, theme):
    (proposal,) = propose(items(*lines))
    assert (proposal.verdict, proposal.rule, proposal.theme, proposal.item_ids) == (
        verdict,
        rule,
        theme,
        (1, 2),
    )
    assert rule in RULES
    assert theme in THEMES


def test_an_expectation_that_another_party_refuses_is_a_tension_even_if_both_set_limits():
    lines = items(
        (1, "red_line", "Aucune exclusivité"),
        (2, "expectation", "Une exclusivité de douze mois"),
        (2, "limit", "Pas de comparaison avec un produit concurrent"),
    )
    (proposal,) = propose(lines)
    assert (proposal.verdict, proposal.rule, proposal.item_ids) == ("tension", "one_bounds", (1, 2, 3))


def test_lines_of_one_party_alone_make_no_group():
    assert propose(items((1, "limit", "Aucune donnée vendue"), (1, "limit", "Pas de donnée partagée"))) == []


def test_two_long_words_in_common_group_lines_without_a_theme():
    lines = items(
        (1, "expectation", "Visiter l’atelier de Lille"), (2, "means", "Atelier ouvert aux visiteurs")
    )
    (proposal,) = propose(lines)
    assert (proposal.theme, proposal.shared) == ("", ("visiter", "atelier"))
    assert propose(items((1, "expectation", "Un atelier"), (2, "expectation", "Un autre atelier"))) == []


def test_a_line_is_in_one_group_and_tensions_come_first():
    lines = items(
        (1, "expectation", "Un rapport public"),
        (2, "expectation", "Un logo sur le rapport"),
        (1, "red_line", "Aucune donnée vendue"),
        (2, "expectation", "Partage des données du comité"),
    )
    proposals = propose(lines)
    assert [proposal.verdict for proposal in proposals] == ["tension", "convergent"]
    assert sorted(item_id for proposal in proposals for item_id in proposal.item_ids) == [1, 2, 3, 4]


def test_the_words_of_every_theme_and_rule_are_there():
    from partnerships.expectations import grouping

    assert set(grouping.THEMES) == set(THEMES)
