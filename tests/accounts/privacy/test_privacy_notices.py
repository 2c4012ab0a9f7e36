"""Beside each form that asks about a person: what for, who reads it, how long, and the way to the rights."""

from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import reverse

from accounts.people.actions import memberships
from tests.cast import ARRIVAL, assemble_cast

pytestmark = pytest.mark.django_db

WAY = ">Vos droits</a>"


@pytest.fixture
def cast(db):
    return assemble_cast(ARRIVAL)


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def test_the_sign_up_page_shows_what_is_stored_and_how_long():
    page = Client().get(reverse("register_association"), follow=True).text
    assert WAY in page
    assert "puis 3\N{NO-BREAK SPACE}ans sans connexion" in page


def test_a_registration_shows_the_notice_at_the_identity_and_the_people(cast):
    client = signed_in(cast.root)
    page = client.get(reverse("associations:registration", args=["identite"])).text
    assert WAY in page
    assert "est supprimée après 6\N{NO-BREAK SPACE}mois" in page


@pytest.mark.parametrize(
    ("name", "expected"), [("invite", "servent à l’inviter"), ("mandate", "s’impriment dans la charte")]
)
def test_the_forms_of_invitations_and_mandates_show_the_notice(cast, name, expected):
    args = [cast.association.pk] + ([cast.ben.pk] if name == "mandate" else [])
    page = signed_in(cast.ada).get(reverse(name, args=args)).text
    assert WAY in page
    assert expected in page


def test_an_invitation_shows_who_will_see_the_name(cast):
    invitation = memberships.invite(
        organisation_id=cast.association.pk,
        administrator=cast.ada,
        guest=memberships.Guest("eve@theatre.example"),
        roles=memberships.Roles(),
        at=datetime.now(UTC),
    )
    page = Client().get(reverse("invitation", args=[invitation.token])).text
    assert WAY in page
    assert "vous montrez votre nom" in page
