"""What is typed or chosen during a registration is saved or given back, whichever button is pressed."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import Invitation, Organisation, RegistrationDraft
from accounts.registration import actions as registration
from tests import files
from tests.cast import SOUFFLE, create_person
from tests.make import NOON

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
FREE = SOUFFLE._replace(rna="W000000002", siren="")
IDENTITY_PAGE = "/association/inscription/identite/"
DOCUMENTS_PAGE = "/association/inscription/pieces/"
PEOPLE_PAGE = "/association/inscription/personnes/"


@pytest.fixture
def founder():
    return create_person("Eve Martin")


@pytest.fixture
def client(founder):
    client = Client()
    client.force_login(founder, backend=BACKEND)
    return client


@pytest.fixture
def draft(founder):
    return registration.start_registration(founder=founder, side="association", identity=FREE, at=NOON)


def statutes(content=None):
    return {"kind": "statutes", "file": SimpleUploadedFile("statuts.pdf", content or files.pdf())}


class TestTheDocuments:
    def test_continue_brings_the_chosen_file(self, client, draft):
        answer = client.post(DOCUMENTS_PAGE, {**statutes(), "next": "1"})
        assert (answer.status_code, answer.url) == (303, PEOPLE_PAGE)
        assert [each.name for each in draft.documents.all()] == ["statuts.pdf"]

    def test_later_brings_the_chosen_file(self, client, draft):
        answer = client.post(DOCUMENTS_PAGE, {**statutes(), "later": "1"})
        assert (answer.status_code, answer.url) == (303, reverse("landing"))
        assert [each.name for each in draft.documents.all()] == ["statuts.pdf"]

    @pytest.mark.parametrize("button", ["next", "later"])
    def test_a_refused_file_is_said(self, client, draft, button):
        answer = client.post(DOCUMENTS_PAGE, {**statutes(b"not a document"), button: "1"})
        assert answer.status_code == 422
        assert 'class="error"' in answer.text

    def test_continue_without_a_file_goes_on(self, client, draft):
        answer = client.post(DOCUMENTS_PAGE, {"kind": "statutes", "expires_date": "", "next": "1"})
        assert (answer.status_code, answer.url) == (303, PEOPLE_PAGE)

    def test_a_date_without_its_file_waits_for_later(self, client, draft):
        client.post(DOCUMENTS_PAGE, {"kind": "accounts", "expires_date": "2027-01-02", "later": "1"})
        assert 'value="2027-01-02"' in client.get(DOCUMENTS_PAGE).text

    def test_all_buttons_stand_in_the_form_of_the_file(self, client, draft):
        main = client.get(DOCUMENTS_PAGE).text.partition("<main")[2]
        form = main[
            main.index('enctype="multipart/form-data"') : main.index("</form>", main.index("enctype"))
        ]
        assert 'name="next"' in form
        assert 'name="later"' in form


class TestThePeople:
    GUEST = {"full_name": "Ben Lamarre", "email": "ben@souffle.example", "is_referent": "on"}

    def test_continue_sends_the_typed_invitation(self, client, draft):
        answer = client.post(PEOPLE_PAGE, {**self.GUEST, "next": "1"})
        assert (answer.status_code, answer.url) == (303, "/association/inscription/regles/")
        assert Invitation.objects.get().email == "ben@souffle.example"

    def test_continue_says_what_an_incomplete_invitation_lacks(self, client, draft):
        answer = client.post(PEOPLE_PAGE, {"full_name": "Ben Lamarre", "email": "", "next": "1"})
        assert answer.status_code == 422
        assert 'value="Ben Lamarre"' in answer.text
        assert not Invitation.objects.exists()

    def test_later_keeps_the_invitation_unsent(self, client, draft):
        answer = client.post(PEOPLE_PAGE, {"full_name": "Ben Lamarre", "is_referent": "on", "later": "1"})
        assert (answer.status_code, answer.url) == (303, reverse("landing"))
        assert not Invitation.objects.exists()
        page = client.get(PEOPLE_PAGE).text
        assert 'value="Ben Lamarre"' in page
        client.post(PEOPLE_PAGE, self.GUEST)
        assert not RegistrationDraft.objects.exists()
        assert 'value="Ben Lamarre"' not in client.get(PEOPLE_PAGE).text


class TestTheIdentity:
    INCOMPLETE = {"name": "Souffle", "city": "", "kind": "rna", "rna": "W00", "purpose": "Aider."}

    def test_later_saves_an_incomplete_step(self, client):
        answer = client.post(IDENTITY_PAGE, {**self.INCOMPLETE, "later": ""})
        assert (answer.status_code, answer.url) == (303, reverse("landing"))
        assert not Organisation.objects.exists()

    def test_it_is_given_back_after_the_next_sign_in(self, client, founder):
        client.post(IDENTITY_PAGE, {**self.INCOMPLETE, "later": ""})
        later = Client()
        later.force_login(founder, backend=BACKEND)
        assert later.get(reverse("home")).url == IDENTITY_PAGE
        page = later.get(IDENTITY_PAGE).text
        assert 'value="Souffle"' in page
        assert 'value="W00"' in page
        assert "Aider." in page

    def test_it_is_deleted_once_the_step_is_complete(self, client):
        client.post(IDENTITY_PAGE, {**self.INCOMPLETE, "later": ""})
        complete = {**self.INCOMPLETE, "city": "Lyon", "rna": "W000000002"}
        assert client.post(IDENTITY_PAGE, complete).url == DOCUMENTS_PAGE
        assert not RegistrationDraft.objects.exists()

    def test_another_person_sees_nothing_of_it(self, client):
        client.post(IDENTITY_PAGE, {**self.INCOMPLETE, "later": ""})
        other = Client()
        other.force_login(create_person("Zoé Petit"), backend=BACKEND)
        assert 'value="Souffle"' not in other.get(IDENTITY_PAGE).text


def test_a_password_stays_when_another_field_fails(db):
    client = Client()
    client.get(reverse("register_association"))
    answer = client.post(
        reverse("account_signup"),
        {"full_name": "", "email": "eve@souffle.example", "password1": "une longue phrase", "language": "fr"},
    )
    assert "no-store" in answer["Cache-Control"]
    assert 'value="une longue phrase"' in answer.text
