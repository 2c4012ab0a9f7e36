"""Sensitive acts ask again who is there, then do what was sent."""

from datetime import UTC, datetime, timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

from accounts.models import Invitation, Mandate, Membership
from accounts.registration import actions as registration
from tests import cast

pytestmark = pytest.mark.django_db
POSTE = registration.OrganisationIdentity("La Poste", "Paris", siren="356000000", siret="35600000000048")
MANDATE = {"capacity": "trésorière", "basis": "PV du 3 mars", "valid_from_date": "2026-01-01"}


@pytest.fixture
def troupe(db):
    return cast.assemble(cast.ARRIVAL)


def signed_in(person):
    client = Client()
    client.force_login(person)
    return client


def sensitive(troupe):
    """Return what each sensitive act is asked with."""
    organisation = troupe.association.pk
    guest = {"full_name": "Eve", "email": "eve@theatre.example"}
    return {
        "a role": ("member", [organisation, troupe.ben.pk], {"is_signatory": "on"}),
        "removing": ("remove_member", [organisation, troupe.ben.pk], {}),
        "a mandate": ("mandate", [organisation, troupe.ada.pk], MANDATE),
        "ending a mandate": ("end_mandate", [organisation, troupe.ada_mandate.pk], {}),
        "inviting a signatory": ("invite", [organisation], {**guest, "is_signatory": "on"}),
        "inviting an administrator": ("invite", [organisation], {**guest, "is_administrator": "on"}),
        "leaving": ("leave", [organisation], {}),
    }


ACTS = (
    "a role",
    "removing",
    "a mandate",
    "ending a mandate",
    "inviting a signatory",
    "inviting an administrator",
    "leaving",
)


def state():
    return (
        Membership.objects.filter(left_at=None, is_signatory=True).count(),
        Membership.objects.filter(left_at=None).count(),
        Mandate.objects.filter(revoked_at=None).count(),
        Mandate.objects.count(),
        Invitation.objects.filter(accepted_at=None).count(),
    )


@pytest.mark.parametrize("act", ACTS)
def test_an_old_session_must_authenticate_again(troupe, act):
    name, args, typed = sensitive(troupe)[act]
    before = state()
    client = signed_in(troupe.ada)
    answer = client.post(reverse(name, args=args), typed)
    assert answer.status_code == 302
    assert answer.url.startswith(reverse("account_reauthenticate"))
    assert state() == before
    wrong = client.post(answer.url, {"password": "autre chose encore"})
    assert wrong.status_code == 200
    assert state() == before
    done = client.post(answer.url, {"password": cast.PASSWORD})
    if act == "leaving":
        assert (done.status_code, state()) == (422, before)  # the last administrator
        return
    assert done.status_code == 303
    assert state() != before


def test_invalid_fields_are_shown_before_the_authentication(troupe):
    client = signed_in(troupe.ada)
    path = reverse("mandate", args=[troupe.association.pk, troupe.ada.pk])
    assert client.post(path, {**MANDATE, "valid_from_date": "hier"}).status_code == 422
    page = client.post(path, {**MANDATE, "capacity": "x" * 200}).content.decode()
    assert f'action="{path}"' in page


@pytest.mark.parametrize("role", ["is_signatory", "is_administrator"])
def test_a_registration_also_requires_authentication_to_invite_a_signatory_or_administrator(troupe, role):
    start = {"side": "company", "identity": POSTE, "at": datetime.now(UTC)}
    draft = registration.start_registration(founder=troupe.ben, **start)
    client = signed_in(troupe.ben)
    place = reverse("companies:registration", args=["personnes"])
    guest = {"full_name": "Eve", "email": "eve@theatre.example"}
    assert "si vous ne venez pas de le faire" in client.get(place).text
    answer = client.post(place, {**guest, role: "on"})
    assert answer.url.startswith(reverse("account_reauthenticate"))
    assert not draft.invitations.exists()
    done = client.post(answer.url, {"password": cast.PASSWORD})
    assert (done.status_code, done.url) == (303, place)
    assert getattr(draft.invitations.get(), role)
    assert client.post(place, {**guest, "email": "zoe@theatre.example", role: "on"}).status_code == 303


def test_a_registration_requires_none_to_invite_a_referent(troupe):
    start = {"side": "company", "identity": POSTE, "at": datetime.now(UTC)}
    draft = registration.start_registration(founder=troupe.ben, **start)
    guest = {"full_name": "Eve", "email": "eve@theatre.example", "is_referent": "on"}
    place = reverse("companies:registration", args=["personnes"])
    assert signed_in(troupe.ben).post(place, guest).status_code == 303
    assert draft.invitations.count() == 1


def test_inviting_a_reader_requires_no_authentication(troupe):
    guest = {"full_name": "Eve", "email": "eve@theatre.example", "is_referent": "on"}
    answer = signed_in(troupe.ada).post(reverse("invite", args=[troupe.association.pk]), guest)
    assert answer.status_code == 303


def test_a_person_without_any_method_sets_a_password_first(troupe):
    troupe.ada.set_unusable_password()
    troupe.ada.save(update_fields=["password"])
    before = state()
    answer = signed_in(troupe.ada).post(
        reverse("end_mandate", args=[troupe.association.pk, troupe.ada_mandate.pk])
    )
    assert answer.url == reverse("account_set_password")
    assert state() == before


def test_the_people_of_a_demonstration_need_no_authentication(troupe, settings):
    client = signed_in(troupe.ada)
    session = client.session
    session["demonstration"] = True
    session.save()
    path = reverse("end_mandate", args=[troupe.association.pk, troupe.ada_mandate.pk])
    assert client.post(path).status_code == 302  # the flag alone is worth nothing
    settings.DEMONSTRATION = True
    assert client.post(path).status_code == 303


@pytest.mark.parametrize("name", ["mfa_activate_totp", "mfa_add_webauthn", "mfa_generate_recovery_codes"])
def test_changes_of_factors_and_passwords_require_authentication(troupe, name):
    if name == "mfa_generate_recovery_codes":
        cast.TOTP.activate(troupe.ada, cast.generate_totp_secret())
    answer = signed_in(troupe.ada).get(reverse(name))
    assert answer.url.startswith(reverse("account_reauthenticate"))


def test_removing_a_factor_requires_authentication(troupe):
    client = signed_in(troupe.nora)
    answer = client.post(reverse("mfa_deactivate_totp"))
    assert answer.url.startswith(reverse("account_reauthenticate"))
    assert Authenticator.objects.filter(user=troupe.nora).exists()


def test_an_authentication_expires(troupe, settings):
    client = signed_in(troupe.ada)
    cast.prove(client)
    session = client.session
    records = session["account_authentication_methods"]
    long_ago = timedelta(seconds=settings.ACCOUNT_REAUTHENTICATION_TIMEOUT + 1).total_seconds()
    records[-1]["at"] -= long_ago
    session["account_authentication_methods"] = records
    session.save()
    path = reverse("remove_member", args=[troupe.association.pk, troupe.ben.pk])
    assert client.post(path).status_code == 302
