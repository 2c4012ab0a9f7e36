"""A form posted after the end of a session is kept for its account, shown to it alone, and sent again by a press."""

from __future__ import annotations

import re

import pytest
from django.core import signing
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts.forms import unsent
from accounts.forms.unsent import OWNER_FIELD, owner_mark
from associations.forms import AssociationProfileForm
from tests.cast import assemble_cast
from tests.make import NOON

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
FROM_HERE = {"origin": "http://testserver", "referer": "http://testserver/association/profil/"}
TEXT = "Nous aidons les personnes malades et leurs proches."


@pytest.fixture
def cast():
    return assemble_cast(NOON)


def sign_in(client, user):
    client.force_login(user, backend=BACKEND)


def open_form(client, address):
    """Return the hidden fields that the page of a form contains."""
    page = client.get(address).text
    main = page[page.index("<main") :]
    return {
        name: re.search(rf'name="{name}" value="([^"]+)"', main).group(1)
        for name in ("csrfmiddlewaretoken", OWNER_FIELD)
    }


def ended_session(cast, **options):
    """Return a browser in which Ada opened her profile, with the hidden fields, after the end of her session."""
    client = Client(**options)
    sign_in(client, cast.ada)
    hidden = open_form(client, reverse("associations:profile"))
    del client.cookies["sessionid"]
    return client, {**hidden, "purpose": TEXT, "website": "", "password": "never-kept"}


def resent(page):
    """Return the address and the fields of the form that sends what was kept."""
    form = re.search(
        r'<form method="post" action="([^"]+)">(?:(?!</form>).)*name="unsent_form".*?</form>', page, re.DOTALL
    )
    fields = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form.group(0))
    return form.group(1), dict(fields)


class TestAfterTheEndOfASession:
    def test_the_text_is_offered_after_the_next_sign_in_and_saved_by_a_press(self, cast):
        client, data = ended_session(cast, enforce_csrf_checks=True)
        profile = reverse("associations:profile")
        answer = client.post(profile, data, headers=FROM_HERE)
        assert answer.status_code == 302
        assert answer.url == f"{reverse('account_login')}?next=%2Fcompte%2Ftextes-non-envoyes%2F"
        assert "conservé une heure" in client.get(answer.url).text
        sign_in(client, cast.ada)
        page = client.get(reverse("unsent_forms")).text
        assert TEXT in page
        assert str(AssociationProfileForm.labels["purpose"]) in page
        assert "never-kept" not in page
        address, fields = resent(page)
        assert address == profile
        cast.association.refresh_from_db()
        assert cast.association.purpose != TEXT
        answer = client.post(address, {**fields, "member_count": "12", "volunteer_hours": "3"})
        assert answer.status_code == 303
        cast.association.refresh_from_db()
        assert cast.association.purpose == TEXT
        assert TEXT not in client.get(reverse("unsent_forms")).text

    def test_home_leads_to_it_whatever_the_way_of_the_sign_in(self, cast):
        client, data = ended_session(cast)
        client.post(reverse("associations:profile"), data, headers=FROM_HERE)
        sign_in(client, cast.ada)
        assert client.get(reverse("home")).url == reverse("unsent_forms")
        identifier = resent(client.get(reverse("unsent_forms")).text)[1]["unsent_form"]
        client.post(reverse("drop_unsent_form", args=[identifier]))
        assert client.get(reverse("home")).url == reverse("associations:home")

    def test_another_account_sees_nothing_of_it(self, cast):
        client, data = ended_session(cast)
        client.post(reverse("associations:profile"), data, headers=FROM_HERE)
        sign_in(client, cast.ben)
        page = client.get(reverse("unsent_forms")).text
        assert TEXT not in page
        assert "Aucun texte en attente" in page
        assert client.get(reverse("home")).url == reverse("associations:home")

    def test_it_is_encrypted_and_only_this_browser_has_the_key(self, cast, monkeypatch):
        client, data = ended_session(cast)
        client.post(reverse("associations:profile"), data, headers=FROM_HERE)
        cookie = client.cookies[unsent.COOKIE]
        assert cookie["httponly"]
        assert cookie["max-age"] == 3600
        stored = [cache.get(f"unsent-form:{identifier}") for identifier, _key in keys(cookie.value)]
        assert all(content and TEXT.encode() not in content for content in stored)
        elsewhere = Client()
        sign_in(elsewhere, cast.ada)
        assert TEXT not in elsewhere.get(reverse("unsent_forms")).text

    @pytest.mark.parametrize(
        "headers",
        [
            {"origin": "https://evil.example"},
            {"origin": "http://testserver", "sec-fetch-site": "cross-site"},
            {"origin": "null"},
            {},
        ],
    )
    def test_nothing_is_kept_of_what_another_site_sends(self, cast, headers):
        client, data = ended_session(cast)
        answer = client.post(reverse("associations:profile"), data, headers=headers)
        assert answer.status_code == 302
        assert unsent.COOKIE not in client.cookies

    def test_nothing_is_kept_without_the_mark_of_an_account(self, cast):
        client, data = ended_session(cast)
        client.post(reverse("associations:profile"), {**data, OWNER_FIELD: ""}, headers=FROM_HERE)
        assert unsent.COOKIE not in client.cookies

    def test_several_texts_wait_together(self, cast):
        client, data = ended_session(cast)
        for number in range(2):
            text = {**data, "purpose": f"Texte numéro {number}"}
            client.post(reverse("associations:profile"), text, headers=FROM_HERE)
        sign_in(client, cast.ada)
        page = client.get(reverse("unsent_forms")).text
        assert "Texte numéro 0" in page
        assert "Texte numéro 1" in page

    def test_an_address_of_forms_leads_to_its_page_after_sign_in(self, cast):
        client = Client()
        sign_in(client, cast.ada)
        answer = client.get(reverse("confirm_links", args=[cast.association.pk]))
        assert answer.status_code == 302
        assert answer.url == reverse("interests", args=[cast.association.pk])

    def test_an_autosave_says_so_in_the_page(self, cast):
        client, data = ended_session(cast)
        answer = client.post(
            reverse("associations:profile"), data, headers={**FROM_HERE, "hx-request": "true"}
        )
        assert answer.status_code == 422
        assert answer["HX-Retarget"] == "#session-end"
        assert "Votre texte reste ici" in answer.text
        assert 'id="session-end"' in client.get("/").text


