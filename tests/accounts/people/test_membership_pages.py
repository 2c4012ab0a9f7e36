"""The page of an organisation and its home: who is there, what one sees of oneself, at what cost."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Document, DocumentKind, Handover
from accounts.people.actions import mandates, memberships
from accounts.people.actions.account import create_account
from accounts.people.queries.memberships import organisation_page, personal_alerts
from tests import cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def troupe(db):
    return cast.assemble(cast.ARRIVAL)


def signed_in(person):
    client = Client()
    client.force_login(person)
    cast.prove(client)
    return client


def crowd(troupe, many, at):
    """Bring in so many signatories, each with a mandate, and as many invitations."""
    roles = memberships.Roles(is_signatory=True)
    for number in range(many):
        guest = create_account(email=f"m{number}@theatre.example", full_name=f"Membre {number}")
        letter = memberships.invite(
            organisation_id=troupe.association.pk,
            administrator=troupe.ada,
            guest=memberships.Guest(guest.email),
            roles=roles,
            at=at,
        )
        memberships.accept_invitation(token=letter.token, user=guest, at=at)
        mandates.record_mandate(
            organisation_id=troupe.association.pk,
            administrator=troupe.ada,
            signatory_id=guest.pk,
            terms=mandates.MandateTerms("membre", "PV", at.date()),
            at=at,
        )
        memberships.invite(
            organisation_id=troupe.association.pk,
            administrator=troupe.ada,
            guest=memberships.Guest(f"g{number}@theatre.example"),
            roles=roles,
            at=at,
        )


@pytest.mark.parametrize("many", [1, 20])
def test_the_list_of_people_takes_the_same_number_of_queries(troupe, many, django_assert_num_queries):
    at = datetime.now(UTC)
    crowd(troupe, many, at)
    client = signed_in(troupe.ada)
    with django_assert_num_queries(4):
        organisation_page(troupe.association, user=troupe.ada, at=at)
    with django_assert_num_queries(1):
        personal_alerts(troupe.ada, troupe.association)
    page = client.get(reverse("associations:organisation")).content.decode()
    assert page.count("Renvoyer") == many


def test_the_page_says_which_mandates_are_not_proved(troupe):
    client = signed_in(troupe.ada)
    assert "non prouvé" in client.get(reverse("associations:organisation")).content.decode()
    at = datetime.now(UTC)
    paper = Document.objects.create(
        organisation=troupe.association,
        kind=DocumentKind.POWER,
        name="pouvoir.pdf",
        content_type="application/pdf",
        size=1,
        sha256="0" * 64,
        file="organisations/pouvoir.pdf",
        brought_by=troupe.ada,
        brought_at=at,
    )
    path = reverse("mandate", args=[troupe.association.pk, troupe.ada.pk])
    assert "pouvoir.pdf" in client.get(path).content.decode()
    typed = {"capacity": "présidente", "basis": "Pouvoir", "valid_from_date": "2026-01-01"}
    assert client.post(path, {**typed, "document": "x"}).status_code == 422
    assert client.post(path, {**typed, "document": str(paper.pk)}).status_code == 303
    page = client.get(reverse("associations:organisation")).content.decode()
    assert "pouvoir.pdf" in page
    assert "non prouvé" not in page


def test_the_broker_reads_that_a_mandate_is_not_proved(troupe):
    page = signed_in(troupe.nora).get(reverse("broker:vet", args=[troupe.association.pk]))
    assert re.search(r"Ada Vernet, présidente\s: [^<·]+ \(non prouvé\)", page.content.decode())


def test_the_page_of_a_departure_shows_its_consequences(troupe):
    path = reverse("leave", args=[troupe.association.pk])
    page = signed_in(troupe.ben).get(path).content.decode()
    assert "Vous ne lirez plus ses dossiers" in page
    assert "mandat" not in page
    last = signed_in(troupe.ada).get(path).content.decode()
    assert "Personne d’autre ne l’administre" in last
    assert "button danger" not in last


def test_the_home_shows_a_handover_until_it_is_acknowledged(troupe):
    at = datetime.now(UTC)
    memberships.change_roles(
        organisation_id=troupe.association.pk,
        administrator=troupe.ada,
        member_id=troupe.ben.pk,
        roles=memberships.Roles(is_administrator=True),
        at=at,
    )
    client = signed_in(troupe.ben)
    leaving = signed_in(troupe.ada)
    path = reverse("leave", args=[troupe.association.pk])
    said = leaving.get(path).content.decode()
    assert "Votre mandat de signature prend fin" in said
    assert leaving.post(path, follow=True).status_code == 200
    home = reverse("associations:home")
    page = client.get(home).content.decode()
    assert "Ada Vernet a quitté l’organisation" in page
    noted = reverse("acknowledge_handover", args=[troupe.association.pk, Handover.objects.get().pk])
    assert client.post(noted).status_code == 303
    assert "Ada Vernet a quitté" not in client.get(home).content.decode()


def test_a_signatory_is_offered_a_second_factor_until_later(troupe):
    client = signed_in(troupe.ada)
    home = reverse("associations:home")
    assert "protégez votre compte" in client.get(home).content.decode()
    assert "protégez votre compte" not in signed_in(troupe.ben).get(home).content.decode()
    assert client.post(reverse("second_factor_later")).status_code == 303
    assert "protégez votre compte" not in client.get(home).content.decode()
    cast.TOTP.activate(troupe.carla, cast.generate_totp_secret())
    company = signed_in(troupe.carla).get(reverse("companies:home")).content.decode()
    assert "protégez votre compte" not in company


def test_the_mandate_page_offers_it_too(troupe):
    path = reverse("mandate", args=[troupe.association.pk, troupe.ada.pk])
    client = signed_in(troupe.ada)
    assert "Ajouter une seconde preuve" in client.get(path).content.decode()
    cast.TOTP.activate(troupe.ada, cast.generate_totp_secret())
    assert "Ajouter une seconde preuve" not in client.get(path).content.decode()


def test_an_expired_invitation_is_shown_sent_again_and_revoked(troupe):
    memberships.invite(
        organisation_id=troupe.association.pk,
        administrator=troupe.ada,
        guest=memberships.Guest("eve@theatre.example"),
        roles=memberships.Roles(),
        at=datetime.now(UTC) - timedelta(days=20),
    )
    client = signed_in(troupe.ada)
    page = reverse("associations:organisation")
    assert "expirée" in client.get(page).content.decode()
    letter = troupe.association.invitations.get(email="eve@theatre.example")
    client.post(reverse("resend_invitation", args=[troupe.association.pk, letter.pk]))
    assert "expirée" not in client.get(page).content.decode()
    client.post(reverse("revoke_invitation", args=[troupe.association.pk, letter.pk]))
    assert "eve@theatre.example" not in client.get(page).content.decode()


def test_a_chosen_organisation_that_was_left_is_forgotten(troupe):
    at = datetime.now(UTC)
    letter = memberships.invite(
        organisation_id=troupe.association.pk,
        administrator=troupe.ada,
        guest=memberships.Guest(troupe.carla.email),
        roles=memberships.Roles(),
        at=at,
    )
    memberships.accept_invitation(token=letter.token, user=troupe.carla, at=at)
    client = signed_in(troupe.carla)
    client.post(reverse("switch_organisation"), {"organisation": troupe.association.pk})
    page = client.get(reverse("associations:home")).content.decode()
    assert "Passer à Laboratoires Valfictif" in page
    memberships.leave(organisation_id=troupe.association.pk, member=troupe.carla, at=at)
    assert client.get(reverse("home")).url == reverse("companies:home")
    assert client.get(reverse("associations:home")).status_code == 404
