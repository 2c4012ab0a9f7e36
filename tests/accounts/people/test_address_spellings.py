"""One address has one spelling, wherever it is typed: two spellings are one person."""

from __future__ import annotations

from email import message_from_bytes

import pytest
from django.core.mail import EmailMessage
from django.urls import reverse

from accounts.models import Invitation, User
from accounts.people.actions import account, memberships
from accounts.people.forms import InvitationForm
from tests.accounts.people.test_memberships import REFERENT, invite
from tests.cast import PASSWORD, create_person

pytestmark = pytest.mark.django_db


def canonical_guest(email):
    form = InvitationForm({"full_name": "Eve Autre", "email": email, "is_referent": "on"})
    assert form.is_valid(), form.errors
    return form.guest()


@pytest.mark.parametrize(
    "typed", ["Eve@Theatre.example\u200b", "\ufeffeve@theatre.example", "eve@theatre\u00ad.example"]
)
def test_an_invitation_to_an_address_with_an_unseen_sign_is_accepted(cast, at, typed):
    invitation = invite(cast, at=at, guest=canonical_guest(typed))
    assert invitation.email == "eve@theatre.example"
    eve = create_person("Eve Autre")
    assert memberships.accept_invitation(token=invitation.token, user=eve, at=at).user == eve


def test_an_invitation_stored_before_with_an_unseen_sign_is_accepted_too(cast, at):
    invitation = invite(cast, at=at)
    Invitation.objects.filter(pk=invitation.pk).update(email="eve@theatre.example\u200b")
    eve = create_person("Eve Autre")
    assert memberships.accept_invitation(token=invitation.token, user=eve, at=at).user == eve


def test_two_spellings_of_a_domain_invite_one_person(cast, at):
    ascii_domain = "exämple.example".encode("idna").decode()
    invite(cast, at=at, guest=canonical_guest(f"eve@{ascii_domain}"))
    with pytest.raises(memberships.AlreadyInvited):
        invite(cast, at=at, guest=canonical_guest("eve@EXA\u0308MPLE.example"), roles=REFERENT)


def test_a_person_signs_in_by_either_spelling(client):
    person = account.create_account(email="zoe@exämple.example", full_name="Zoé", password=PASSWORD)
    ascii_domain = "exämple.example".encode("idna").decode()
    for typed in (f"zoe@{ascii_domain}", "Zoe@EXÄMPLE.example", "zoe@exa\u0308mple.example\u200b"):
        answer = client.post(reverse("account_login"), {"login": typed, "password": PASSWORD})
        assert answer.status_code == 302, typed
        assert client.session["_auth_user_id"] == str(person.pk)
        client.logout()
    assert User.objects.filter(email__startswith="zoe@").count() == 1


def test_a_mail_leaves_to_the_ascii_form_of_the_domain():
    mail = EmailMessage(subject="x", body="y", to=["zoe@exämple.example"]).message().as_bytes()
    assert "exämple.example".encode("idna") in message_from_bytes(mail)["To"].encode()
