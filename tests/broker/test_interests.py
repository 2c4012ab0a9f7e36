"""What a broker declares in the console, and who reads it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.models import BrokerInterest, HouseThresholds, InterestKind
from accounts.organisations.actions import interests
from broker.queries.interests import interest_rows
from tests import make
from tests.make import NOON


def fee(people, **told):
    known = {
        "organisation": people.company.pk,
        "kind": "fee",
        "amount": "2400",
        "words": "Journée d’écoute",
        "from_date": "2026-01-05",
    }
    return {**known, **told}


def test_a_fee_is_declared_replaced_and_withdrawn(people, desk):
    place = reverse("broker:interests")
    assert "Rien n’est déclaré" in desk.get(place).text
    assert desk.post(place, fee(people)).url == place
    assert "2\u202f400\u202f€" in desk.get(place).text
    own = BrokerInterest.objects.get()
    replacing = reverse("broker:replace_interest", args=[own.pk])
    assert 'value="2400"' in desk.get(replacing).text
    assert desk.post(replacing, fee(people, amount="2500")).status_code == 303
    (standing,) = BrokerInterest.objects.current()
    assert standing.amount_minor == 2_500_00
    desk.post(reverse("broker:withdraw_interest", args=[standing.pk]))
    assert not BrokerInterest.objects.current().exists()
    assert BrokerInterest.objects.count() == 2


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"amount": ""}, "Donnez le montant"),
        ({"until_date": "2025-12-31"}, "vient avant le premier"),
        ({"organisation": "x"}, "Sélectionnez un choix valide"),
    ],
)
def test_what_does_not_hold_is_said(people, desk, told, words):
    answer = desk.post(reverse("broker:interests"), fee(people, **told))
    assert answer.status_code == 422
    assert words in answer.text
    assert not BrokerInterest.objects.exists()


def test_a_replacement_is_about_the_same_organisation(people, desk):
    desk.post(reverse("broker:interests"), fee(people))
    place = reverse("broker:replace_interest", args=[BrokerInterest.objects.get().pk])
    assert desk.post(place, fee(people, organisation=people.association.pk)).status_code == 422


def test_another_broker_reads_it_and_changes_nothing(people, enter):
    own = declare(people)
    client = enter(people.oscar)
    page = client.get(reverse("broker:interests")).text
    assert "Journée d’écoute" in page
    assert reverse("broker:replace_interest", args=[own.pk]) not in page
    assert client.post(reverse("broker:withdraw_interest", args=[own.pk])).status_code == 404


def declare(people, organisation=None, broker=None):
    return interests.declare_broker_interest(
        broker=broker or people.nora,
        organisation_id=(organisation or people.company).pk,
        details=interests.BrokerInterestDetails(
            InterestKind.FEE, "Journée d’écoute", NOON.date(), NOON.date() + timedelta(days=9000), 2_400_00
        ),
        at=NOON,
    )


@pytest.mark.parametrize("name", ["broker:neutrality", "partnerships:scoping"])
def test_both_sides_of_a_case_read_what_its_broker_received(people, enter, name):
    declare(people)
    declare(people, organisation=people.other_company)
    declare(people, broker=people.oscar)
    case = make.partnership(people)
    place = reverse(name, args=[case.reference])
    for person in (people.ada, people.carla, people.nora):
        assert enter(person).get(place).text.count("Journée d’écoute") == 1


def test_nothing_declared_is_said_in_the_case(people, enter):
    case = make.partnership(people)
    page = enter(people.ada).get(reverse("broker:neutrality", args=[case.reference])).text
    assert "Aucun honoraire et aucun lien déclaré" in page


def test_thresholds_are_set_and_the_former_ones_kept(people, desk):
    place = reverse("broker:thresholds")
    assert 'value="20"' in desk.get(place).text
    assert desk.post(place, {"amber": "10", "red": "30"}).status_code == 303
    desk.post(place, {"amber": "15", "red": "35"})
    assert 'value="15"' in desk.get(place).text
    assert HouseThresholds.objects.count() == 2
    answer = desk.post(place, {"amber": "40", "red": "40"})
    assert answer.status_code == 422
    assert "vient après l’orange" in answer.text


def test_the_list_costs_one_query(people, django_assert_num_queries):
    for _each in range(20):
        declare(people)
    with django_assert_num_queries(1):
        assert all(str(row.organisation) and str(row.broker) for row, _own in interest_rows(people.nora))
