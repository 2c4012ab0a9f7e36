"""The pages of the broker answer 404 to everybody else, and require a second factor."""

from __future__ import annotations

from uuid import uuid4

import pytest
from allauth.mfa.models import Authenticator
from django.urls import get_resolver, reverse

from broker import urls
from tests import make

REFERENCE = {"neutrality": ["LL-2026-0001"]}
UUID_NAMES = (
    "vet", "register", "mail", "mail_html", "send_again", "introduction", "withdraw_introduction",
)  # fmt: skip
INTEGER_NAMES = (
    "replace_interest", "withdraw_interest", "library_clause", "retire_library_clause",
    "model_charter", "retire_model_charter",
)  # fmt: skip
POST_NAMES = ("send_again", "withdraw_interest", "withdraw_introduction")
BROKER_NAMES = [pattern.name for pattern in urls.urlpatterns if pattern.name != "neutrality"]
OUTSIDERS = ("ada", "ben", "carla", "mallory", "root")


def url_of(name: str, people) -> str:
    if name in INTEGER_NAMES:
        return reverse(f"broker:{name}", args=[0])
    key = people.company.pk if name in ("vet", "register") else uuid4()
    return reverse(f"broker:{name}", args=[key] if name in UUID_NAMES else REFERENCE.get(name, []))


@pytest.mark.parametrize("name", BROKER_NAMES)
@pytest.mark.parametrize("who", OUTSIDERS)
def test_every_page_answers_404_to_others(people, log_in, name, who):
    client = log_in(getattr(people, who))
    url = url_of(name, people)
    answer = client.post(url) if name in POST_NAMES else client.get(url)
    assert answer.status_code == 404


@pytest.mark.parametrize("name", BROKER_NAMES)
def test_an_anonymous_visitor_is_redirected_to_sign_in(people, client, name):
    url = url_of(name, people)
    answer = client.post(url) if name in POST_NAMES else client.get(url)
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize("name", ["pipeline", "open_case", "vetting", "organisations", "mailbox"])
def test_a_broker_without_a_second_factor_is_redirected_to_set_one_up(people, log_in, name):
    Authenticator.objects.all().delete()
    answer = log_in(people.nora).get(reverse(f"broker:{name}"))
    assert answer.status_code == 302
    assert answer["Location"] == reverse("mfa_index")


def test_a_forged_post_of_others_decides_nothing(people, log_in):
    url = reverse("broker:vet", args=[people.other_company.pk])
    answer = log_in(people.mallory).post(url, {"decision": "suspended", "reason": "Pour voir."})
    people.other_company.refresh_from_db()
    assert (answer.status_code, people.other_company.state) == (404, "verified")


def test_a_forged_post_of_others_opens_no_case(people, log_in):
    data = {"title": "À moi", "associations": people.association.pk, "companies": people.company.pk}
    answer = log_in(people.ada).post(reverse("broker:open_case"), data)
    assert answer.status_code == 404


@pytest.mark.parametrize(("who", "status"), [("ada", 200), ("dan", 200), ("oscar", 200), ("mallory", 404)])
def test_the_neutrality_page_opens_for_readers_of_the_case(people, log_in, who, status):
    case = make.partnership(people)
    client = log_in(getattr(people, who))
    assert client.get(reverse("broker:neutrality", args=[case.reference])).status_code == status


def test_the_board_is_at_its_url():
    assert get_resolver().resolve("/passeur/").view_name == "broker:pipeline"
