"""What one party answers to a text is found nowhere by anybody else before the round opens."""

from __future__ import annotations

import logging

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from outbox.sending import delivery
from partnerships.models import Stance
from partnerships.text import agreement
from tests import make
from tests.make import ago
from tests.partnerships.rounds.test_secrecy import SECRET, addresses, browser_of, dump, is_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(cast):
    return make.partnership(cast, at=ago(days=1))


def rounds(case):
    return reverse("partnerships:rounds", args=[case.reference])


def answer(client, case):
    """Object to the first clause through the page, with a reason and other words, and agree to the others."""
    objection = {"stance": Stance.OBJECTION.value, "reason": SECRET, "proposed_text": SECRET}
    for clause in agreement.clauses_of(make.roadmap(case)):
        where = reverse("partnerships:answer", args=[case.reference, clause.pk])
        stance = objection if clause.position == 1 else {"stance": Stance.AGREE.value}
        typed = {"revision": clause.current_id, "seen_number": "0", **stance}
        assert client.post(where, typed).status_code == 303


def test_an_answer_is_found_by_its_party_alone_until_all_are_open(case, cast, caplog):
    caplog.set_level(logging.DEBUG)
    ada = browser_of(cast, "ada")
    with CaptureQueriesContext(connection) as queries:
        answer(ada, case)
        assert is_in(ada.get(rounds(case), {"clause": 1}).text)
        assert not is_in(dump()[1])
        make.seal(case, cast.ada, at=ago())
    statements = "\n".join(query["sql"] for query in queries.captured_queries)
    assert "partnerships_envelope" in statements
    assert not is_in(statements)
    assert_nobody_else_reads_it(case, cast)
    delivery.deliver_due(at=ago(days=-30), limit=1000)
    assert mail.outbox
    assert not any(is_in(each.message().as_string() + each.body) for each in mail.outbox)
    assert not is_in(dump()[1])
    assert not is_in(caplog.text)
    make.agree(case, cast.carla, at=ago())
    assert is_in(dump()[1])
    assert is_in(browser_of(cast, "nora").get(rounds(case), {"clause": 1}).text)


def assert_nobody_else_reads_it(case, cast):
    seen = 0
    for name in ("carla", "nora", "root"):
        client = browser_of(cast, name)
        for place in [*addresses(case, cast), f"{rounds(case)}?clause=1"]:
            page = client.get(place, follow=True)
            seen += page.status_code == 200
            body = b"".join(page) if page.streaming else page.content
            assert not is_in(body.decode(errors="replace")), (name, place)
    assert seen > 100
