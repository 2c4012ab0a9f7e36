"""Opening a case: verified organisations of both sides, and refusals that speak."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from accounts.models import OrganisationState, Side
from accounts.registration.actions import OrganisationIdentity
from outbox.models import Message
from partnerships.models import Partnership
from tests import cast, make

PLACE = "broker:open_case"


def told(people, **changes):
    given = {
        "title": "Voyager avec un traitement",
        "associations": [people.association.pk],
        "companies": [people.company.pk],
    }
    return given | changes


def test_a_case_is_opened_and_announced(people, desk):
    answer = desk.post(reverse(PLACE), told(people))
    case = Partnership.objects.get()
    assert (answer.status_code, answer["Location"]) == (
        303,
        reverse("partnerships:scoping", args=[case.reference]),
    )
    assert [party.code for party in case.parties.order_by("rank")] == ["A", "E"]
    assert case.broker == people.nora
    assert Message.objects.filter(kind="case-opened").exists()


def test_several_of_a_side_may_enter(people, desk):
    desk.post(reverse(PLACE), told(people, companies=[people.company.pk, people.other_company.pk]))
    codes = Partnership.objects.get().parties.order_by("rank").values_list("code", flat=True)
    assert list(codes) == ["A", "E1", "E2"]


def test_only_the_verified_are_offered(people, desk):
    type(people.other_company).objects.filter(pk=people.other_company.pk).update(
        state=OrganisationState.SUSPENDED
    )
    page = desk.get(reverse(PLACE)).text
    assert people.company.name in page
    assert people.other_company.name not in page


def test_one_that_was_suspended_meanwhile_is_refused_in_words(people, desk):
    type(people.company).objects.filter(pk=people.company.pk).update(state=OrganisationState.SUSPENDED)
    answer = desk.post(reverse(PLACE), told(people))
    assert answer.status_code == 422
    assert "n’est plus vérifiée" in answer.text
    assert "Voyager avec un traitement" in answer.text
    assert not Partnership.objects.exists()


def test_each_side_is_asked_for(people, desk):
    answer = desk.post(reverse(PLACE), told(people, associations=[], title=""))
    assert answer.status_code == 422
    assert "Choisissez au moins une association." in answer.text
    assert re.search(r"<title>\s*Erreur", answer.text)
    assert not Partnership.objects.exists()


@pytest.mark.parametrize("many", [1, 20])
def test_the_form_costs_the_same_whatever_the_number(people, desk, many, django_assert_num_queries):
    for number in range(many):
        identity = OrganisationIdentity(name=f"Entreprise {number}", city="Nantes", siren=f"9{number:08d}")
        company = cast.organisation(cast.person(f"P{number} Nouveau"), Side.COMPANY, identity, at=make.NOON)
        cast.verify(company, people.nora, at=make.NOON)
    with django_assert_num_queries(5):
        desk.get(reverse(PLACE))
