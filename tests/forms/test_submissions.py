"""What the second press of a button gets, and what is a new submission."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import include, path, reverse

from accounts.models import Document, FormSubmission, Membership, User
from accounts.pages.session import reader, see_other
from accounts.people.actions.submissions import LIFETIME
from partnerships.models import Brief, Partnership
from tests import files, make
from tests.cast import Cast, assemble_cast
from tests.forms.page_forms import forms_of

OPEN_CASE = "/passeur/dossiers/nouveau/"


def failing_page(request: HttpRequest) -> HttpResponse:
    User.objects.filter(pk=reader(request).pk).update(full_name=request.POST["name"])
    if request.POST["name"] == "failure":
        raise LookupError
    return see_other("home")


urlpatterns = [path("failing/", failing_page), path("", include("lucky_link.urls"))]


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def token_of(client: Client, page: str) -> str:
    """Return the one-time token of the forms of a page, rendered anew."""
    return next(forms_of(client.get(page), page)).fields["csrfmiddlewaretoken"][0]


def case_data(cast: Cast, token: str, title: str = "Voyager") -> dict[str, Any]:
    return {
        "csrfmiddlewaretoken": token,
        "title": title,
        "associations": [cast.association.pk],
        "companies": [cast.company.pk],
    }


def message_texts(response: Any) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def shown(client: Client, address: str) -> str:
    return " ".join(client.get(address, follow=True).text.split())


@pytest.fixture
def cast(db: None) -> Cast:
    return assemble_cast(make.NOON)


@pytest.mark.django_db
class TestSecondPress:
    def test_opens_no_second_case_and_gives_the_first_one(self, cast):
        nora = signed_in(cast.nora)
        data = case_data(cast, token_of(nora, OPEN_CASE))
        first, second = nora.post(OPEN_CASE, data), nora.post(OPEN_CASE, data)
        assert Partnership.objects.count() == 1
        assert (second.status_code, second["Location"]) == (303, first["Location"])
        assert message_texts(second) == message_texts(first)

    def test_says_its_message_once(self, cast):
        ada = signed_in(cast.ada)
        page = reverse("associations:finances")
        year = {"year": "2024", "income": "1000", "industry": "10"}
        data = {"csrfmiddlewaretoken": token_of(ada, page), **year}
        ada.post(page, data)
        result = ada.post(page, data)
        assert shown(ada, result["Location"]).count("Année enregistrée") == 1

    def test_of_an_earlier_day_says_that_nothing_was_done_again(self, cast):
        nora = signed_in(cast.nora)
        data = case_data(cast, token_of(nora, OPEN_CASE))
        first = nora.post(OPEN_CASE, data)
        FormSubmission.objects.update(submitted_at=make.ago() - timedelta(hours=2))
        second = nora.post(OPEN_CASE, data)
        assert Partnership.objects.count() == 1
        assert second["Location"] == first["Location"]
        assert any("Rien n’a été fait deux fois" in text for text in message_texts(second))
        FormSubmission.objects.update(submitted_at=make.ago() - LIFETIME)
        nora.post(OPEN_CASE, data)
        assert Partnership.objects.count() == 2

    def test_with_the_same_file_stores_one_document(self, cast):
        ada, page = signed_in(cast.ada), reverse("documents", args=[cast.association.pk])
        token = token_of(ada, page)
        for title in ("Statuts", "Statuts", "Statuts modifiés"):
            upload = SimpleUploadedFile("statuts.pdf", files.pdf(title), "application/pdf")
            ada.post(page, {"csrfmiddlewaretoken": token, "kind": "statutes", "file": upload})
        assert Document.objects.filter(organisation=cast.association).count() == 2


@pytest.mark.django_db
class TestNewSubmission:
    def test_is_other_data_from_the_same_page(self, cast):
        nora = signed_in(cast.nora)
        token = token_of(nora, OPEN_CASE)
        for title in ("Voyager", "Respirer", "Voyager"):
            nora.post(OPEN_CASE, case_data(cast, token, title))
        assert Partnership.objects.count() == 3

    def test_is_the_same_data_from_a_page_opened_again(self, cast):
        nora = signed_in(cast.nora)
        for _press in range(2):
            nora.post(OPEN_CASE, case_data(cast, token_of(nora, OPEN_CASE)))
        assert Partnership.objects.count() == 2

    def test_is_the_same_form_of_somebody_else(self, cast):
        nora, oscar = signed_in(cast.nora), signed_in(cast.oscar)
        data = case_data(cast, token_of(nora, OPEN_CASE))
        nora.post(OPEN_CASE, data)
        oscar.post(OPEN_CASE, data)
        assert Partnership.objects.count() == 2

    def test_may_follow_errors_of_the_form(self, cast):
        nora = signed_in(cast.nora)
        token = token_of(nora, OPEN_CASE)
        assert nora.post(OPEN_CASE, case_data(cast, token, "")).status_code == 422
        assert FormSubmission.objects.count() == 0
        assert nora.post(OPEN_CASE, case_data(cast, token)).status_code == 303

    def test_may_follow_a_refusal_that_redirects(self, cast):
        ada, page = signed_in(cast.ada), reverse("partnerships:briefs")
        token = token_of(ada, page)
        Membership.objects.filter(user=cast.ada).update(is_referent=False, is_administrator=False)
        data = {"csrfmiddlewaretoken": token, "for_organisation": cast.association.pk}
        assert ada.post(reverse("partnerships:start_brief"), data)["Location"] == page
        Membership.objects.filter(user=cast.ada).update(is_referent=True, is_administrator=True)
        ada.post(reverse("partnerships:start_brief"), data)
        assert Brief.objects.filter(organisation=cast.association).count() == 1

    @pytest.mark.urls(__name__)
    def test_may_follow_a_failure_which_leaves_nothing(self, cast):
        ada = signed_in(cast.ada)
        ada.raise_request_exception = False
        data = {"csrfmiddlewaretoken": token_of(ada, reverse("preferences")), "name": "failure"}
        assert ada.post("/failing/", data).status_code == 500
        assert User.objects.get(pk=cast.ada.pk).full_name == cast.ada.full_name
        assert FormSubmission.objects.count() == 0
        assert ada.post("/failing/", {**data, "name": "Ada"}).status_code == 303

    def test_is_a_switch_to_another_organisation(self, cast):
        """It changes the session alone, which another page may have changed since."""
        add_to_company(cast)
        ada = signed_in(cast.ada)
        switch, token = reverse("switch_organisation"), token_of(ada, reverse("preferences"))
        for _turn in range(2):
            ada.post(switch, {"csrfmiddlewaretoken": token, "organisation": cast.company.pk})
            assert ada.session["organisation"] == str(cast.company.pk)
            ada.post(switch, {"organisation": cast.association.pk})
            assert ada.session["organisation"] == str(cast.association.pk)


def add_to_company(cast: Cast) -> None:
    Membership.objects.create(
        user=cast.ada, organisation=cast.company, is_administrator=True, joined_at=make.NOON
    )


@pytest.mark.django_db
def test_what_was_typed_is_not_stored(cast):
    nora = signed_in(cast.nora)
    nora.post(OPEN_CASE, case_data(cast, token_of(nora, OPEN_CASE), "Un titre reconnaissable"))
    stored = FormSubmission.objects.values_list()
    assert "reconnaissable" not in str(list(stored))


@pytest.mark.django_db(transaction=True)
def test_eight_presses_at_once_open_one_case():
    cast = assemble_cast(make.NOON)
    nora = signed_in(cast.nora)
    data = case_data(cast, token_of(nora, OPEN_CASE))
    start = Barrier(8)

    def press(_number: int) -> tuple[int, str]:
        client = Client()
        client.cookies.load({name: morsel.value for name, morsel in nora.cookies.items()})
        start.wait(timeout=20)
        try:
            response = client.post(OPEN_CASE, data)
            return response.status_code, response["Location"]
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = set(pool.map(press, range(8)))
    assert Partnership.objects.count() == 1
    assert answers == {(303, reverse("partnerships:scoping", args=[Partnership.objects.get().reference]))}
