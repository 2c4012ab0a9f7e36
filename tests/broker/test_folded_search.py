"""Each search of the console finds what a person would find, from any keyboard."""

from __future__ import annotations

import importlib
import inspect
import pkgutil

import pytest
from django.urls import reverse

from accounts.models import Organisation
from broker.forms.search import Search
from outbox.models import Delivery
from outbox.sending import delivery
from partnerships.lifecycle import Case
from partnerships.models import Partnership
from tests import make
from tests.broker.test_library import TEXT

# What is stored, and what is typed to find it.
STORED = "Mémoire d’Œuvre à Saint‑Étienne"
TYPED = [
    "memoire",
    "MÉMOIRE",
    "oeuvre",
    "d'œuvre",
    "me\u0301moire",
    "saint-etienne",
    "mé\u200bmoire",
    "\u3164œuvre",
]


def of_cases(people):
    Partnership.objects.filter(pk=make.partnership(people, until=Case.SCOPING).pk).update(title=STORED)


def of_organisations(people):
    people.association.name = STORED
    people.association.save(update_fields=["name"])


def of_vetting(people):
    people.association.state = "pending"
    of_organisations(people)
    people.association.save(update_fields=["state"])


def of_mails(people):
    make.partnership(people, until=Case.SCOPING)
    delivery.deliver_due(at=make.NOON, limit=1000)
    Delivery.objects.update(name=STORED)


def of_the_library(people):
    make.shipped_library()
    assert people


SEARCHES = {
    "LibrarySearch": ("broker:library", of_the_library),
    "BoardSearch": ("broker:pipeline", of_cases),
    "OrganisationSearch": ("broker:organisations", of_organisations),
    "QueueSearch": ("broker:vetting", of_vetting),
    "MailSearch": ("broker:mailbox", of_mails),
}


def test_every_search_of_the_product_is_tested_here():
    searched = set()
    for room in ("accounts", "associations", "broker", "companies", "outbox", "partnerships"):
        package = importlib.import_module(room)
        for module in pkgutil.walk_packages(package.__path__, f"{room}."):
            if ".migrations" not in module.name:
                for name, value in vars(importlib.import_module(module.name)).items():
                    if (
                        inspect.isclass(value)
                        and "q" in getattr(value, "base_fields", {})
                        and value is not Search
                    ):
                        searched.add(name)
    assert searched == set(SEARCHES)


@pytest.mark.parametrize("search", SEARCHES)
def test_a_search_finds_what_a_person_would_find(people, broker_client, search):
    name, prepare = SEARCHES[search]
    prepare(people)
    if search == "LibrarySearch":
        answer = broker_client.post(reverse("broker:new_library_clause"), TEXT | {"title": STORED})
        assert answer.status_code == 303
    nothing = broker_client.get(reverse(name, query={"q": "licorne"})).text
    shown = STORED.replace("\u2011", "-") if search == "LibrarySearch" else STORED
    assert shown not in nothing.partition("<main")[2]
    for typed in TYPED:
        page = broker_client.get(reverse(name, query={"q": typed})).text
        assert shown in page.partition("<main")[2], typed


@pytest.mark.parametrize("search", SEARCHES)
@pytest.mark.parametrize(
    "typed", ["\x00", "\u202e", "\ufffe", "%", "_", "\\", "\u3164", "'" * 100, "é" * 101]
)
def test_any_words_get_an_answer(people, broker_client, search, typed):
    assert broker_client.get(reverse(SEARCHES[search][0], query={"q": typed})).status_code == 200


@pytest.mark.parametrize(
    "typed", ["SIREN 000 000 018", "000\u202f000\u202f018", "000-000-018", "n° 000.000.018"]
)
def test_an_organisation_is_found_by_its_number_however_it_is_pasted(people, broker_client, typed):
    owner = Organisation.objects.get(siren="000000018")
    page = broker_client.get(reverse("broker:organisations", query={"q": typed})).text
    assert owner.name in page.partition("<main")[2]
    assert page.count('role="row"') == broker_client.get(
        reverse("broker:organisations", query={"q": "000000018"})
    ).text.count('role="row"')
