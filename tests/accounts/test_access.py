"""Who gets in where: 404 for what is not yours to see, 403 for what is not yours to do."""

from datetime import UTC, datetime

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client
from django.urls import reverse

from accounts.models import Invitation, Membership, User
from accounts.people.actions import memberships
from tests import cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def troupe(db):
    return cast.assemble(cast.ARRIVAL)


def signed_in(user):
    client = Client()
    client.force_login(user)
    if user.has_usable_password():
        cast.prove(client)
    return client


def letter_to(troupe, email, **roles):
    return memberships.invite(
        organisation_id=troupe.association.pk,
        administrator=troupe.ada,
        guest=memberships.Guest(email, "Eve Autre"),
        roles=memberships.Roles(**roles),
        at=datetime.now(UTC),
    )


PLACES = ["invite", "member", "mandate"]
DEEDS = ["resend_invitation", "revoke_invitation", "remove_member", "end_mandate"]


def address(troupe, name):
    organisation = troupe.association.pk
    match name:
        case "invite" | "leave":
            return reverse(name, args=[organisation])
        case "member" | "mandate" | "remove_member":
            return reverse(name, args=[organisation, troupe.ben.pk])
        case "end_mandate":
            return reverse(name, args=[organisation, troupe.ada_mandate.pk])
        case _:
            letter = Invitation.objects.filter(organisation=organisation, accepted_at=None).first()
            return reverse(name, args=[organisation, letter.pk])


@pytest.mark.parametrize("name", [*PLACES, *DEEDS])
@pytest.mark.parametrize(
    ("who", "status"),
    [("carla", 404), ("mallory", 404), ("root", 404), ("ben", 403), ("nora", 403)],
)
def test_only_administrators_manage_the_members_of_an_organisation(troupe, name, who, status):
    letter_to(troupe, "eve@theatre.example")
    client = signed_in(getattr(troupe, who))
    assert client.post(address(troupe, name)).status_code == status
    assert Membership.objects.present().filter(organisation=troupe.association).count() == 2


@pytest.mark.parametrize("name", [*PLACES, *DEEDS, "leave"])
def test_an_anonymous_visitor_is_redirected_to_sign_in(troupe, name):
    letter_to(troupe, "eve@theatre.example")
    answer = Client().post(address(troupe, name))
    assert answer.status_code == 302
    assert answer.url.startswith(reverse("account_login"))


@pytest.mark.parametrize(
    ("who", "place"),
    [
        ("ada", "associations:home"),
        ("ben", "associations:home"),
        ("carla", "companies:home"),
        ("nora", "broker:pipeline"),
    ],
)
def test_each_person_is_redirected_to_their_portal(troupe, who, place):
    answer = signed_in(getattr(troupe, who)).get(reverse("home"))
    assert answer.url == reverse(place)


def test_a_person_without_organisation_sees_what_to_do(troupe):
    page = signed_in(troupe.root).get(reverse("home"))
    assert "Vous n’êtes membre d’aucune organisation" in page.content.decode()


@pytest.mark.parametrize(
    ("who", "name", "status"),
    [
        ("ada", "associations:home", 200),
        ("ada", "associations:organisation", 200),
        ("ada", "associations:profile", 200),
        ("ben", "associations:organisation", 200),
        ("ben", "associations:profile", 403),
        ("ada", "companies:home", 404),
        ("carla", "companies:home", 200),
        ("carla", "companies:organisation", 200),
        ("carla", "companies:profile", 200),
        ("carla", "associations:home", 404),
        ("carla", "associations:organisation", 404),
        ("nora", "associations:home", 404),
        ("root", "associations:organisation", 404),
    ],
)
def test_a_portal_opens_to_its_own_members(troupe, who, name, status):
    assert signed_in(getattr(troupe, who)).get(reverse(name)).status_code == status


def test_an_administrator_invites_changes_roles_and_gives_a_mandate(troupe):
    client = signed_in(troupe.ada)
    guest = {"full_name": "Eve Autre", "email": "eve@theatre.example", "is_signatory": "on"}
    assert client.post(address(troupe, "invite"), guest).status_code == 303
    again = client.post(address(troupe, "invite"), guest)
    assert again.status_code == 422
    assert "Une invitation à cette adresse court encore" in again.content.decode()
    assert client.post(address(troupe, "resend_invitation")).status_code == 303
    assert client.post(address(troupe, "member"), {"is_signatory": "on"}).status_code == 303
    mandate = {"capacity": "trésorier", "basis": "PV du 3 mars", "valid_from_date": "2026-01-01"}
    assert client.post(address(troupe, "mandate"), mandate).status_code == 303
    page = client.get(reverse("associations:organisation")).content.decode()
    assert "trésorier" in page
    assert "lit, signe" in " ".join(page.split())
    assert "eve@theatre.example" in page


