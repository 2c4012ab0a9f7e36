"""What an association declares, through its pages, and what they show of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.approval_dates import months_after
from accounts.models import IndustrySupport, OfficialApproval, SupportNature
from accounts.organisations.actions import finances
from accounts.organisations.actions.profile import Presentation
from associations import actions
from partnerships.following.queries.workload import workload_of
from partnerships.lifecycle import Case, Edition
from partnerships.models import Commitment
from partnerships.scoping import actions as scoping
from tests import make
from tests.cast import assemble_cast

pytestmark = pytest.mark.django_db
NOW = datetime.now(UTC)
TODAY = NOW.date()
YEAR = NOW.year - 1


@pytest.fixture
def cast():
    return assemble_cast(NOW)


@pytest.fixture
def ada(cast):
    client = Client()
    client.force_login(cast.ada, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def own_page(client):
    return client.get(reverse("associations:organisation")).text


def approve(client, **approval_details):
    return client.post(reverse("associations:approval"), {"level": "national", **approval_details})


def decided(months_left):
    """Return the day of a decision whose approval ends in so many months."""
    return months_after(TODAY, months_left - 60).isoformat()


def test_an_approval_is_told_and_its_end_shown(ada, cast):
    answer = approve(ada, number="N-1", decided_date=decided(30))
    assert (answer.status_code, answer.url) == (303, reverse("associations:organisation"))
    page = own_page(ada)
    assert "agréée jusqu’au" in page
    assert "pas nécessaire pour un partenariat" in page
    assert OfficialApproval.objects.get().number == "N-1"
    assert "Agrément" not in ada.get(reverse("associations:home")).text


@pytest.mark.parametrize(
    ("months_left", "words"),
    [
        (12, "Agrément à renouveler"),
        (6, "Renouvellement de l’agrément en retard"),
        (-1, "Agrément expiré"),
    ],
)
def test_the_home_warns_when_the_deadline_is_near_or_passed(ada, months_left, words):
    approve(ada, decided_date=decided(months_left))
    assert words in ada.get(reverse("associations:home")).text


def test_a_date_to_come_is_refused_in_words_and_kept(ada):
    tomorrow = (TODAY + timedelta(days=2)).isoformat()
    answer = approve(ada, decided_date=tomorrow)
    assert answer.status_code == 422
    assert "dans le futur" in answer.text
    assert f'value="{tomorrow}"' in answer.text


def test_a_regional_approval_asks_for_its_region(ada):
    answer = approve(ada, level="regional", decided_date=decided(30))
    assert answer.status_code == 422
    assert "Choisissez la région" in answer.text


def test_a_year_and_its_companies_are_told(ada):
    year = {"year": YEAR, "income": "100000", "industry": "45000"}
    answer = ada.post(reverse("associations:finances"), year)
    assert answer.url == reverse("associations:year", args=[YEAR])
    company = {"company": "Valfictif", "nature": "patronage", "amount": "25000"}
    assert ada.post(answer.url, company).status_code == 303
    page = own_page(ada)
    assert "à expliquer" in page
    assert "à surveiller" in page
    assert "45\u202f%" in page
    assert "20\u202f000\u202f€ de l’industrie sans entreprise nommée" in page
    support = IndustrySupport.objects.get()
    ada.post(reverse("associations:remove_support", args=[YEAR, support.pk]))
    assert not IndustrySupport.objects.exists()


def test_too_much_from_a_company_is_refused_in_words(ada):
    too_much = {"company": "Valfictif", "nature": "patronage", "amount": "99999999"}
    answer = ada.post(reverse("associations:year", args=[YEAR]), too_much)
    assert answer.status_code == 422
    assert "donneraient plus que le total" in answer.text


def test_a_year_is_corrected_from_what_was_told(ada):
    place = reverse("associations:finances")
    assert 'value="412000"' in ada.get(f"{place}?annee={YEAR}").text
    assert ada.get(f"{place}?annee=\u0664\u0664\u0664\u0664").status_code == 200
    assert ada.get(f"{place}?annee=9999999999").status_code == 200
    assert ada.get(reverse("associations:year", args=[1999])).status_code == 404


def test_the_thresholds_of_the_house_decide_the_mark(ada, cast):
    assert "sous le seuil" in own_page(ada)
    finances.set_thresholds(broker=cast.nora, thresholds=finances.Thresholds(5, 10), at=NOW)
    assert "à expliquer" in own_page(ada)


def hours(cast, available):
    actions.save_profile(
        organisation_id=cast.association.pk,
        administrator=cast.ada,
        presentation=Presentation("Agir.", "", ""),
        profile=actions.AssociationProfileData(None, available),
        at=NOW,
    )


def test_hours_asked_above_those_available_are_said(ada, cast):
    case = make.partnership(cast, until=Case.ACTIVE, at=NOW)
    party = case.parties.get(code="A")
    Commitment.objects.filter(partnership=case, party=party).update(hours=40)
    signed_hours = workload_of(cast.association).signed
    assert signed_hours >= 40
    hours(cast, signed_hours)
    assert "Trop d’heures" not in ada.get(reverse("associations:home")).text
    hours(cast, signed_hours - 1)
    assert "Trop d’heures" in ada.get(reverse("associations:home")).text
    assert "Trop d’heures" in own_page(ada)


def test_hours_of_a_text_in_discussion_are_counted_apart(ada, cast):
    case = make.partnership(cast, until=Edition.NEGOTIATION, at=NOW)
    load = workload_of(cast.association)
    assert load.signed == 0
    assert load.discussed > 0
    assert workload_of(cast.company).discussed != load.discussed
    hours(cast, load.discussed)
    assert "Bientôt trop d’heures" not in ada.get(reverse("associations:home")).text
    hours(cast, load.discussed - 1)
    assert "Bientôt trop d’heures" in ada.get(reverse("associations:home")).text
    assert "Bientôt trop d’heures" in own_page(ada)
    scoping.abandon(partnership_id=case.pk, broker=cast.nora, reason="Autre voie.", at=NOW)
    assert workload_of(cast.association) == (0, 0)


def test_a_text_that_only_the_broker_reads_asks_nothing(cast):
    make.partnership(cast, until=Edition.DRAFTING, at=NOW)
    assert workload_of(cast.association) == (0, 0)


def test_a_case_that_does_not_run_asks_no_hours(cast):
    make.partnership(cast, until=Case.CLOSED, at=NOW)
    assert workload_of(cast.association) == (0, 0)


def test_links_are_declared_replaced_and_stated(ada, cast):
    place = reverse("interests", args=[cast.association.pk])
    assert "Rien n’a encore été déclaré" in own_page(ada)
    ada.post(reverse("confirm_links", args=[cast.association.pk]))
    assert "Aucun lien d’intérêts, déclaré le" in own_page(ada)
    tie = {
        "person": "Eve Autre",
        "counterpart": "Valfictif",
        "words": "Actions",
        "since_date": "2024-01-01",
    }
    assert ada.post(place, tie).url == place
    (link,) = cast.association.board_links.all()
    replacing = reverse("replace_link", args=[cast.association.pk, link.pk])
    assert 'value="Eve Autre"' in ada.get(replacing).text
    ada.post(replacing, {**tie, "until_date": "2025-01-01"})
    assert ada.get(replacing).status_code == 404
    assert own_page(ada).count("Eve Autre") == 1
    late = {**tie, "until_date": "2023-01-01"}
    assert ada.post(place, late).status_code == 422


def test_the_page_costs_the_same_for_one_year_and_for_many(ada, cast):
    page = own_page(ada)
    with CaptureQueriesContext(connection) as few:
        page = own_page(ada)
    for year in range(2000, 2020):
        finances.record_income(
            organisation_id=cast.association.pk,
            administrator=cast.ada,
            income=finances.Income(year, 100, 50),
            at=NOW,
        )
        finances.add_support(
            organisation_id=cast.association.pk,
            administrator=cast.ada,
            year=year,
            support=finances.SupportDetails("Valfictif", SupportNature.SERVICE, 50),
            at=NOW,
        )
    with CaptureQueriesContext(connection) as many:
        page = own_page(ada)
    assert "Valfictif" in page
    assert len(many) == len(few) <= 18
