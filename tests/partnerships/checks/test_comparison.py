"""Comparison of lines: claims that exclude each other, agreements, subjects without a conclusion."""

from __future__ import annotations

from dataclasses import replace

import pytest

from partnerships.checks import comparison
from partnerships.checks.comparison import CLAIMS, THEMES, ComparedItem, compare, reason

SIDES = {1: "association", 2: "company", 3: "company", 4: "association"}


def items(*lines):
    return [
        ComparedItem(id=rank, party=party, side=SIDES[party], kind=kind, text=text)
        for rank, (party, kind, text) in enumerate(lines, 1)
    ]


def only(*lines):
    (proposal,) = compare(items(*lines))
    return proposal


def test_two_red_lines_that_exclude_each_other_are_in_tension():
    proposal = only(
        (1, "red_line", "Nous gardons le dernier mot sur le contenu."),
        (2, "red_line", "Rien n’est publié sans notre validation."),
    )
    assert (proposal.verdict, proposal.theme, proposal.item_ids) == ("tension", "editorial", (1, 2))
    assert "approuver les textes" in reason(proposal.reasons[0], "fr")
    assert "approve texts" in reason(proposal.reasons[0], "en-gb")


def test_the_same_words_exclude_each_other_when_both_sides_claim_them_for_themselves():
    words = "Les résultats nous appartiennent."
    assert only((1, "red_line", words), (2, "red_line", words)).verdict == "tension"
    assert only((1, "red_line", words), (4, "red_line", words)).verdict == "convergent"


def test_the_same_refusal_on_both_sides_converges():
    proposal = only(
        (1, "red_line", "Aucune exclusivité."), (2, "limit", "Nous ne demandons pas d’exclusivité.")
    )
    assert (proposal.verdict, proposal.reasons) == ("convergent", ("same_claim",))


@pytest.mark.parametrize(
    ("lines", "verdict", "key"),
    [
        (
            [(1, "limit", "Le budget est public"), (2, "limit", "Un budget de 3 000 € au plus")],
            "to_read",
            "same_subject",
        ),
        (
            [(1, "expectation", "Que chacun comprenne l’alerte"), (2, "expectation", "Un écran plus clair")],
            "to_read",
            "same_subject",
        ),
        (
            [(1, "expectation", "Apprendre à animer"), (2, "means", "Un apprentissage de deux jours")],
            "complementary",
            "one_brings",
        ),
        ([(1, "means", "Un budget de 300 €"), (2, "means", "Un budget")], "complementary", "all_bring"),
    ],
)
def test_nothing_is_concluded_from_a_subject_alone(lines, verdict, key):
    proposal = only(*lines)
    assert (proposal.verdict, proposal.reasons) == (verdict, (key,))


def test_tensions_of_three_parties_are_one_group_and_come_first():
    proposals = compare(
        items(
            (1, "expectation", "Un écran plus clair"),
            (2, "expectation", "Des conditions que chacun comprend"),
            (1, "red_line", "Pas d’exclusivités."),
            (2, "expectation", "Une exclusivité d’un an"),
            (3, "expectation", "Être le partenaire exclusif"),
            (4, "limit", "Nous travaillons avec plusieurs entreprises."),
        )
    )
    assert [(proposal.verdict, proposal.item_ids) for proposal in proposals] == [
        ("tension", (3, 4, 5, 6)),
        ("to_read", (1, 2)),
    ]


def test_lines_of_one_party_alone_make_no_group():
    lines = items((1, "limit", "Aucune donnée vendue"), (1, "expectation", "Vendre des données"))
    assert compare(lines) == []


def test_two_long_words_in_common_group_lines_without_a_theme():
    proposal = only(
        (1, "expectation", "Visiter le musée de Lille"),
        (2, "means", "Un musée ouvert aux visiteurs de Lille"),
    )
    assert (proposal.theme, proposal.shared) == ("", ("musée", "lille"))
    assert compare(items((1, "expectation", "Un musée"), (2, "expectation", "Un autre musée"))) == []


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_claim_and_theme_has_its_words_and_its_source(language):
    assert {claim.theme for claim in CLAIMS.values()} <= {key for key, theme in THEMES.items() if theme.words}
    for claim in CLAIMS.values():
        assert claim.basis
        assert reason(claim.key, language)
    assert all(theme.label(language) for theme in THEMES.values())
    assert max(map(len, [*CLAIMS, *THEMES])) <= 20
    assert len(" ".join(CLAIMS)) <= 500


def test_the_order_of_the_lines_changes_no_conclusion():
    lines = items(
        (1, "red_line", "Aucun stand."),
        (2, "expectation", "Un stand"),
        (3, "expectation", "Un stand à l’entrée"),
        (1, "red_line", "Aucune donnée vendue."),
        (2, "limit", "Nous ne vendons pas les données."),
    )
    backwards = [replace(item) for item in reversed(lines)]
    assert {(row.verdict, frozenset(row.item_ids)) for row in compare(lines)} == {
        (row.verdict, frozenset(row.item_ids)) for row in compare(backwards)
    }
    assert comparison.ORDER[0] == "tension"


def test_a_group_made_by_earlier_rules_still_has_its_label_and_reason():
    themes = (
        "exclusivity data ownership tests clarity voice people learning time money advice".split()  # noqa: SIM905
    )
    assert set(themes) <= set(THEMES)
    for key in ("all_bound", "one_bounds", "all_expect", "one_brings", "all_bring"):
        assert reason(key, "fr") != reason(key, "en") != ""


@pytest.mark.parametrize(
    ("first", "second", "is_tension"),
    [
        ("Aucun échantillon.", "Distribuer des échantillons", True),
        ("Les dates peuvent changer.", "Les dates ne peuvent pas changer.", True),
        ("L’expert est payé par l’association.", "L’expert est payé par le laboratoire.", True),
        ("Pas de réunion en août.", "Une réunion de lancement en mai", False),
        ("Pas de lancement avant avril.", "Un lancement en février", True),
        ("Pas de lancement avant avril.", "Un lancement en juin", False),
        ("Aucune photo de participant.", "Réunir cent participants", False),
    ],
)
def test_the_same_words_said_and_denied_exclude_each_other(first, second, is_tension):
    proposals = compare(items((1, "limit", first), (2, "expectation", second)))
    assert ("tension" in {proposal.verdict for proposal in proposals}) is is_tension
