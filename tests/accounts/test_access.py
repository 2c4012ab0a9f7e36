"""Who gets in where: 404 for what is not yours to see, 403 for what is not yours to do."""

from datetime import UTC, datetime

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client
from django.urls import reverse

from accounts.models import Invitation, Membership, User
from accounts.people.actions import memberships
from tests.cast import ARRIVAL, assemble_cast, create_person, reauthenticate

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(db):
    return assemble_cast(ARRIVAL)


def signed_in(user):
    client = Client()
    client.force_login(user)
    if user.has_usable_password():
        reauthenticate(client)
    return client


def invite(cast, email, **roles):
    return memberships.invite(
        organisation_id=cast.association.pk,
        administrator=cast.ada,
        guest=memberships.Guest(email, "Eve Autre"),
        roles=memberships.Roles(**roles),
        at=datetime.now(UTC),
    )


PLACES = ["invite", "member", "mandate"]
DEEDS = ["resend_invitation", "revoke_invitation", "remove_member", "end_mandate"]


def address(cast, name):
    organisation = cast.association.pk
    match name:
        case "invite" | "leave":
            return reverse(name, args=[organisation])
        case "member" | "mandate" | "remove_member":
            return reverse(name, args=[organisation, cast.ben.pk])
        case "end_mandate":
            return reverse(name, args=[organisation, cast.ada_mandate.pk])
        case _:
            invitation = Invitation.objects.filter(organisation=organisation, accepted_at=None).first()
            return reverse(name, args=[organisation, invitation.pk])


@pytest.mark.parametrize("name", [*PLACES, *DEEDS])
@pytest.mark.parametrize(
    ("who", "status"),
    [("carla", 404), ("mallory", 404), ("root", 404), ("ben", 403), ("nora", 403)],
)
def test_only_administrators_manage_the_members_of_an_organisation(cast, name, who, status):
    invite(cast, "eve@theatre.example")
    client = signed_in(getattr(cast, who))
    assert client.post(address(cast, name)).status_code == status
    assert Membership.objects.present().filter(organisation=cast.association).count() == 2


@pytest.mark.parametrize("name", [*PLACES, *DEEDS, "leave"])
def test_an_anonymous_visitor_is_redirected_to_sign_in(cast, name):
    invite(cast, "eve@theatre.example")
    answer = Client().post(address(cast, name))
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
def test_each_person_is_redirected_to_their_portal(cast, who, place):
    answer = signed_in(getattr(cast, who)).get(reverse("home"))
    assert answer.url == reverse(place)


def test_a_person_without_organisation_sees_what_to_do(cast):
    page = signed_in(cast.root).get(reverse("home"))
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
def test_a_portal_opens_to_its_own_members(cast, who, name, status):
    assert signed_in(getattr(cast, who)).get(reverse(name)).status_code == status


def test_an_administrator_invites_changes_roles_and_gives_a_mandate(cast):
    client = signed_in(cast.ada)
    guest = {"full_name": "Eve Autre", "email": "eve@theatre.example", "is_signatory": "on"}
    assert client.post(address(cast, "invite"), guest).status_code == 303
    again = client.post(address(cast, "invite"), guest)
    assert again.status_code == 422
    assert "Une invitation à cette adresse est encore valable" in again.content.decode()
    assert client.post(address(cast, "resend_invitation")).status_code == 303
    assert client.post(address(cast, "member"), {"is_signatory": "on"}).status_code == 303
    mandate = {"capacity": "trésorier", "basis": "PV du 3 mars", "valid_from_date": "2026-01-01"}
    assert client.post(address(cast, "mandate"), mandate).status_code == 303
    page = client.get(reverse("associations:organisation")).content.decode()
    assert "trésorier" in page
    assert "lecteur, signataire" in " ".join(page.split())
    assert "eve@theatre.example" in page


def test_the_last_administrator_sees_why_they_cannot_leave(cast):
    client = signed_in(cast.ada)
    answer = client.post(address(cast, "leave"), follow=True)
    assert "Il faut au moins un gestionnaire" in answer.content.decode()


def test_an_invitation_is_read_signed_out_and_accepted_signed_in(cast):
    invitation = invite(cast, "eve@theatre.example", is_referent=True)
    path = reverse("invitation", args=[invitation.token])
    page = Client().get(path).content.decode()
    assert "Rejoindre Souffle Imaginaire" in page
    assert "Ada Vernet vous invite" in page
    client = signed_in(create_person("Eve Autre"))
    assert client.post(path, follow=True).request["PATH_INFO"] == reverse("associations:home")
    assert client.get(path).status_code == 410


