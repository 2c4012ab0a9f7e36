"""Changing the address of an account, as its owner does it and as a thief would try."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import AddressChange, User
from outbox.models import Message
from tests.cast import PASSWORD, create_person, reauthenticate

pytestmark = pytest.mark.django_db
NEW = "ada.neuve@theatre.example"


@pytest.fixture
def ada(db):
    return create_person("Ada Vernet")


@pytest.fixture
def own(ada):
    client = Client()
    client.force_login(ada)
    reauthenticate(client)
    return client


def request_change(client, new=NEW):
    """Ask for the new address and prove it by the code sent there."""
    answer = client.post(reverse("account_email"), {"email": new, "action_add": ""})
    assert answer.url == reverse("account_email_verification_sent")
    code = Message.objects.get(kind="account-mail", facts__address=new).facts["code"]
    return client.post(answer.url, {"code": code}, follow=True)


def email_of(person):
    return User.objects.get(pk=person.pk).email


def test_a_code_alone_does_not_change_the_address_and_the_page_says_so(own, ada):
    page = re.sub(r"\s+", " ", request_change(own).content.decode())
    assert "Ouvrez maintenant le lien envoyé à ada@theatre.example" in page
    assert NEW in page
    assert email_of(ada) == "ada@theatre.example"


def test_a_confirmation_from_the_current_address_changes_it(own, ada):
    request_change(own)
    change = AddressChange.objects.get()
    stranger = Client()
    path = reverse("address_change", args=[change.token])
    assert "Confirmer la nouvelle adresse" in stranger.get(path).content.decode()
    assert email_of(ada) == "ada@theatre.example"
    assert stranger.post(path, {"confirm": ""}).status_code == 303
    assert email_of(ada) == NEW
    assert stranger.get(path).status_code == 410
    signed = Client().post(reverse("account_login"), {"login": NEW, "password": PASSWORD})
    assert signed.url == reverse("home")


def test_a_refusal_keeps_the_address_and_redirects_to_the_password(own, ada):
    request_change(own)
    path = reverse("address_change", args=[AddressChange.objects.get().token])
    answer = own.post(path, {"refuse": ""})
    assert answer.url == reverse("account_change_password")
    assert email_of(ada) == "ada@theatre.example"
    assert own.get(path).status_code == 410


def test_the_owner_cancels_a_change(own, ada):
    request_change(own)
    assert own.post(reverse("withdraw_address")).status_code == 303
    assert AddressChange.objects.get().ended_at
    assert NEW not in own.get(reverse("account_email")).content.decode()


def test_a_pending_address_neither_signs_in_nor_resets_a_password(own, ada):
    request_change(own)
    refused = Client().post(reverse("account_login"), {"login": NEW, "password": PASSWORD})
    assert refused.status_code == 200
    Client().post(reverse("account_reset_password"), {"email": NEW})
    codes = Message.objects.filter(kind="account-mail", facts__address=NEW).exclude(facts__code="")
    assert codes.count() == 1  # the one that proved the address


def test_a_change_requires_a_recent_authentication(ada):
    client = Client()
    client.force_login(ada)
    answer = client.post(reverse("account_email"), {"email": NEW, "action_add": ""})
    assert answer.url.startswith(reverse("account_reauthenticate"))
    assert not Message.objects.filter(facts__address=NEW).exists()


def test_an_address_taken_meanwhile_is_refused_with_a_reason(own, ada):
    request_change(own)
    eve = create_person("Eve Autre")
    User.objects.filter(pk=eve.pk).update(email=NEW)
    answer = Client().post(
        reverse("address_change", args=[AddressChange.objects.get().token]), {"confirm": ""}
    )
    assert answer.status_code == 422
    assert "Cette adresse ne peut pas être utilisée" in answer.content.decode()
    assert email_of(ada) == "ada@theatre.example"


def test_the_address_of_another_account_gives_the_same_page_and_no_change(own, ada):
    eve = create_person("Eve Autre")
    request_change(own, new=eve.email)
    assert not AddressChange.objects.exists()
    assert (email_of(ada), email_of(eve)) == ("ada@theatre.example", "eve@theatre.example")
