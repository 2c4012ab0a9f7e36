"""The pages of an opened round: comparison, regrouping, fingerprints, query counts."""

from __future__ import annotations

import re

import pytest

from partnerships.expectations import actions
from partnerships.models import Comparison, Envelope, Line, LineGroup, Verdict
from partnerships.rounds.actions import envelopes
from tests.database_owner import owner
from tests.make import ago
from tests.partnerships.expectations import filing
from tests.partnerships.expectations.filing import address

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(cast):
    return filing.ask_parties(cast, at=ago(days=1))


def words_of(answer):
    return answer.content.decode()


def test_the_comparison_puts_groups_first_and_says_its_rules(cast, enter):
    case = filing.opened(cast, at=ago(days=1))
    for person in (cast.ada, cast.dan, cast.nora):
        page = words_of(enter(person).get(address(case))).partition('id="comparaison"')[2]
        assert page.index('id="groupes"') < page.index('id="bornes"')
        assert page.index('data-side="association"') < page.index('data-side="company"')
        assert "Données et vie privée" in page
        assert "Groupes proposés par des règles automatiques" in page
        assert "En tension" not in page
        assert "Aucune opposition reconnue automatiquement\u00a0: lisez les deux listes." in page
        assert ("Regrouper autrement" in page) is (person == cast.nora)


def choices(case, **groups):
    """Return what the broker posts: `name=[lines]` in order."""
    lines = list(filing.the_round(case).lines.order_by("pk"))
    data = {"seen_number": 0, "count": len(groups)} | {f"line-{line.pk}": "" for line in lines}
    for rank, (name, ranks) in enumerate(groups.items(), 1):
        data |= {f"name-{rank}": name, f"verdict-{rank}": "tension", f"why-{rank}": "Parce que."}
        data |= {f"line-{lines[each].pk}": str(rank) for each in ranks}
    return data


def test_the_broker_regroups_and_all_read_it(cast, enter):
    case = filing.opened(cast, at=ago(days=1))
    browser = enter(cast.nora)
    page = words_of(browser.get(address(case, "regroup")))
    assert page.count("<select") >= 4
    assert browser.post(address(case, "regroup"), choices(case, Ensemble=[0, 2])).status_code == 303
    group = LineGroup.objects.get()
    assert (group.name, group.verdict, group.why) == ("Ensemble", "tension", "Parce que.")
    assert group.lines.count() == 2
    assert Comparison.objects.get().grouped_by == cast.nora
    page = words_of(enter(cast.carla).get(address(case)))
    assert "Ensemble" in page
    assert "Regroupé par Nora Passerelle" in page
    journal = words_of(enter(cast.ada).get(address(case, "ledger")))
    assert "regroupe les attentes" in journal


def test_a_stale_regrouping_keeps_the_posted_choices(cast, enter):
    case = filing.opened(cast, at=ago(days=1))
    enter(cast.nora).post(address(case, "regroup"), choices(case, Premier=[0, 2]))
    answer = enter(cast.oscar).post(address(case, "regroup"), choices(case, Second=[1, 3]))
    assert answer.status_code == 422
    assert "Un autre passeur a regroupé" in words_of(answer)
    assert 'value="Second"' in words_of(answer)
    assert LineGroup.objects.get().name == "Premier"


def test_a_line_of_another_round_or_named_twice_is_in_no_group(cast):
    case, other = filing.opened(cast, at=ago(days=1)), filing.opened(cast, at=ago(days=1))
    round_ = filing.the_round(case)
    own, foreign = (Line.objects.filter(round__partnership=each).order_by("pk") for each in (case, other))
    for lines in ([own[0].pk, foreign[0].pk], [own[0].pk, own[0].pk]):
        group = actions.GroupedLines(verdict=Verdict.TENSION, name="Ensemble", why="", line_ids=lines)
        with pytest.raises(actions.LineNotInRound):
            actions.regroup(
                round_id=round_.pk, broker=cast.nora, seen_number=0, groups=[group], at=ago(days=1)
            )
    assert set(foreign.values_list("round", flat=True)) == {filing.the_round(other).pk}


