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
from tests.cast import ARRIVAL, TOTP, assemble_cast, generate_totp_secret, reauthenticate

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(db):
    return assemble_cast(ARRIVAL)


def signed_in(person):
    client = Client()
    client.force_login(person)
    reauthenticate(client)
    return client


def crowd(cast, many, at):
    """Bring in so many signatories, each with a mandate, and as many invitations."""
    roles = memberships.Roles(is_signatory=True)
    for number in range(many):
        guest = create_account(email=f"m{number}@theatre.example", full_name=f"Membre {number}")
        invitation = memberships.invite(
            organisation_id=cast.association.pk,
            administrator=cast.ada,
            guest=memberships.Guest(guest.email),
            roles=roles,
            at=at,
        )
        memberships.accept_invitation(token=invitation.token, user=guest, at=at)
        mandates.record_mandate(
            organisation_id=cast.association.pk,
            administrator=cast.ada,
            signatory_id=guest.pk,
            terms=mandates.MandateTerms("membre", "PV", at.date()),
            at=at,
        )
        memberships.invite(
            organisation_id=cast.association.pk,
            administrator=cast.ada,
            guest=memberships.Guest(f"g{number}@theatre.example"),
            roles=roles,
            at=at,
        )


@pytest.mark.parametrize("many", [1, 20])
def test_the_list_of_people_takes_the_same_number_of_queries(cast, many, django_assert_num_queries):
    at = datetime.now(UTC)
    crowd(cast, many, at)
    client = signed_in(cast.ada)
    with django_assert_num_queries(4):
        organisation_page(cast.association, user=cast.ada, at=at)
    with django_assert_num_queries(1):
        personal_alerts(cast.ada, cast.association)
    page = client.get(reverse("associations:organisation")).content.decode()
    assert page.count("Renvoyer") == many


def test_the_page_says_which_mandates_are_not_proved(cast):
    client = signed_in(cast.ada)
    assert "non prouvé" in client.get(reverse("associations:organisation")).content.decode()
    at = datetime.now(UTC)
    paper = Document.objects.create(
        organisation=cast.association,
        kind=DocumentKind.POWER,
        name="pouvoir.pdf",
        content_type="application/pdf",
        size=1,
        sha256="0" * 64,
        file="organisations/pouvoir.pdf",
        brought_by=cast.ada,
        brought_at=at,
    )
    path = reverse("mandate", args=[cast.association.pk, cast.ada.pk])
    assert "pouvoir.pdf" in client.get(path).content.decode()
    typed = {"capacity": "présidente", "basis": "Pouvoir", "valid_from_date": "2026-01-01"}
    assert client.post(path, {**typed, "document": "x"}).status_code == 422
    assert client.post(path, {**typed, "document": str(paper.pk)}).status_code == 303
    page = client.get(reverse("associations:organisation")).content.decode()
    assert "pouvoir.pdf" in page
    assert "non prouvé" not in page


def test_the_broker_reads_that_a_mandate_is_not_proved(cast):
    page = signed_in(cast.nora).get(reverse("broker:vet", args=[cast.association.pk]))
    assert re.search(r"Ada Vernet, présidente\s: [^<·]+ \(non prouvé\)", page.content.decode())


def test_the_page_of_a_departure_shows_its_consequences(cast):
    path = reverse("leave", args=[cast.association.pk])
    page = signed_in(cast.ben).get(path).content.decode()
    assert "vous ne pourrez plus lire ses dossiers" in page
    assert "mandat" not in page
    last = signed_in(cast.ada).get(path).content.decode()
    assert "Vous êtes le seul gestionnaire" in last
    assert "button danger" not in last


def test_the_home_shows_a_handover_until_it_is_acknowledged(cast):
    at = datetime.now(UTC)
    memberships.change_roles(
        organisation_id=cast.association.pk,
        administrator=cast.ada,
        member_id=cast.ben.pk,
        roles=memberships.Roles(is_administrator=True),
        at=at,
    )
    client = signed_in(cast.ben)
    leaving = signed_in(cast.ada)
    path = reverse("leave", args=[cast.association.pk])
    html = leaving.get(path).content.decode()
    assert "Votre mandat de signature prend fin" in html
    assert leaving.post(path, follow=True).status_code == 200
    home = reverse("associations:home")
    page = client.get(home).content.decode()
    assert "Ada Vernet a quitté l’organisation" in page
    noted = reverse("acknowledge_handover", args=[cast.association.pk, Handover.objects.get().pk])
    assert client.post(noted).status_code == 303
    assert "Ada Vernet a quitté" not in client.get(home).content.decode()


def test_a_signatory_is_offered_a_second_factor_until_later(cast):
    client = signed_in(cast.ada)
    home = reverse("associations:home")
    assert "protégez votre compte" in client.get(home).content.decode()
    assert "protégez votre compte" not in signed_in(cast.ben).get(home).content.decode()
    assert client.post(reverse("second_factor_later")).status_code == 303
    assert "protégez votre compte" not in client.get(home).content.decode()
    TOTP.activate(cast.carla, generate_totp_secret())
    company = signed_in(cast.carla).get(reverse("companies:home")).content.decode()
    assert "protégez votre compte" not in company


def test_the_mandate_page_offers_it_too(cast):
    path = reverse("mandate", args=[cast.association.pk, cast.ada.pk])
    client = signed_in(cast.ada)
    assert "Activer la vérification en deux étapes" in client.get(path).content.decode()
    TOTP.activate(cast.ada, generate_totp_secret())
    assert "Activer la vérification en deux étapes" not in client.get(path).content.decode()


def test_an_expired_invitation_is_shown_sent_again_and_revoked(cast):
    memberships.invite(
        organisation_id=cast.association.pk,
        administrator=cast.ada,
        guest=memberships.Guest("eve@theatre.example"),
        roles=memberships.Roles(),
        at=datetime.now(UTC) - timedelta(days=20),
    )
    client = signed_in(cast.ada)
    page = reverse("associations:organisation")
    assert "expirée" in client.get(page).content.decode()
    invitation = cast.association.invitations.get(email="eve@theatre.example")
    client.post(reverse("resend_invitation", args=[cast.association.pk, invitation.pk]))
    assert "expirée" not in client.get(page).content.decode()
    client.post(reverse("revoke_invitation", args=[cast.association.pk, invitation.pk]))
    assert "eve@theatre.example" not in client.get(page).content.decode()


def test_a_chosen_organisation_that_was_left_is_forgotten(cast):
    at = datetime.now(UTC)
    invitation = memberships.invite(
        organisation_id=cast.association.pk,
        administrator=cast.ada,
        guest=memberships.Guest(cast.carla.email),
        roles=memberships.Roles(),
        at=at,
    )
    memberships.accept_invitation(token=invitation.token, user=cast.carla, at=at)
    client = signed_in(cast.carla)
    client.post(reverse("switch_organisation"), {"organisation": cast.association.pk})
    page = client.get(reverse("associations:home")).content.decode()
    assert "Passer à Laboratoires Valfictif" in page
    memberships.leave(organisation_id=cast.association.pk, member=cast.carla, at=at)
    assert client.get(reverse("home")).url == reverse("companies:home")
    assert client.get(reverse("associations:home")).status_code == 404
