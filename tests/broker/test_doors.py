"""The console does not exist for whoever is no broker, and asks a broker who they are twice."""

from __future__ import annotations

from uuid import uuid4

import pytest
from allauth.mfa.models import Authenticator
from django.urls import get_resolver, reverse

from broker import urls
from tests import make

REFERENCE = {"neutrality": ["LL-2026-0001"]}
KEYED = (
    "vet", "register", "mail", "mail_html", "send_again", "introduction", "withdraw_introduction",
)  # fmt: skip
NUMBERED = ("replace_interest", "withdraw_interest", "library_clause", "retire_library_clause")
PRESSED = ("send_again", "withdraw_interest", "withdraw_introduction")
OF_BROKERS = [pattern.name for pattern in urls.urlpatterns if pattern.name != "neutrality"]
OUTSIDERS = ("ada", "ben", "carla", "mallory", "root")


def address(name: str, people) -> str:
    if name in NUMBERED:
        return reverse(f"broker:{name}", args=[0])
    key = people.company.pk if name in ("vet", "register") else uuid4()
    return reverse(f"broker:{name}", args=[key] if name in KEYED else REFERENCE.get(name, []))


@pytest.mark.parametrize("name", OF_BROKERS)
@pytest.mark.parametrize("who", OUTSIDERS)
def test_no_page_exists_for_others(people, enter, name, who):
    client = enter(getattr(people, who))
    place = address(name, people)
    answer = client.post(place) if name in PRESSED else client.get(place)
    assert answer.status_code == 404


@pytest.mark.parametrize("name", OF_BROKERS)
def test_nobody_is_asked_to_sign_in(people, client, name):
    place = address(name, people)
    answer = client.post(place) if name in PRESSED else client.get(place)
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize("name", ["pipeline", "open_case", "vetting", "organisations", "mailbox"])
def test_a_broker_without_a_second_factor_sets_one_up_first(people, enter, name):
    Authenticator.objects.all().delete()
    answer = enter(people.nora).get(reverse(f"broker:{name}"))
    assert answer.status_code == 302
    assert answer["Location"] == reverse("mfa_index")


def test_others_decide_nothing_by_a_forged_post(people, enter):
    place = reverse("broker:vet", args=[people.other_company.pk])
    answer = enter(people.mallory).post(place, {"decision": "suspended", "reason": "Pour voir."})
    people.other_company.refresh_from_db()
    assert (answer.status_code, people.other_company.state) == (404, "verified")


def test_others_open_no_case_by_a_forged_post(people, enter):
    told = {"title": "À moi", "associations": people.association.pk, "companies": people.company.pk}
    answer = enter(people.ada).post(reverse("broker:open_case"), told)
    assert answer.status_code == 404


@pytest.mark.parametrize(("who", "status"), [("ada", 200), ("dan", 200), ("oscar", 200), ("mallory", 404)])
def test_the_neutrality_of_a_case_is_for_its_readers(people, enter, who, status):
    case = make.partnership(people)
    client = enter(getattr(people, who))
    assert client.get(reverse("broker:neutrality", args=[case.reference])).status_code == status


def test_the_console_stands_at_its_address():
    assert get_resolver().resolve("/passeur/").view_name == "broker:pipeline"
