"""The page of the rounds at its largest, against a bare page of the same size in the same run."""

from __future__ import annotations

import http.client
import statistics
import sys

import pytest
from django.urls import reverse

from tests import make, several
from tests.benchmarks.test_pages import cookie_of, port, seconds_for
from tests.cast import assemble_cast

pytestmark = [pytest.mark.bench, pytest.mark.django_db(transaction=True)]
ROUNDS = 9
MOST = 1.5

__all__ = ["port"]


def test_sixty_clauses_six_rounds_and_five_parties(port: int, capsys: pytest.CaptureFixture[str]) -> None:
    cast = assemble_cast(make.NOON)
    crowd = several.assemble(cast)
    case = several.negotiated(cast, crowd, clauses=60, at=make.ago(days=2))
    several.play(case, crowd, cast.nora, rounds=6)
    cookie = cookie_of(crowd.speakers[0])
    for name in ("roadmap", "rounds"):
        address = reverse(f"partnerships:{name}", args=[case.reference])
        bare = f"/bare/{size_of(port, address, cookie)}/"
        for each in (address, bare):
            seconds_for(port, each, cookie)
        ratios = [seconds_for(port, address, cookie) / seconds_for(port, bare, cookie) for _ in range(ROUNDS)]
        with capsys.disabled():
            sys.stdout.write(
                f"\n{name}: {statistics.median(ratios):.2f} times a bare page of its size "
                f"({min(ratios):.2f} to {max(ratios):.2f})\n"
            )
        assert statistics.median(ratios) <= MOST


def size_of(port: int, address: str, cookie: str) -> int:
    """Return the bytes of HTML of a page."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    line.request("GET", address, headers={"Cookie": cookie, "Host": "localhost"})
    size = len(line.getresponse().read())
    line.close()
    return size
