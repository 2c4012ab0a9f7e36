"""The people of a demonstration: one press to be one of them, and nothing of it elsewhere."""

import os
import subprocess
import sys

import pytest
from django.http import Http404
from django.test import RequestFactory
from django.urls import NoReverseMatch, path, reverse

from accounts import urls
from accounts.people.views import demonstration
from lucky_link.urls import urlpatterns as house
from partnerships.lifecycle import Edition
from tests import make

pytestmark = pytest.mark.django_db

urlpatterns = [
    path("demonstration/", demonstration.people, name="demonstration"),
    path("demonstration/<uuid:user_id>/", demonstration.sign_in, name="demonstration_sign_in"),
    *house,
]


@pytest.fixture
def demo(settings):
    settings.DEMONSTRATION = True
    settings.ROOT_URLCONF = __name__


def test_outside_a_demonstration_the_urls_do_not_exist(client):
    with pytest.raises(NoReverseMatch):
        reverse("demonstration")
    assert client.get("/demonstration/").status_code == 404


def test_outside_a_demonstration_the_views_refuse(cast):
    with pytest.raises(Http404):
        demonstration.people(RequestFactory().get("/"))
    with pytest.raises(Http404):
        demonstration.sign_in(RequestFactory().post("/"), user_id=cast.nora.pk)


def test_the_url_configuration_of_a_real_run_has_no_demonstration():
    assert not any("demonstration" in str(each.pattern) for each in urls.urlpatterns)


@pytest.mark.parametrize(
    ("embedded", "demo", "is_demonstration"),
    [("0", "1", "False"), ("1", "0", "False"), ("1", "1", "True")],
)
def test_only_an_embedded_run_can_be_a_demonstration(embedded, demo, is_demonstration):
    completed = subprocess.run(
        [sys.executable, "-c", "from lucky_link import settings; print(settings.DEMONSTRATION)"],
        env=os.environ | {"LUCKY_LINK_EMBEDDED": embedded, "LUCKY_LINK_DEMO": demo},
        capture_output=True,
        text=True,
        check=True,
    )
    assert completed.stdout.strip() == is_demonstration


def test_one_post_signs_in_without_a_second_factor(demo, cast, client):
    page = client.get("/demonstration/").content.decode()
    assert "Continuer comme Ada Vernet" in page
    assert "Souffle Imaginaire" in page
    answer = client.post(reverse("demonstration_sign_in", args=[cast.nora.pk]))
    assert (answer.status_code, answer.url) == (303, reverse("home"))
    assert client.get(answer.url).url == reverse("broker:pipeline")


def test_a_get_signs_nobody_in(demo, cast, client):
    assert client.get(reverse("demonstration_sign_in", args=[cast.nora.pk])).status_code == 302


def test_each_person_reads_what_there_is_to_do(demo, client, cast):
    make.partnership(cast, until=Edition.SIGNING)
    page = " ".join(client.get("/demonstration/").text.split())
    of_ada, of_ben = (
        page.partition(f"<strong> {name}")[2].partition("</form>")[0] for name in ("Ada", "Ben")
    )
    assert "Lire et signer la charte" in of_ada
    assert "Lire et signer la charte" not in of_ben
    assert "Rien à faire pour l’instant" in of_ben


@pytest.mark.parametrize(
    ("state", "text"),
    [
        ("to_complete", "Lire ce qui manque à l’inscription, la compléter et la renvoyer"),
        ("refused", "L’inscription est refusée\u00a0: lisez pourquoi."),
    ],
)
def test_who_has_no_verified_organisation_reads_what_became_of_it(demo, client, cast, state, text):
    organisation = cast.mallory.memberships.get().organisation
    organisation.state = state
    organisation.save(update_fields=["state"])
    page = " ".join(client.get("/demonstration/").text.split(" "))
    of_mallory = page.partition("Mallory")[2].partition("</form>")[0]
    assert text in of_mallory
    assert "lisez ses dossiers" not in of_mallory
