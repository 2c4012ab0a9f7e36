"""Cached pages: one query less each, a valid secret in each form, and never a word that is out of date."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.organisations.actions import finances
from accounts.organisations.independence import Thresholds
from accounts.pages.cache import hour_of
from accounts.people.actions import memberships
from accounts.privacy.actions import erase_person
from partnerships.lifecycle import Edition
from partnerships.models import PartnershipStatus, Stance
from tests import make
from tests.cached_pages import empty_cache, without_csrf_tokens
from tests.cast import assemble_cast
from tests.make import ago

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def cast():
    return assemble_cast(make.NOON)


@pytest.fixture
def case(cast):
    return make.partnership(cast, until=Edition.NEGOTIATION, at=ago(days=1))


def client_of(user, **options):
    client = Client(**options)
    client.force_login(user, backend=BACKEND)
    return client


def addresses(case):
    pages = {name: reverse(f"partnerships:{name}", args=[case.reference]) for name in ("roadmap", "rounds")}
    return pages | {"home": reverse("associations:home")}


def fresh(client, address):
    with empty_cache():
        return without_csrf_tokens(client.get(address))


@pytest.mark.parametrize("name", ["roadmap", "rounds", "home"])
def test_reading_again_costs_fewer_queries_and_says_the_same(cast, case, name):
    client, address = client_of(cast.ada), addresses(case)[name]
    with CaptureQueriesContext(connection) as first:
        client.get(address)
    with CaptureQueriesContext(connection) as second:
        answer = client.get(address)
    assert len(second) <= 7 < len(first)
    assert without_csrf_tokens(answer) == fresh(client, address)


def test_a_form_from_the_cache_is_accepted(cast, case):
    client, address = client_of(cast.ada, enforce_csrf_checks=True), addresses(case)["rounds"]
    client.get(address)
    page = client.get(address).text
    form = re.compile(
        r'action="([^"]*/tours/clause/[^"]*)".*?csrfmiddlewaretoken" value="([^"]+)"', re.DOTALL
    )
    action, token = form.search(page).groups()
    revision = re.search(r'name="revision" value="(\d+)"', page).group(1)
    data = {"csrfmiddlewaretoken": token, "revision": revision, "stance": Stance.AGREE, "seen_number": "0"}
    assert client.post(action, data).status_code == 303
    assert client.post(action, data | {"csrfmiddlewaretoken": "x" * 64}).status_code == 403


def test_a_change_of_roles_shows_at_once(cast, case):
    client, address = client_of(cast.ben), addresses(case)["rounds"]
    before = client.get(address).text
    memberships.change_roles(
        organisation_id=cast.association.pk,
        administrator=cast.ada,
        member_id=cast.ben.pk,
        roles=memberships.Roles(is_referent=False, is_signatory=False, is_administrator=False),
        at=ago(days=0.05),
    )
    after = client.get(address)
    assert without_csrf_tokens(after) == fresh(client, address)
    assert 'name="stance"' in before
    assert 'name="stance"' not in after.text


def test_new_thresholds_of_independence_show_at_once(cast, case):
    client, address = client_of(cast.ada), addresses(case)["roadmap"]
    client.get(address)
    finances.set_thresholds(broker=cast.nora, thresholds=Thresholds(1, 2), at=ago(days=0.05))
    assert without_csrf_tokens(client.get(address)) == fresh(client, address)


@pytest.mark.parametrize("name", ["roadmap", "rounds", "home"])
def test_the_end_of_a_round_shows_at_once(cast, case, name):
    client, address = client_of(cast.ada), addresses(case)[name]
    before = without_csrf_tokens(client.get(address))
    past = ago(days=0.05)
    PartnershipStatus.objects.filter(partnership=case).update(deadline_at=past)
    after = without_csrf_tokens(client.get(address))
    assert after == fresh(client, address)
    assert after != before


def test_typed_words_are_never_taken_for_a_placeholder(cast, case):
    words = "csrf-token-of-the-reader form-owner-mark-of-the-reader"
    type(case).objects.filter(pk=case.pk).update(plain_words=words)
    client, address = client_of(cast.ada), addresses(case)["roadmap"]
    assert client.get(address).text.count(words) == client.get(address).text.count(words) == 1


def test_the_hour_of_a_key_begins_with_the_day_of_the_reader():
    with timezone.override("Pacific/Marquesas"):
        before, after = (datetime(2026, 6, 2, 9, minute, tzinfo=UTC) for minute in (29, 31))
        assert hour_of(before).date() != hour_of(after).date()


def test_an_erased_name_leaves_the_pages_at_once(cast, case):
    # Dan was never of the other company, but a broker's name stands in pages of any organisation.
    other = type(cast.company).objects.filter(pk=cast.other_company.pk)
    before = other.get().version
    erase_person(user_id=cast.dan.pk, at=ago())
    assert other.get().version > before
