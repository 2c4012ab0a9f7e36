"""Pages are compressed, unless a secret and words of an attacker may stand in them together (BREACH)."""

from __future__ import annotations

import gzip
import re

import pytest
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse

from accounts.pages.responses import CompressionMiddleware
from tests import files
from tests.cast import Cast, assemble_cast
from tests.make import NOON

pytestmark = pytest.mark.django_db
ACCEPTING = {"accept-encoding": "gzip, deflate, br"}
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
TOKENS = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]+"')


@pytest.fixture
def cast() -> Cast:
    return assemble_cast(NOON)


@pytest.fixture
def ada(client: Client, cast: Cast) -> Client:
    client.force_login(cast.ada, backend=BACKEND)
    return client


def test_a_public_page_is_compressed(client: Client) -> None:
    plain = client.get(reverse("landing"))
    answer = client.get(reverse("landing"), headers=ACCEPTING)
    assert "Content-Encoding" not in plain
    assert answer["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in answer["Vary"]
    assert int(answer["Content-Length"]) == len(answer.content) < len(plain.content) / 2
    page = gzip.decompress(answer.content)
    assert TOKENS.sub(b"", page) == TOKENS.sub(b"", plain.content)


def test_a_page_of_a_person_is_compressed_when_its_address_says_nothing_of_its_own(ada: Client) -> None:
    answer = ada.get(reverse("associations:home"), headers=ACCEPTING)
    assert (answer.status_code, answer["Content-Encoding"]) == (200, "gzip")


@pytest.mark.parametrize("path", ["/association/?q=secret", "/nulle-part/secret/"])
def test_no_page_of_a_person_with_words_of_its_address_is_compressed(ada: Client, path: str) -> None:
    answer = ada.get(path, headers=ACCEPTING)
    assert len(answer.content) > 1000
    assert "Content-Encoding" not in answer


def test_an_answer_to_a_form_is_not_compressed(client: Client) -> None:
    answer = client.post(reverse("account_login"), {"login": "secret"}, headers=ACCEPTING)
    assert (answer.status_code, "secret" in answer.text) == (200, True)
    assert "Content-Encoding" not in answer


def test_the_length_of_a_page_varies(client: Client) -> None:
    lengths = {len(client.get(reverse("glossary"), headers=ACCEPTING).content) for _page in range(12)}
    assert len(lengths) > 3


def test_a_document_leaves_as_it_is(ada: Client, cast: Cast) -> None:
    document = files.paper(cast.association, cast.ada, at=NOON)
    path = reverse("document", args=[cast.association.pk, document.pk])
    answer = ada.get(path, headers=ACCEPTING)
    assert answer.status_code == 200
    assert "Content-Encoding" not in answer


@pytest.mark.parametrize("kind", [StreamingHttpResponse, FileResponse])
def test_a_stream_stays_one(rf: RequestFactory, kind: type[StreamingHttpResponse]) -> None:
    def respond(_request: HttpRequest) -> StreamingHttpResponse:
        return kind([b"line\n"] * 1000, content_type="text/plain")

    answer = CompressionMiddleware(respond)(rf.get("/", headers=ACCEPTING))
    assert answer.streaming
    assert "Content-Encoding" not in answer


def test_a_validator_of_compressed_bytes_is_weak(rf: RequestFactory) -> None:
    def respond(_request: HttpRequest) -> HttpResponse:
        return HttpResponse("word " * 1000, content_type="text/html", headers={"ETag": '"one"'})

    answer = CompressionMiddleware(respond)(rf.get("/", headers=ACCEPTING))
    assert (answer["Content-Encoding"], answer["ETag"]) == ("gzip", 'W/"one"')
