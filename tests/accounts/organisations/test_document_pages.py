"""The papers of an organisation through its pages: who reads, who brings, what is given and how."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Document
from tests import files
from tests.accounts.forms.odd_inputs import words
from tests.cast import ARRIVAL, assemble_cast

pytestmark = pytest.mark.django_db
KINDS = st.one_of(st.sampled_from(["statutes", "receipt", "accounts", "kbis", "power", ""]), words)


@pytest.fixture
def cast(db):
    return assemble_cast(ARRIVAL)


@pytest.fixture
def ada(cast):
    return signed_in(cast.ada)


def signed_in(person):
    client = Client()
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def place(cast, *args):
    return reverse("document" if args else "documents", args=[cast.association.pk, *args])


def send(client, cast, name="statuts.pdf", content=None, **fields):
    file = SimpleUploadedFile(name, files.pdf() if content is None else content)
    return client.post(place(cast), {"kind": "statutes", "file": file, **fields})


def test_an_administrator_adds_a_document_and_every_member_reads_it(cast, ada):
    assert send(ada, cast, "../../Statuts 🫁 2026.pdf").status_code == 303
    paper = Document.objects.get()
    assert (paper.name, paper.content_type) == ("Statuts 2026.pdf", "application/pdf")
    for who in ("ada", "ben", "nora"):
        client = signed_in(getattr(cast, who))
        assert "Statuts 2026.pdf" in client.get(place(cast)).content.decode()
        answer = client.get(place(cast, paper.pk))
        assert answer.content == files.pdf()


def test_a_document_is_served_as_a_download(cast, ada):
    paper = files.paper(cast.association, cast.ada, title="Été", at=datetime.now(UTC))
    answer = ada.get(place(cast, paper.pk))
    assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["Content-Type"] == "application/pdf"


@pytest.mark.parametrize("who", ["carla", "mallory", "root"])
def test_a_document_is_not_found_by_a_stranger(cast, who):
    paper = files.paper(cast.association, cast.ada, at=datetime.now(UTC))
    client = signed_in(getattr(cast, who))
    assert client.get(place(cast)).status_code == 404
    assert client.get(place(cast, paper.pk)).status_code == 404


def test_a_document_is_not_found_under_another_organisation(cast):
    paper = files.paper(cast.association, cast.ada, at=datetime.now(UTC))
    path = reverse("document", args=[cast.company.pk, paper.pk])
    assert signed_in(cast.carla).get(path).status_code == 404
    assert signed_in(cast.nora).get(path).status_code == 404


def test_a_file_is_stored_outside_the_served_directories_under_a_random_name(cast, settings):
    paper = files.paper(cast.association, cast.ada, at=datetime.now(UTC))
    stored_path = paper.file.path
    assert stored_path.startswith(str(settings.STORAGES["default"]["OPTIONS"]["location"]))
    assert not stored_path.startswith(str(settings.STATIC_ROOT))
    assert "Statuts" not in stored_path


def test_a_refused_document_shows_the_reason_and_keeps_the_choices(cast, ada):
    tomorrow = (datetime.now(UTC) + timedelta(days=9)).date().isoformat()
    answer = send(ada, cast, content=b"<!doctype html><p>", kind="receipt", expires_date=tomorrow)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "est une page web" in page
    assert '<option value="receipt" selected>' in page
    assert f'value="{tomorrow}"' in page
    yesterday = (datetime.now(UTC) - timedelta(days=2)).date().isoformat()
    assert "n’est plus valable" in send(ada, cast, expires_date=yesterday).content.decode()
    assert (
        "Choisissez le fichier"
        in ada.post(place(cast), {"kind": "statutes", "drop_file": "on"}).content.decode()
    )


def test_a_damaged_file_is_reported(cast, ada):
    paper = files.paper(cast.association, cast.ada, at=datetime.now(UTC))
    paper.file.storage.delete(paper.file.name)
    answer = ada.get(place(cast, paper.pk), follow=True)
    assert "a été modifié depuis son ajout" in answer.content.decode()


def test_a_file_over_ten_megabytes_is_refused_in_the_form(cast, ada):
    answer = send(ada, cast, content=b"%PDF-" + bytes(10 * 1024 * 1024))
    assert answer.status_code == 422
    assert "dépasse 10 Mo" in answer.content.decode()


def test_a_much_larger_file_is_refused_in_the_form_which_keeps_what_was_typed(cast, ada):
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).date().isoformat()
    answer = send(ada, cast, content=b"%PDF-" + bytes(20 * 1024 * 1024), expires_date=tomorrow)
    assert answer.status_code == 422
    assert "dépasse 10 Mo" in answer.text
    assert f'value="{tomorrow}"' in answer.text


class TestAFileThatWaits:
    """A file that was accepted need not be chosen again while another field is corrected."""

    @pytest.fixture
    def refused(self, cast, ada):
        answer = send(ada, cast, expires_date="hier")
        assert answer.status_code == 422
        return answer

    def test_it_is_shown_and_stored_with_the_corrected_form(self, cast, ada, refused):
        assert "Fichier déjà reçu" in refused.text
        assert ada.post(place(cast), {"kind": "statutes", "expires_date": ""}).status_code == 303
        assert cast.association.documents.get().name in refused.text
        assert "Fichier déjà reçu" not in ada.get(place(cast)).text

    def test_it_is_removed_on_request(self, cast, ada, refused):
        answer = ada.post(place(cast), {"kind": "statutes", "drop_file": "on"})
        assert answer.status_code == 422
        assert "Fichier déjà reçu" not in answer.text
        assert not cast.association.documents.exists()

    def test_another_session_does_not_get_it(self, cast, refused):
        other = Client()
        other.force_login(cast.ada, backend="allauth.account.auth_backends.AuthenticationBackend")
        assert other.post(place(cast), {"kind": "statutes"}).status_code == 422
        assert not cast.association.documents.exists()


def test_a_request_over_the_limit_is_refused_unread(cast, ada):
    answer = ada.post(
        place(cast), b"x", content_type="multipart/form-data; boundary=x", CONTENT_LENGTH="90000000"
    )
    assert answer.status_code == 413
    assert "dépasse 64 Mo" in answer.content.decode()
    again = ada.post(place(cast), {"kind": "x" * 3_000_000})
    assert again.status_code == 400


def test_the_page_makes_as_many_queries_with_one_document_as_with_twenty(
    cast, ada, django_assert_max_num_queries
):
    now = datetime.now(UTC)
    for number in range(20):
        files.paper(cast.association, cast.ada, title=f"Statuts {number}", at=now)
    with django_assert_max_num_queries(9):
        ada.get(place(cast))


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    kind=KINDS,
    name=st.one_of(st.text(st.characters(codec="utf-8"), max_size=80), st.just("statuts.pdf")),
    content=st.one_of(st.binary(max_size=80), st.sampled_from([files.pdf(), files.picture(), files.EICAR])),
    day=st.one_of(words, st.dates().map(str)),
)
def test_any_upload_is_stored_or_refused(cast, ada, *, kind, name, content, day):
    file = SimpleUploadedFile("x", content)
    # The name as a browser may send it, not as Django's own class would clean it first.
    file._name = name
    answer = ada.post(place(cast), {"kind": kind, "file": file, "expires_date": day})
    assert answer.status_code in (303, 400, 413, 422)
    if answer.status_code == 422:
        assert "point" in answer.content.decode()
