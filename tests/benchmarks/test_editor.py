"""The editor of a long text beside that of a short one, on the same server in the same run."""

from __future__ import annotations

import statistics
import sys

import pytest
from django.urls import reverse

from partnerships.lifecycle import Edition
from tests import make
from tests.benchmarks.test_pages import cookie_of, port, seconds_for
from tests.cast import assemble_cast

pytestmark = [pytest.mark.bench, pytest.mark.django_db(transaction=True)]
ROUNDS = 7
# Seven times the clauses; a page that asks the database for each would take longer than this.
MOST = 10

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
