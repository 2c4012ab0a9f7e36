"""Disclosures: all parties read the same ethics charter, interests and approval of each."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import ApprovalLevel, DocumentKind
from accounts.organisations.actions import approvals, interests
from accounts.organisations.actions.profile import save_ethics
from partnerships.case.header import case_header
from partnerships.history.queries.disclosures import disclosures_of
from partnerships.lifecycle import Case
from tests import files, make
from tests.cast import assemble_cast

pytestmark = pytest.mark.django_db
NOW = datetime.now(UTC)


@pytest.fixture
def people():
    return assemble_cast(NOW)


def page(case, person):
    return fetch(person, reverse("partnerships:scoping", args=[case.reference]))


def fetch(person, address):
    client = Client()
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client.get(address)


def declare(people, number=1):
    for rank in range(number):
        interests.declare_link(
            organisation_id=people.association.pk,
            administrator=people.ada,
            link=interests.BoardLinkDetails(f"Eve Autre {rank}", "Valfictif", "Actions", date(2024, 1, 1)),
            at=NOW,
        )


def write_ethics(people):
    for own, person, words in (
        (people.association, people.ada, "Aucune marque."),
        (people.company, people.carla, "Aucune contrepartie."),
    ):
        save_ethics(organisation_id=own.pk, administrator=person, summary=words, at=NOW)


@pytest.mark.parametrize("name", ["ada", "dan", "nora"])
def test_everybody_in_a_case_reads_the_ethics_and_ties_of_each(people, name):
    write_ethics(people)
    declare(people)
    case = make.partnership(people, until=Case.SCOPING, at=NOW)
    page_text = page(case, getattr(people, name)).text
    for words in ("Aucune marque.", "Aucune contrepartie.", "Eve Autre 0", "Rien n’a encore été déclaré"):
        assert words in page_text


def test_the_whole_ethics_charter_is_given_to_everybody_in_the_case_alone(people):
    case = make.partnership(people, until=Case.SCOPING, at=NOW)
    party = case.parties.get(organisation=people.association)
    address = reverse("partnerships:ethics_charter", args=[case.reference, party.pk])
    assert address not in page(case, people.carla).text
    assert fetch(people.carla, address).status_code == 404
    stored = files.paper(
        people.association, people.ada, kind=DocumentKind.ETHICS_CHARTER, title="Charte", at=NOW
    )
    assert address in page(case, people.carla).text
    answer = fetch(people.carla, address)
    assert hashlib.sha256(answer.content).hexdigest() == stored.sha256
    assert answer["Content-Disposition"].startswith("attachment")
    assert fetch(people.mallory, address).status_code == 404
    elsewhere = make.partnership(people, until=Case.SCOPING, at=NOW, company=people.other_company)
    stranger = reverse("partnerships:ethics_charter", args=[elsewhere.reference, party.pk])
    assert fetch(people.ada, stranger).status_code == 404


def test_nobody_else_reads_them(people):
    write_ethics(people)
    case = make.partnership(people, until=Case.SCOPING, at=NOW)
    assert page(case, people.mallory).status_code == 404


def test_disclosures_cost_the_same_for_many_ties(people, django_assert_num_queries):
    case = make.partnership(people, until=Case.SCOPING, at=NOW)
    declare(people, 20)
    with django_assert_num_queries(5):
        disclosures = disclosures_of(case, at=NOW)
        assert [len(party.interests.links) for party in disclosures.parties] == [20, 0]
        assert all(party.organisation.name for party in disclosures.parties)


def test_an_approval_that_runs_stands_under_the_parties(people):
    case = make.partnership(people, until=Case.SCOPING, at=NOW)
    granted = approvals.ApprovalDetails(ApprovalLevel.NATIONAL, decided_date=date(NOW.year - 1, 1, 15))
    approvals.record_approval(
        organisation_id=people.association.pk, administrator=people.ada, details=granted, at=NOW
    )
    assert "Souffle Imaginaire\u00a0: agrément jusqu’au" in page(case, people.carla).text
    ended = datetime(NOW.year + 5, 1, 1, tzinfo=UTC)
    assert case_header(case, people.carla, NOW).approved[0].until == date(NOW.year + 4, 1, 15)
    assert case_header(case, people.carla, ended).approved == ()
