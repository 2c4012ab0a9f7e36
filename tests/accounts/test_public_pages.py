"""The public pages are open to nobody in particular, ask nothing of the database, and speak two languages."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

PAGES = ["landing", "glossary", "accessibility", "personal_data", "processing"]


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("name", PAGES)
@pytest.mark.django_db
def test_a_public_page_makes_no_query(
    client: Client, django_assert_num_queries: Any, name: str, language: str
) -> None:
    with django_assert_num_queries(0):
        page = client.get(reverse(name), headers={"accept-language": language})
    assert page.status_code == 200
    assert f'<html lang="{language}">' in page.text


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.django_db
def test_a_public_page_is_only_read(client: Client, name: str) -> None:
    assert client.post(reverse(name)).status_code == 405


@pytest.mark.django_db
def test_the_landing_page_links_to_three_portals(client: Client) -> None:
    page = client.get(reverse("landing"))
    for name in ("register_association", "register_company", "account_login"):
        assert f'href="{reverse(name)}"' in page.text


@pytest.mark.django_db
def test_the_language_is_chosen_by_a_form_and_one_stays_on_the_page(client: Client) -> None:
    answer = client.post(reverse("set_language"), {"language": "en", "next": "/glossaire/"})
    assert (answer.status_code, answer["Location"]) == (302, "/glossaire/")
    assert '<html lang="en">' in client.get("/glossaire/").text


@pytest.mark.django_db
def test_the_choice_of_a_language_redirects_to_no_other_site(client: Client) -> None:
    answer = client.post(reverse("set_language"), {"language": "en", "next": "https://example.org/"})
    assert answer["Location"] == "/"


@pytest.mark.django_db
def test_a_link_does_not_change_the_language(client: Client) -> None:
    assert client.get(reverse("set_language")).status_code == 302


@pytest.mark.parametrize(
    ("address", "expected"), [("", "n’a pas encore donné"), ("dpo@example.org", "mailto:dpo@example.org")]
)
@pytest.mark.django_db
def test_a_missing_contact_address_is_mentioned(
    client: Client, settings: Any, address: str, expected: str
) -> None:
    settings.CONTACT_ADDRESS = address
    assert expected in client.get(reverse("personal_data")).text


# What other editions of the house will bring, and this one does not.
PROMISES = ["enveloppe", "double oui", "baromètre", "sceller ses", "juriste", "quarante"]


@pytest.mark.parametrize("name", ["landing", "accessibility"])
@pytest.mark.django_db
def test_nothing_is_promised_that_is_not_there(client: Client, name: str) -> None:
    text = client.get(reverse(name)).text.lower()
    assert [promise for promise in PROMISES if promise in text] == []


@pytest.mark.django_db
def test_untested_assistive_technology_is_mentioned(client: Client) -> None:
    page = client.get(reverse("accessibility")).text
    for untried in ("clavier seul", "sans JavaScript, et sur papier", "Firefox", "Lecteurs d’écran"):
        assert page.index(untried) > page.index("signer sans JavaScript")
    assert page.count("Pas encore") == 4


@pytest.mark.django_db
def test_what_is_not_certain_is_marked(client: Client) -> None:
    assert client.get(reverse("personal_data")).text.count("à vérifier") >= 10


@pytest.mark.django_db
def test_the_demonstration_says_that_nothing_is_real(client: Client, settings: Any) -> None:
    warning = "rien de ce que vous voyez ici n’est réel"
    assert warning not in client.get(reverse("landing")).text
    settings.DEMONSTRATION = True
    assert warning in client.get(reverse("landing")).text
