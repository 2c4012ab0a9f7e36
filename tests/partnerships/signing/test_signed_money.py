"""Money of the charters signed here, in the independence of the association that receives it."""

from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import IndustrySupport, SupportNature
from accounts.organisations.actions import finances
from partnerships.lifecycle import Case, Edition
from partnerships.signing.queries.signed_money import companies_met, signed_money
from tests import make

# The second payment falls in the year after.
DECEMBER = datetime(2026, 12, 15, 12, tzinfo=UTC)
HALF = 15_000_00


def by_year(association):
    return [(each.year, each.company, each.amount_minor) for each in signed_money(association)]


def test_a_payment_counts_in_the_year_of_its_milestone(cast):
    make.partnership(cast, until=Case.ACTIVE, at=DECEMBER)
    name = cast.company.name
    assert by_year(cast.association) == [(2026, name, HALF), (2027, name, HALF)]
    assert signed_money(cast.company) == []


@pytest.mark.parametrize("until", [Edition.NEGOTIATION, Edition.SIGNING, Edition.SIGNED])
def test_what_is_not_sealed_counts_for_nothing(cast, until):
    make.partnership(cast, until=until, at=DECEMBER)
    assert signed_money(cast.association) == []


def test_two_charters_cost_no_more_queries_than_one(cast, django_assert_num_queries):
    make.partnership(cast, until=Case.ACTIVE)
    with django_assert_num_queries(2):
        signed_money(cast.association)
    make.partnership(cast, until=Case.ACTIVE, title="Autre action")
    with django_assert_num_queries(2):
        assert sum(each.amount_minor for each in signed_money(cast.association)) == 4 * HALF


@pytest.fixture
def ada(cast):
    client = Client()
    client.force_login(cast.ada, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def declare(cast, year, income_minor, industry_minor):
    finances.record_income(
        organisation_id=cast.association.pk,
        administrator=cast.ada,
        income=finances.Income(year, income_minor, industry_minor),
        at=DECEMBER,
    )


def test_signed_money_enters_the_part_of_industry(cast, ada):
    declare(cast, 2026, 50_000_00, 0)
    page = ada.get(reverse("associations:organisation")).text
    assert "30\u202f%" not in page
    make.partnership(cast, until=Case.ACTIVE, at=DECEMBER)
    page = ada.get(reverse("associations:organisation")).text
    assert "30\u202f%" in page
    assert "par charte signée ici" in page
    assert "par les chartes signées ici. Indiquez les ressources de cette année" in page
    listed = ada.get(reverse("associations:finances")).text
    assert "2027" in listed
    assert ada.get(reverse("associations:year", args=[2027])).status_code == 404


def test_a_company_of_the_cases_is_chosen_and_its_money_counts_once(cast, ada):
    make.partnership(cast, until=Case.ACTIVE, at=DECEMBER)
    declare(cast, 2026, 50_000_00, 20_000_00)
    url = reverse("associations:year", args=[2026])
    typed = {"organisation": str(cast.company.pk), "nature": "patronage", "amount": "20000"}
    assert ada.post(url, typed).status_code == 303
    support = IndustrySupport.objects.get()
    assert (support.organisation, support.company) == (cast.company, cast.company.name)
    page = ada.get(reverse("associations:organisation")).text
    assert "40\u202f%" in page
    assert "70\u202f%" not in page


def test_a_company_is_chosen_among_those_already_met(cast, ada):
    declare(cast, 2026, 50_000_00, 20_000_00)
    url = reverse("associations:year", args=[2026])
    assert cast.company.name not in ada.get(url).text
    make.partnership(cast)
    assert companies_met(cast.association) == [cast.company]
    assert cast.company.name in ada.get(url).text
    stranger = {"organisation": str(cast.other_company.pk), "nature": "patronage", "amount": "1"}
    assert ada.post(url, stranger).status_code == 422
    response = ada.post(url, {"nature": "patronage", "amount": "1"})
    assert "choisissez-la, ou écrivez son nom" in response.text


def test_a_support_names_a_company_and_no_association(cast):
    declare(cast, 2026, 50_000_00, 20_000_00)
    support = finances.SupportDetails("X", SupportNature.PATRONAGE, 1, cast.association.pk)
    with pytest.raises(finances.NotACompany):
        finances.add_support(
            organisation_id=cast.association.pk,
            administrator=cast.ada,
            year=2026,
            support=support,
            at=DECEMBER,
        )
