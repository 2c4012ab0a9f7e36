"""The pages seen most, each against a bare Django page on the same server in the same run."""

from __future__ import annotations

import http.client
import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.urls import reverse

from accounts.models import User
from partnerships.lifecycle import Case, Edition
from tests import make
from tests.cast import Cast, assemble_cast
from tests.database_owner import application_url

pytestmark = [pytest.mark.bench, pytest.mark.django_db(transaction=True)]
ROUNDS = 15
IN_A_ROW = 20
# The least part of a bare page's throughput that a page may have; the aim is 0.45, and 0.35 for the rounds.
FLOOR, FLOOR_OF_ROUNDS = 0.25, 0.2
# The least part of the throughput of the text of a case that its follow-up may have: it costs no more, and
# the rest is the noise of a busy machine.
FLOOR_OF_FOLLOW_UP = 0.8
PAIR = ("roadmap", "follow_up")


@pytest.fixture
def port() -> Iterator[int]:
    """Serve the test database with the product's own server, one process."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number = int(free.getsockname()[1])
    environment = {
        **os.environ,
        "DATABASE_URL": application_url(),
        "DATABASE_OWNER_URL": "",
        "DJANGO_SETTINGS_MODULE": "tests.benchmarks.bare_settings",
        "SECRET_KEY": settings.SECRET_KEY,
        "LUCKY_LINK_EMBEDDED": "1",
    }
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(number)]
    server = subprocess.Popen(
        [*command, "--no-access-log", "--log-level", "error", "lucky_link.wsgi:application"],
        env=environment,
    )
    try:
        _wait_for(number)
        yield number
    finally:
        server.terminate()
        server.wait(timeout=20)


def _wait_for(port: int) -> None:
    for _ in range(1200):  # seconds on an idle machine, a minute on a busy one
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError(port)


def cookie_of(user: User) -> str:
    session = SessionStore()
    session["_auth_user_id"] = str(user.pk)
    session["_auth_user_backend"] = "allauth.account.auth_backends.AuthenticationBackend"
    session["_auth_user_hash"] = user.get_session_auth_hash()
    session.create()
    # As a browser does, which brings back the secret it was given with its first form.
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}; {settings.CSRF_COOKIE_NAME}={'x' * 32}"


def seconds_for(port: int, address: str, cookie: str) -> float:
    """Return the duration of `IN_A_ROW` requests over one connection."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    started = time.perf_counter()
    for _ in range(IN_A_ROW):
        line.request("GET", address, headers={"Cookie": cookie, "Host": "localhost"})
        answer = line.getresponse()
        answer.read()
        assert answer.status == 200, (address, answer.status)
    taken = time.perf_counter() - started
    line.close()
    return taken


def test_pages_against_a_bare_page(port: int, capsys: pytest.CaptureFixture[str]) -> None:
    cast: Cast = assemble_cast(make.NOON)
    case = make.partnership(cast, until=Edition.NEGOTIATION)
    pages = {
        "case": (reverse("partnerships:roadmap", args=[case.reference]), cookie_of(cast.ada)),
        "rounds": (reverse("partnerships:rounds", args=[case.reference]), cookie_of(cast.ada)),
        "home of the association": (reverse("associations:home"), cookie_of(cast.ada)),
        "home of the company": (reverse("companies:home"), cookie_of(cast.carla)),
    }
    bare = cookie_of(cast.ada)
    for address, cookie in [*pages.values(), ("/bare/", bare)]:
        seconds_for(port, address, cookie)
    medians = {}
    for name, (address, cookie) in pages.items():
        ratios = [
            seconds_for(port, "/bare/", bare) / seconds_for(port, address, cookie) for _ in range(ROUNDS)
        ]
        medians[name] = statistics.median(ratios)
        with capsys.disabled():
            sys.stdout.write(
                f"\n{name}: {medians[name]:.2f} of the throughput of a bare page "
                f"({min(ratios):.2f} to {max(ratios):.2f})\n"
            )
    floors = {name: FLOOR_OF_ROUNDS if name == "rounds" else FLOOR for name in pages}
    assert {name: ratio for name, ratio in medians.items() if ratio < floors[name]} == {}


def test_the_follow_up_against_the_text_of_the_same_case(
    port: int, capsys: pytest.CaptureFixture[str]
) -> None:
    cast: Cast = assemble_cast(make.NOON)
    case = make.partnership(cast, until=Case.ACTIVE)
    text, follow_up = (reverse(f"partnerships:{name}", args=[case.reference]) for name in PAIR)
    cookie = cookie_of(cast.ada)
    for address in (text, follow_up):
        seconds_for(port, address, cookie)
    ratios = [
        seconds_for(port, text, cookie) / seconds_for(port, follow_up, cookie) for _round in range(ROUNDS)
    ]
    median = statistics.median(ratios)
    with capsys.disabled():
        sys.stdout.write(
            f"\nfollow-up: {median:.2f} of the throughput of the text of its case "
            f"({min(ratios):.2f} to {max(ratios):.2f})\n"
        )
    assert median >= FLOOR_OF_FOLLOW_UP