@pytest.mark.parametrize(("name", "lines"), [("", [0, 2]), ("Vide", [])])
def test_a_group_has_a_name_and_lines(cast, enter, name, lines):
    case = filing.opened(cast, at=ago(days=1))
    before = LineGroup.objects.count()
    answer = enter(cast.nora).post(address(case, "regroup"), choices(case, **{name: lines}))
    assert answer.status_code == 422
    assert LineGroup.objects.count() == before


def test_anybody_of_the_case_checks_each_fingerprint(cast, enter):
    case = filing.opened(cast, at=ago(days=1))
    round_ = filing.the_round(case)
    for person in (cast.ada, cast.dan, cast.nora):
        page = words_of(enter(person).get(address(case, "fingerprints", round_.pk)))
        assert page.count("C’est l’enveloppe scellée") == 2
        assert "Aucune donnée vendue" in page
    with owner(triggers=False):
        Envelope.objects.filter(party__code="A").update(fingerprint="0" * 64)
    page = words_of(enter(cast.dan).get(address(case, "fingerprints", round_.pk)))
    assert page.count("C’est l’enveloppe scellée") == 1
    assert "Le document a changé" in page


def test_no_fingerprint_page_before_the_opening(case, cast, enter):
    round_ = filing.the_round(case)
    assert enter(cast.nora).get(address(case, "fingerprints", round_.pk)).status_code == 404


@pytest.mark.parametrize("lines", [1, 20])
def test_the_pages_cost_the_same(cast, enter, django_assert_max_num_queries, lines):
    case = filing.ask_parties(cast, at=ago(days=1))
    round_ = filing.the_round(case)
    for person in (cast.ada, cast.carla):
        value = [filing.expectation(f"Attente {rank} de publication") for rank in range(lines)]
        envelopes.draft(
            round_id=round_.pk, speaker=person, part="expectations", value=value, seen_number=None, at=ago()
        )
    browser = enter(cast.ada)
    with django_assert_max_num_queries(16):
        browser.get(address(case))
    for person in (cast.ada, cast.carla):
        filing.seal(case, person, at=ago())
    with django_assert_max_num_queries(18):
        browser.get(address(case))
    with django_assert_max_num_queries(16):
        browser.get(address(case, "fingerprints", round_.pk))
    broker = enter(cast.nora)
    with django_assert_max_num_queries(18):
        broker.get(address(case, "regroup"))


def test_two_associations_and_three_companies_stand_side_by_side(enter):
    case, pairs, nora = filing.many((2, 3), at=ago(days=1))
    for rank, (first, second) in enumerate(pairs):
        filing.write(case, first, f"Publier le rapport {rank}", at=ago())
        filing.seal(case, second, at=ago())
    page = words_of(enter(nora).get(address(case)))
    for rank in range(5):
        assert f"Publier le rapport {rank}" in page
    assert page.count("Aucune.") == 5  # limits of each party
    assert len(filing.the_round(case).groups.get().lines.order_by("pk")) == 5


def test_a_page_without_a_match_says_so_and_counts_nothing(cast, enter):
    case = filing.ask_parties(cast, at=ago(days=1))
    for person, text in ((cast.ada, "Visiter le musée"), (cast.carla, "Un film")):
        filing.write(case, person, text, at=ago())
        filing.seal(case, person, at=ago())
    page = words_of(enter(cast.nora).get(address(case)))
    assert "Aucun rapprochement automatique\u00a0: lisez les deux listes." in page
    assert not re.search(r'class="badge"[^>]*>[^<]*\u00a0: 0<', page)
    assert "Les lignes que les règles n’ont rapprochées d’aucune autre." in page


def test_three_parties_read_why_lines_are_in_tension(enter):
    case, pairs, nora = filing.many((1, 2), at=ago(days=1))
    texts = ("Aucun stand dans la salle", "Tenir un stand", "Un grand stand")
    for (first, second), text in zip(pairs, texts, strict=True):
        filing.write(case, first, text, at=ago())
        filing.seal(case, second, at=ago())
    assert set(filing.the_round(case).groups.get().lines.values_list("text", flat=True)) == set(texts)
    browser = enter(nora)
    assert "Une partie veut un stand, une autre n’en veut pas." in words_of(browser.get(address(case)))