def test_the_last_administrator_sees_why_they_cannot_leave(troupe):
    client = signed_in(troupe.ada)
    answer = client.post(address(troupe, "leave"), follow=True)
    assert "Il faut au moins un administrateur" in answer.content.decode()


def test_an_invitation_is_read_signed_out_and_accepted_signed_in(troupe):
    letter = letter_to(troupe, "eve@theatre.example", is_referent=True)
    path = reverse("invitation", args=[letter.token])
    page = Client().get(path).content.decode()
    assert "Rejoindre Souffle Imaginaire" in page
    assert "Ada Vernet vous invite" in page
    client = signed_in(cast.person("Eve Autre"))
    assert client.post(path, follow=True).request["PATH_INFO"] == reverse("associations:home")
    assert client.get(path).status_code == 410


def test_an_invitation_allows_sign_up_and_stays_open(troupe):
    letter = letter_to(troupe, "eve@theatre.example")
    client = Client()
    path = reverse("invitation", args=[letter.token])
    answer = client.post(path)
    assert answer.status_code == 303
    assert "eve%40theatre.example" in answer.url
    assert 'value="eve@theatre.example"' in client.get(answer.url).content.decode()
    client.force_login(cast.person("Eve Autre"))
    session = client.session
    session["invitation"] = letter.token
    session.save()
    assert client.get(reverse("home")).url == path


def test_an_invitation_for_another_address_is_refused_with_a_reason(troupe):
    letter = letter_to(troupe, "eve@theatre.example")
    answer = signed_in(troupe.mallory).post(reverse("invitation", args=[letter.token]))
    assert answer.status_code == 422
    assert "envoyée à une autre adresse" in answer.content.decode()


@pytest.mark.parametrize("token", ["x", "f" * 64, "é" * 10, "%00"])
def test_an_unknown_invitation_is_closed(troupe, token):
    assert Client().get(f"/invitation/{token}/").status_code == 410


def test_a_person_of_two_organisations_switches_between_them(troupe):
    letter = letter_to(troupe, troupe.carla.email)
    memberships.accept_invitation(token=letter.token, user=troupe.carla, at=datetime.now(UTC))
    client = signed_in(troupe.carla)
    assert client.get(reverse("home")).url == reverse("companies:home")
    answer = client.post(reverse("switch_organisation"), {"organisation": troupe.association.pk})
    assert answer.status_code == 303
    assert client.get(reverse("home")).url == reverse("associations:home")
    stranger = client.post(reverse("switch_organisation"), {"organisation": troupe.other_company.pk})
    assert stranger.status_code == 404
    assert client.post(reverse("switch_organisation"), {"organisation": "x"}).status_code == 404


def test_a_broker_without_a_second_factor_is_redirected_to_set_it_up(troupe):
    Authenticator.objects.filter(user=troupe.nora).delete()
    client = signed_in(troupe.nora)
    assert client.get(reverse("home")).url == reverse("mfa_index")
    assert client.get("/compte/2fa/").status_code == 200
    TOTP.activate(troupe.nora, generate_totp_secret())
    assert client.get(reverse("home")).url == reverse("broker:pipeline")


def test_recovery_codes_alone_are_no_second_factor(troupe):
    Authenticator.objects.filter(user=troupe.nora).delete()
    Authenticator.objects.create(user=troupe.nora, type="recovery_codes", data={})
    assert signed_in(troupe.nora).get(reverse("home")).url == reverse("mfa_index")


def test_preferences_are_saved_and_the_language_changes(troupe):
    client = signed_in(troupe.ada)
    path = reverse("preferences")
    form = client.get(path).context["form"]
    chosen = {name: "weekly" for name in form.fields if name not in {"language", "time_zone"}}
    answer = client.post(path, {"language": "en", "time_zone": "Indian/Reunion", **chosen})
    assert answer.status_code == 303
    ada = User.objects.get(pk=troupe.ada.pk)
    assert (ada.language, ada.time_zone) == ("en", "Indian/Reunion")
    assert answer.cookies["django_language"].value == "en"
    assert set(client.get(path).context["form"].initial.values()) == {"en", "Indian/Reunion"}


def test_preferences_refuse_what_does_not_exist(troupe):
    answer = signed_in(troupe.ada).post(reverse("preferences"), {"language": "xx", "time_zone": "../etc"})
    assert answer.status_code == 422


@pytest.mark.parametrize("step", ["pieces", "personnes", "regles", "reprendre"])
def test_no_step_before_the_first(step):
    client = signed_in(cast.person("Eve Autre"))
    answer = client.get(reverse("associations:registration", args=[step]))
    assert answer.url == reverse("associations:registration", args=["identite"])


def test_a_step_that_does_not_exist_is_not_found(troupe):
    client = signed_in(troupe.ada)
    assert client.get(reverse("associations:registration", args=["argent"])).status_code == 404
    broker = signed_in(troupe.nora)
    assert broker.get(reverse("associations:registration", args=["identite"])).status_code == 404
