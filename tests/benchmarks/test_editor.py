"""The editor of a long text beside that of a short one, on the same server in the same run."""

from __future__ import annotations

import http.client
import statistics
import sys
import time
from urllib.parse import urlencode

import pytest
from django.urls import reverse

from partnerships.lifecycle import Edition
from partnerships.models import UnsavedWording
from partnerships.text import agreement
from tests import make
from tests.benchmarks.test_pages import IN_A_ROW, cookie_of, port, seconds_for
from tests.cast import assemble_cast

pytestmark = [pytest.mark.bench, pytest.mark.django_db(transaction=True)]
ROUNDS = 7
# Seven times the clauses; a page that asks the database for each would take longer than this.
MOST = 10
# Of an edit in place, to a bare page: the form of one clause, and one row written.
MOST_IN_PLACE = 12

__all__ = ["port"]


def test_sixty_clauses_against_nine(port: int, capsys: pytest.CaptureFixture[str]) -> None:
    cast = assemble_cast(make.NOON)
    cookie = cookie_of(cast.nora)
    # Nine clauses are always there.
    short, long = (
        reverse(
            "partnerships:drafting",
            args=[
                make.partnership(cast, until=Edition.DRAFTING, clauses=clauses, title=f"{clauses}").reference
            ],
        )
        for clauses in (0, 51)
    )
    for address in (short, long):
        seconds_for(port, address, cookie)
    ratios = [seconds_for(port, long, cookie) / seconds_for(port, short, cookie) for _ in range(ROUNDS)]
    with capsys.disabled():
        sys.stdout.write(
            f"\neditor, 60 clauses: {statistics.median(ratios):.2f} times that of 9 "
            f"({min(ratios):.2f} to {max(ratios):.2f})\n"
        )
    assert statistics.median(ratios) <= MOST


def test_an_edit_in_place_against_a_bare_page(port: int, capsys: pytest.CaptureFixture[str]) -> None:
    """In a text of sixty clauses: open a clause where it stands, and store what is typed in it."""
    cast = assemble_cast(make.NOON)
    case = make.partnership(cast, until=Edition.DRAFTING, clauses=51)
    cookie = cookie_of(cast.nora)
    clause = agreement.clauses_of(make.roadmap(case))[-1]
    opened = reverse("partnerships:edit_clause", args=[case.reference, clause.pk])
    stored = reverse("partnerships:store_wording", args=[case.reference])
    fields = {
        "typed_clause": f"{clause.pk}",
        "seen_number": "1",
        "title": "Un titre",
        "body": "Le bilan se fait en mai, à deux. " * 60,
        "plain_words": "",
        "reason": "",
    }
    told = [f"\nan edit in place, 60 clauses, as a ratio to a bare page (at most {MOST_IN_PLACE}):\n"]
    medians = []
    for name, seconds in (
        ("open a clause", lambda: seconds_for(port, opened, cookie)),
        ("store what is typed", lambda: seconds_to_send(port, stored, cookie, fields)),
    ):
        seconds()
        ratios = [seconds() / seconds_for(port, "/bare/", cookie) for _ in range(ROUNDS)]
        medians.append(statistics.median(ratios))
        told.append(f"  {name}: {medians[-1]:.2f} ({min(ratios):.2f} to {max(ratios):.2f})\n")
    with capsys.disabled():
        sys.stdout.write("".join(told))
    assert UnsavedWording.objects.get().wording is not None
    assert max(medians) <= MOST_IN_PLACE


def seconds_to_send(port: int, address: str, cookie: str, fields: dict[str, str]) -> float:
    """Return the duration of `IN_A_ROW` submissions over one connection, as htmx sends them."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    headers = {
        "Cookie": cookie,
        "Host": "localhost",
        "HX-Request": "true",
        "X-CSRFToken": "x" * 32,
        "Content-Type": "application/x-www-form-urlencoded",
    }
    started = time.perf_counter()
    for _ in range(IN_A_ROW):
        line.request("POST", address, body=urlencode(fields), headers=headers)
        answer = line.getresponse()
        answer.read()
        assert answer.status == 200, (address, answer.status)
    taken = time.perf_counter() - started
    line.close()
    return taken
