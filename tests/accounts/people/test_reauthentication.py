"""Sensitive acts ask again who is there, then do what was sent."""

from datetime import UTC, datetime, timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

from accounts.models import Invitation, Mandate, Membership
from accounts.registration import actions as registration
from tests.cast import ARRIVAL, PASSWORD, TOTP, assemble_cast, generate_totp_secret, reauthenticate

pytestmark = pytest.mark.django_db
POSTE = registration.OrganisationIdentity("La Poste", "Paris", siren="356000000", siret="35600000000048")
MANDATE = {"capacity": "trésorière", "basis": "PV du 3 mars", "valid_from_date": "2026-01-01"}


@pytest.fixture
def cast(db):
    return assemble_cast(ARRIVAL)


def signed_in(person):
    client = Client()
    client.force_login(person)
    return client


def sensitive(cast):
    """Return what each sensitive act is asked with."""
    organisation = cast.association.pk
    guest = {"full_name": "Eve", "email": "eve@theatre.example"}
    return {
        "a role": ("member", [organisation, cast.ben.pk], {"is_signatory": "on"}),
        "removing": ("remove_member", [organisation, cast.ben.pk], {}),
        "a mandate": ("mandate", [organisation, cast.ada.pk], MANDATE),
        "ending a mandate": ("end_mandate", [organisation, cast.ada_mandate.pk], {}),
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
def test_an_old_session_must_authenticate_again(cast, act):
    name, args, typed = sensitive(cast)[act]
    before = state()
    client = signed_in(cast.ada)
    answer = client.post(reverse(name, args=args), typed)
    assert answer.status_code == 302
    assert answer.url.startswith(reverse("account_reauthenticate"))
    assert state() == before
    wrong = client.post(answer.url, {"password": "autre chose encore"})
    assert wrong.status_code == 200
    assert state() == before
    done = client.post(answer.url, {"password": PASSWORD})
    if act == "leaving":
        assert (done.status_code, state()) == (422, before)  # the last administrator
        return
    assert done.status_code == 303
    assert state() != before


def test_invalid_fields_are_shown_before_the_authentication(cast):
    client = signed_in(cast.ada)
    path = reverse("mandate", args=[cast.association.pk, cast.ada.pk])
    assert client.post(path, {**MANDATE, "valid_from_date": "hier"}).status_code == 422
    page = client.post(path, {**MANDATE, "capacity": "x" * 200}).content.decode()
    assert f'action="{path}"' in page


@pytest.mark.parametrize("role", ["is_signatory", "is_administrator"])
def test_a_registration_also_requires_authentication_to_invite_a_signatory_or_administrator(cast, role):
    start = {"side": "company", "identity": POSTE, "at": datetime.now(UTC)}
    draft = registration.start_registration(founder=cast.ben, **start)
    client = signed_in(cast.ben)
    place = reverse("companies:registration", args=["personnes"])
    guest = {"full_name": "Eve", "email": "eve@theatre.example"}
    assert "si vous ne venez pas de le faire" in client.get(place).text
    answer = client.post(place, {**guest, role: "on"})
    assert answer.url.startswith(reverse("account_reauthenticate"))
    assert not draft.invitations.exists()
    done = client.post(answer.url, {"password": PASSWORD})
    assert (done.status_code, done.url) == (303, place)
    assert getattr(draft.invitations.get(), role)
    assert client.post(place, {**guest, "email": "zoe@theatre.example", role: "on"}).status_code == 303


def test_a_registration_requires_none_to_invite_a_referent(cast):
    start = {"side": "company", "identity": POSTE, "at": datetime.now(UTC)}
    draft = registration.start_registration(founder=cast.ben, **start)
    guest = {"full_name": "Eve", "email": "eve@theatre.example", "is_referent": "on"}
    place = reverse("companies:registration", args=["personnes"])
    assert signed_in(cast.ben).post(place, guest).status_code == 303
    assert draft.invitations.count() == 1


def test_inviting_a_reader_requires_no_authentication(cast):
    guest = {"full_name": "Eve", "email": "eve@theatre.example", "is_referent": "on"}
    answer = signed_in(cast.ada).post(reverse("invite", args=[cast.association.pk]), guest)
    assert answer.status_code == 303


def test_a_person_without_any_method_sets_a_password_first(cast):
    cast.ada.set_unusable_password()
    cast.ada.save(update_fields=["password"])
    before = state()
    answer = signed_in(cast.ada).post(reverse("end_mandate", args=[cast.association.pk, cast.ada_mandate.pk]))
    assert answer.url == reverse("account_set_password")
    assert state() == before


def test_the_people_of_a_demonstration_need_no_authentication(cast, settings):
    client = signed_in(cast.ada)
    session = client.session
    session["demonstration"] = True
    session.save()
    path = reverse("end_mandate", args=[cast.association.pk, cast.ada_mandate.pk])
    assert client.post(path).status_code == 302  # the flag alone is worth nothing
    settings.DEMONSTRATION = True
    assert client.post(path).status_code == 303


@pytest.mark.parametrize("name", ["mfa_activate_totp", "mfa_add_webauthn", "mfa_generate_recovery_codes"])
def test_changes_of_factors_and_passwords_require_authentication(cast, name):
    if name == "mfa_generate_recovery_codes":
        TOTP.activate(cast.ada, generate_totp_secret())
    answer = signed_in(cast.ada).get(reverse(name))
    assert answer.url.startswith(reverse("account_reauthenticate"))


def test_removing_a_factor_requires_authentication(cast):
    client = signed_in(cast.nora)
    answer = client.post(reverse("mfa_deactivate_totp"))
    assert answer.url.startswith(reverse("account_reauthenticate"))
    assert Authenticator.objects.filter(user=cast.nora).exists()


def test_an_authentication_expires(cast, settings):
    client = signed_in(cast.ada)
    reauthenticate(client)
    session = client.session
    records = session["account_authentication_methods"]
    long_ago = timedelta(seconds=settings.ACCOUNT_REAUTHENTICATION_TIMEOUT + 1).total_seconds()
    records[-1]["at"] -= long_ago
    session["account_authentication_methods"] = records
    session.save()
    path = reverse("remove_member", args=[cast.association.pk, cast.ben.pk])
    assert client.post(path).status_code == 302
