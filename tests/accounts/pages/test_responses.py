"""No page of a signed-in person is stored by browsers, and a wrong method never ends at an empty page."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import NoReverseMatch, URLResolver, get_resolver, reverse

from tests.cast import assemble_cast
from tests.make import NOON

pytestmark = pytest.mark.django_db
# For load balancers and scripts: no pages.
WITHOUT_PAGE = {"/sante/", "/robots.txt", "/favicon.ico", "/administration/jsi18n/"}
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def addresses(resolver=None, space=""):
    """Yield every address of the site that takes no argument, those of libraries included."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern, f"{space}{pattern.namespace}:" if pattern.namespace else space)
        elif pattern.name:
            try:
                yield reverse(f"{space}{pattern.name}")
            except NoReverseMatch:
                continue


@pytest.fixture
def clients():
    cast = assemble_cast(NOON)
    clients = {name: Client() for name in ("ada", "carla", "nora", "root")}
    for name, client in clients.items():
        client.force_login(getattr(cast, name), backend=BACKEND)
    return clients


@pytest.mark.queries_in_templates(reason="pages of libraries are among them")
def test_no_browser_stores_a_page_of_a_signed_in_person(clients):
    stored = []
    for address in sorted(set(addresses())):
        if address == reverse("account_logout"):
            continue
        for name, client in clients.items():
            answer = client.get(address)
            if "no-store" not in answer.get("Cache-Control", ""):
                stored.append((name, address))
    assert stored == []


def test_no_page_of_a_signed_in_person_is_stored_when_it_fails(clients):
    for path in ("/nulle-part/", reverse("broker:pipeline")):
        assert "no-store" in clients["ada"].get(path)["Cache-Control"]


def test_the_answer_to_a_form_is_not_stored_before_sign_in():
    answer = Client().post(reverse("account_login"), {"login": "ada@example.org", "password": "x"})
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.queries_in_templates(reason="pages of libraries are among them")
def test_opening_the_address_of_a_form_leads_to_a_page(clients):
    """Every address that only takes forms leads, in the end, to a page or to a refusal in words."""
    wrong = []
    for address in sorted(set(addresses()) - WITHOUT_PAGE):
        for name, client in clients.items():
            answer = client.get(address, follow=True)
            if answer.status_code not in (200, 403, 404) or b"<h1" not in answer.content:
                wrong.append((name, address, answer.status_code))
    assert wrong == []


def test_a_wrong_method_is_answered_in_words(clients):
    answer = clients["ada"].put(reverse("associations:home"))
    assert answer.status_code == 405
    assert answer["Allow"] == "GET, HEAD"
    assert "Cette adresse n’accepte pas ce type d’envoi" in answer.text
    assert f'href="{reverse("landing")}"' in answer.text or 'href="/"' in answer.text


@pytest.mark.parametrize(
    ("to", "leads_to"),
    [
        ("http://testserver/compte/preferences/", "/accueil/"),
        ("https://testserver/compte/preferences/", "https://testserver/compte/preferences/"),
        ("/compte/preferences/", "/compte/preferences/"),
        ("https://evil.example/", "/accueil/"),
    ],
)
def test_next_keeps_the_scheme(clients, to, leads_to):
    answer = clients["ada"].get(reverse("account_login"), {"next": to}, secure=True)
    assert answer.url == leads_to