class TestAPageThatIsTooOld:
    def test_shows_the_text_to_the_account_that_opened_it(self, cast):
        client, data = ended_session(cast, enforce_csrf_checks=True)
        sign_in(client, cast.ada)
        client.cookies["csrftoken"] = "a" * 32
        answer = client.post(reverse("associations:profile"), data, headers=FROM_HERE)
        assert answer.status_code == 403
        assert TEXT in answer.text
        assert "never-kept" not in answer.text
        address, fields = resent(answer.text)
        fields |= {"member_count": "12", "volunteer_hours": "3"}
        assert client.post(address, fields).status_code == 303

    def test_shows_nothing_to_another_account(self, cast):
        client, data = ended_session(cast, enforce_csrf_checks=True)
        sign_in(client, cast.ben)
        client.cookies["csrftoken"] = "a" * 32
        answer = client.post(reverse("associations:profile"), data, headers=FROM_HERE)
        assert answer.status_code == 403
        assert TEXT not in answer.text

    def test_keeps_the_text_when_nobody_is_signed_in(self, cast):
        client, data = ended_session(cast, enforce_csrf_checks=True)
        client.cookies["csrftoken"] = "a" * 32
        answer = client.post(reverse("associations:profile"), data, headers=FROM_HERE)
        assert answer.status_code == 302
        sign_in(client, cast.ada)
        assert TEXT in client.get(reverse("unsent_forms")).text

    def test_shows_nothing_that_another_site_sent(self, cast):
        client, data = ended_session(cast, enforce_csrf_checks=True)
        sign_in(client, cast.ada)
        answer = client.post(
            reverse("associations:profile"), data, headers={"origin": "https://evil.example"}
        )
        assert answer.status_code == 403
        assert TEXT not in answer.text


def keys(value):
    return signing.loads(value, salt="accounts.unsent_forms")


def test_the_mark_of_an_account_is_not_its_key(cast):
    assert str(cast.ada.pk) not in owner_mark(cast.ada)
    assert owner_mark(cast.ada) != owner_mark(cast.ben)
