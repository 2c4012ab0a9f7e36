"""The queue of the organisations, and a decision with its reason."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.actions import vetting
from accounts.actions.organisations import Identity
from accounts.models import Decision, Organisation, Side
from broker.queries import organisations, queue
from outbox.models import Message
from tests import cast
from tests.make import NOON


@pytest.fixture
def newcomer(people):
    """A company that waits for a decision."""
    zoe = cast.person("Zoé Nouvelle")
    identity = Identity(name="Cardiolune Démo", city="Nantes", siren="000000026", siret="00000002600015")
    return cast.organisation(zoe, Side.COMPANY, identity, at=NOON - timedelta(days=12))


def place(organisation):
    return reverse("broker:vet", args=[organisation.pk])


def test_the_queue_says_who_waits_and_since_when(people, newcomer):
    (row,) = queue.vetting_queue(section="", words="", at=NOON, page=1).rows
    assert (row.organisation, row.status, row.days, row.is_late) == (newcomer, "due", 12, True)
    assert (row.done, row.total) == (0, 11)


def test_the_queue_shows_it(desk, newcomer):
    page = desk.get(reverse("broker:vetting")).text
    assert "Cardiolune Démo" in page
    assert "À vérifier" in page


def test_an_empty_queue_says_so(desk):
    assert "Aucune organisation à vérifier" in desk.get(reverse("broker:vetting")).text


def test_the_page_shows_what_was_declared_and_what_is_missing(desk, newcomer):
    page = desk.get(place(newcomer)).text
    assert "SIRET 00000002600015" in page
    assert "zoé@theatre.example" in page
    assert "Aucun mandat enregistré" in page


@pytest.mark.parametrize("decision", ["verified", "to_complete", "refused"])
def test_a_decision_is_taken_and_told(desk, newcomer, decision):
    answer = desk.post(place(newcomer), {"decision": decision, "reason": "Voici pourquoi."})
    newcomer.refresh_from_db()
    assert (answer.status_code, newcomer.state) == (303, decision)
    assert Message.objects.filter(kind=f"organisation-{decision.replace('_', '-')}").exists()
    assert "Voici pourquoi." in desk.get(place(newcomer)).text


def test_verified_needs_no_reason_once_all_is_checked(people, desk, newcomer):
    cast.check_all(newcomer, people.nora, at=NOON)
    assert desk.post(place(newcomer), {"decision": "verified", "reason": ""}).status_code == 303


@pytest.mark.parametrize("decision", ["to_complete", "refused"])
def test_a_decision_against_without_a_reason_is_refused_beside_the_field(desk, newcomer, decision):
    answer = desk.post(place(newcomer), {"decision": decision, "reason": "  "})
    newcomer.refresh_from_db()
    assert (answer.status_code, newcomer.state) == (422, "pending")
    assert "Dites pourquoi" in answer.text


@pytest.mark.parametrize("decision", ["suspended", "draft", "", "pending"])
def test_what_cannot_be_decided_now_is_refused_and_nothing_typed_is_lost(desk, newcomer, decision):
    answer = desk.post(place(newcomer), {"decision": decision, "reason": "Gardez ceci."})
    newcomer.refresh_from_db()
    assert (answer.status_code, newcomer.state) == (422, "pending")
    assert "Gardez ceci." in answer.text


def test_a_verified_one_may_be_suspended(people, desk):
    desk.post(place(people.company), {"decision": "suspended", "reason": "Mandats contestés."})
    assert Organisation.objects.get(pk=people.company.pk).state == "suspended"


def test_a_refused_one_offers_no_decision(people, desk, newcomer):
    vetting.decide(
        organisation_id=newcomer.pk, broker=people.nora, decision=Decision.REFUSED, reason="Non.", at=NOON
    )
    page = desk.get(place(newcomer)).text
    assert 'name="decision"' not in page
    assert "La décision est définitive." in page


def test_the_list_of_organisations_is_searched(people, newcomer):
    def names(**asked):
        given = {"words": "", "state": "", "side": "", "at": NOON, "page": 1} | asked
        return {row.organisation.name for row in organisations.organisation_rows(**given).rows}

    assert names() == {
        "Souffle Imaginaire",
        "Laboratoires Valfictif",
        "Exempharma France",
        "Cardiolune Démo",
    }
    assert names(words="valfictif") == {"Laboratoires Valfictif"}
    assert names(words="w000000001") == {"Souffle Imaginaire"}
    assert names(state="pending") == {"Cardiolune Démo"}
    assert names(side="association") == {"Souffle Imaginaire"}


def test_a_list_without_result_leads_back(desk):
    page = desk.get(reverse("broker:organisations"), {"q": "introuvable", "state": "x"}).text
    assert "Aucune organisation ne correspond" in page


@pytest.mark.parametrize("many", [1, 20])
@pytest.mark.parametrize(("name", "queries"), [("vetting", 7), ("organisations", 5)])
def test_the_lists_cost_the_same(people, desk, many, name, queries, django_assert_num_queries):
    for number in range(many):
        identity = Identity(name=f"Entreprise {number}", city="Nantes", siren=f"9{number:08d}")
        cast.organisation(cast.person(f"P{number} Nouveau"), Side.COMPANY, identity, at=NOON)
    with django_assert_num_queries(queries):
        desk.get(reverse(f"broker:{name}"))
