"""Each error page says what happened and what to do, and stands when little else does."""

import pytest
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.utils import translation
from django.views import defaults


@pytest.mark.parametrize("name", ["400.html", "500.html"])
@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_bare_page_needs_no_request_no_context_and_no_database(name: str, language: str) -> None:
    with translation.override(language):
        html = render_to_string(name)
    assert f'<html lang="{language}">' in html
    assert 'href="/static/built/site.css"' in html


def test_a_failure_answers_500(rf: RequestFactory) -> None:
    answer = defaults.server_error(rf.get("/"))
    assert answer.status_code == 500
    assert "Panne de notre côté" in answer.content.decode()


def test_an_unreadable_request_answers_400(rf: RequestFactory) -> None:
    answer = defaults.bad_request(rf.get("/"), Exception())
    assert answer.status_code == 400
    assert "Rien n’a été enregistré" in answer.content.decode()


@pytest.mark.django_db
def test_a_missing_page_and_a_forbidden_one_look_the_same(client: Client) -> None:
    answer = client.get("/nulle-part/")
    assert answer.status_code == 404
    assert "ce dossier n’existe pas, ou il n’est pas ouvert à votre compte." in answer.text


@pytest.fixture
def nobodys_request(rf: RequestFactory) -> HttpRequest:
    return rf.get("/")


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("Demandez à Claire Desbois.", "Demandez à Claire Desbois."),
        ("", "Votre compte permet de lire cette page, mais pas de faire cette action."),
    ],
)
def test_a_refusal_says_who_may_act(nobodys_request: HttpRequest, message: str, expected: str) -> None:
    answer = defaults.permission_denied(nobodys_request, PermissionDenied(message))
    assert answer.status_code == 403
    assert expected in answer.content.decode()


@pytest.mark.django_db
def test_a_form_without_its_token_is_refused_with_a_reason() -> None:
    answer = Client(enforce_csrf_checks=True).post("/langue/", {"language": "en"})
    assert answer.status_code == 403
    assert "Formulaire non reconnu" in answer.text
