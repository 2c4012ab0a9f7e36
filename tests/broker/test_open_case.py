"""Opening a case: verified organisations of both sides, and refusals with their reason."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from accounts.models import OrganisationState, Side
from accounts.registration.actions import OrganisationIdentity
from outbox.models import Message
from partnerships.models import Partnership
from tests import make
from tests.cast import create_person, register_organisation, verify_organisation

URL_NAME = "broker:open_case"


def case_data(people, **changes):
    data = {
        "title": "Voyager avec un traitement",
        "associations": [people.association.pk],
        "companies": [people.company.pk],
    }
    return data | changes


def test_a_case_is_opened_and_announced(people, broker_client):
    answer = broker_client.post(reverse(URL_NAME), case_data(people))
    case = Partnership.objects.get()
    assert (answer.status_code, answer["Location"]) == (
        303,
        reverse("partnerships:scoping", args=[case.reference]),
    )
    assert [party.code for party in case.parties.order_by("rank")] == ["A", "E"]
    assert case.broker == people.nora
    assert Message.objects.filter(kind="case-opened").exists()


def test_several_of_a_side_may_enter(people, broker_client):
    broker_client.post(
        reverse(URL_NAME), case_data(people, companies=[people.company.pk, people.other_company.pk])
    )
    codes = Partnership.objects.get().parties.order_by("rank").values_list("code", flat=True)
    assert list(codes) == ["A", "E1", "E2"]


def test_only_the_verified_are_offered(people, broker_client):
    type(people.other_company).objects.filter(pk=people.other_company.pk).update(
        state=OrganisationState.SUSPENDED
    )
    page = broker_client.get(reverse(URL_NAME)).text
    assert people.company.name in page
    assert people.other_company.name not in page


def test_an_organisation_suspended_meanwhile_is_refused_with_its_reason(people, broker_client):
    type(people.company).objects.filter(pk=people.company.pk).update(state=OrganisationState.SUSPENDED)
    answer = broker_client.post(reverse(URL_NAME), case_data(people))
    assert answer.status_code == 422
    assert "n’est plus vérifiée" in answer.text
    assert "Voyager avec un traitement" in answer.text
    assert not Partnership.objects.exists()


def test_each_side_is_required(people, broker_client):
    answer = broker_client.post(reverse(URL_NAME), case_data(people, associations=[], title=""))
    assert answer.status_code == 422
    assert "Choisissez au moins une association." in answer.text
    assert re.search(r"<title>\s*Erreur", answer.text)
    assert not Partnership.objects.exists()


@pytest.mark.parametrize("many", [1, 20])
def test_the_form_costs_the_same_whatever_the_number(people, broker_client, many, django_assert_num_queries):
    for number in range(many):
        identity = OrganisationIdentity(name=f"Entreprise {number}", city="Nantes", siren=f"9{number:08d}")
        company = register_organisation(
            create_person(f"P{number} Nouveau"), Side.COMPANY, identity, at=make.NOON
        )
        verify_organisation(company, people.nora, at=make.NOON)
    with django_assert_num_queries(5):
        broker_client.get(reverse(URL_NAME))
