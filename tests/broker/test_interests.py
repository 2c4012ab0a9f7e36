"""BoardInterests declared by brokers, who reads them, and the independence thresholds."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.models import BrokerInterest, HouseThresholds, InterestKind
from accounts.organisations.actions import interests
from broker.queries.interests import interest_rows
from tests import make
from tests.make import NOON


def fee(people, **overrides):
    data = {
        "organisation": people.company.pk,
        "kind": "fee",
        "amount": "2400",
        "words": "Journée d’écoute",
        "from_date": "2026-01-05",
    }
    return {**data, **overrides}


def test_a_fee_is_declared_replaced_and_withdrawn(people, broker_client):
    url = reverse("broker:interests")
    assert "Rien n’est déclaré" in broker_client.get(url).text
    assert broker_client.post(url, fee(people)).url == url
    assert "2\u202f400\u202f€" in broker_client.get(url).text
    own = BrokerInterest.objects.get()
    replace_url = reverse("broker:replace_interest", args=[own.pk])
    assert 'value="2400"' in broker_client.get(replace_url).text
    assert broker_client.post(replace_url, fee(people, amount="2500")).status_code == 303
    (current,) = BrokerInterest.objects.current()
    assert current.amount_minor == 2_500_00
    broker_client.post(reverse("broker:withdraw_interest", args=[current.pk]))
    assert not BrokerInterest.objects.current().exists()
    assert BrokerInterest.objects.count() == 2


@pytest.mark.parametrize(
    ("overrides", "words"),
    [
        ({"amount": ""}, "Indiquez le montant"),
        ({"until_date": "2025-12-31"}, "vient avant le premier"),
        ({"organisation": "x"}, "Sélectionnez un choix valide"),
    ],
)
def test_an_invalid_declaration_is_refused_with_its_reason(people, broker_client, overrides, words):
    answer = broker_client.post(reverse("broker:interests"), fee(people, **overrides))
    assert answer.status_code == 422
    assert words in answer.text
    assert not BrokerInterest.objects.exists()


def test_a_replacement_is_about_the_same_organisation(people, broker_client):
    broker_client.post(reverse("broker:interests"), fee(people))
    url = reverse("broker:replace_interest", args=[BrokerInterest.objects.get().pk])
    assert broker_client.post(url, fee(people, organisation=people.association.pk)).status_code == 422


def test_another_broker_reads_it_and_changes_nothing(people, log_in):
    own = declare_fee(people)
    client = log_in(people.oscar)
    page = client.get(reverse("broker:interests")).text
    assert "Journée d’écoute" in page
    assert reverse("broker:replace_interest", args=[own.pk]) not in page
    assert client.post(reverse("broker:withdraw_interest", args=[own.pk])).status_code == 404


def declare_fee(people, organisation=None, broker=None):
    return interests.declare_broker_interest(
        broker=broker or people.nora,
        organisation_id=(organisation or people.company).pk,
        details=interests.BrokerInterestDetails(
            InterestKind.FEE, "Journée d’écoute", NOON.date(), NOON.date() + timedelta(days=9000), 2_400_00
        ),
        at=NOON,
    )


@pytest.mark.parametrize("name", ["broker:neutrality", "partnerships:scoping"])
def test_both_sides_of_a_case_read_what_its_broker_received(people, log_in, name):
    declare_fee(people)
    declare_fee(people, organisation=people.other_company)
    declare_fee(people, broker=people.oscar)
    case = make.partnership(people)
    url = reverse(name, args=[case.reference])
    for person in (people.ada, people.carla, people.nora):
        assert log_in(person).get(url).text.count("Journée d’écoute") == 1


def test_the_case_says_when_nothing_was_declared(people, log_in):
    case = make.partnership(people)
    page = log_in(people.ada).get(reverse("broker:neutrality", args=[case.reference])).text
    assert "Aucun lien d’intérêts déclaré" in page


def test_new_thresholds_are_added_to_the_history(people, broker_client):
    url = reverse("broker:thresholds")
    assert 'value="20"' in broker_client.get(url).text
    assert broker_client.post(url, {"amber": "10", "red": "30"}).status_code == 303
    broker_client.post(url, {"amber": "15", "red": "35"})
    assert 'value="15"' in broker_client.get(url).text
    assert HouseThresholds.objects.count() == 2
    answer = broker_client.post(url, {"amber": "40", "red": "40"})
    assert answer.status_code == 422
    assert "vient après l’orange" in answer.text


def test_the_list_costs_one_query(people, django_assert_num_queries):
    for _each in range(20):
        declare_fee(people)
    with django_assert_num_queries(1):
        assert all(str(row.organisation) and str(row.broker) for row, _own in interest_rows(people.nora))