def test_an_invitation_allows_sign_up_and_stays_open(cast):
    invitation = invite(cast, "eve@theatre.example")
    client = Client()
    path = reverse("invitation", args=[invitation.token])
    answer = client.post(path)
    assert answer.status_code == 303
    assert "eve%40theatre.example" in answer.url
    assert 'value="eve@theatre.example"' in client.get(answer.url).content.decode()
    client.force_login(create_person("Eve Autre"))
    session = client.session
    session["invitation"] = invitation.token
    session.save()
    assert client.get(reverse("home")).url == path


def test_an_invitation_for_another_address_is_refused_with_a_reason(cast):
    invitation = invite(cast, "eve@theatre.example")
    answer = signed_in(cast.mallory).post(reverse("invitation", args=[invitation.token]))
    assert answer.status_code == 422
    assert "envoyée à une autre adresse" in answer.content.decode()


@pytest.mark.parametrize("token", ["x", "f" * 64, "é" * 10, "%00"])
def test_an_unknown_invitation_is_closed(cast, token):
    assert Client().get(f"/invitation/{token}/").status_code == 410


def test_a_person_of_two_organisations_switches_between_them(cast):
    invitation = invite(cast, cast.carla.email)
    memberships.accept_invitation(token=invitation.token, user=cast.carla, at=datetime.now(UTC))
    client = signed_in(cast.carla)
    assert client.get(reverse("home")).url == reverse("companies:home")
    answer = client.post(reverse("switch_organisation"), {"organisation": cast.association.pk})
    assert answer.status_code == 303
    assert client.get(reverse("home")).url == reverse("associations:home")
    stranger = client.post(reverse("switch_organisation"), {"organisation": cast.other_company.pk})
    assert stranger.status_code == 404
    assert client.post(reverse("switch_organisation"), {"organisation": "x"}).status_code == 404


def test_a_broker_without_a_second_factor_is_redirected_to_set_it_up(cast):
    Authenticator.objects.filter(user=cast.nora).delete()
    client = signed_in(cast.nora)
    assert client.get(reverse("home")).url == reverse("mfa_index")
    assert client.get("/compte/2fa/").status_code == 200
    TOTP.activate(cast.nora, generate_totp_secret())
    assert client.get(reverse("home")).url == reverse("broker:pipeline")


def test_recovery_codes_alone_are_no_second_factor(cast):
    Authenticator.objects.filter(user=cast.nora).delete()
    Authenticator.objects.create(user=cast.nora, type="recovery_codes", data={})
    assert signed_in(cast.nora).get(reverse("home")).url == reverse("mfa_index")


def test_preferences_are_saved_and_the_language_changes(cast):
    client = signed_in(cast.ada)
    path = reverse("preferences")
    form = client.get(path).context["form"]
    settings = {"language", "time_zone", "territory", "monthly_cap"}
    chosen = {name: "weekly" for name in form.fields if name not in settings}
    chosen["monthly_cap"] = "30"
    answer = client.post(
        path, {"language": "en", "time_zone": "Indian/Reunion", "territory": "mayotte", **chosen}
    )
    assert answer.status_code == 303
    ada = User.objects.get(pk=cast.ada.pk)
    assert (ada.language, ada.time_zone, ada.territory) == ("en", "Indian/Reunion", "mayotte")
    assert answer.cookies["django_language"].value == "en"
    assert set(client.get(path).context["form"].initial.values()) == {"en", "Indian/Reunion", "mayotte", 30}


def test_preferences_refuse_what_does_not_exist(cast):
    answer = signed_in(cast.ada).post(reverse("preferences"), {"language": "xx", "time_zone": "../etc"})
    assert answer.status_code == 422


@pytest.mark.parametrize("step", ["pieces", "personnes", "regles", "reprendre"])
def test_no_step_before_the_first(step):
    client = signed_in(create_person("Eve Autre"))
    answer = client.get(reverse("associations:registration", args=[step]))
    assert answer.url == reverse("associations:registration", args=["identite"])


def test_a_step_that_does_not_exist_is_not_found(cast):
    client = signed_in(cast.ada)
    assert client.get(reverse("associations:registration", args=["argent"])).status_code == 404
    broker = signed_in(cast.nora)
    assert broker.get(reverse("associations:registration", args=["identite"])).status_code == 404
