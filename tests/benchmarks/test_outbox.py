"""Mails delivered per second by the outbox, against the same bytes given to the same server on one connection."""

import os
import statistics
import subprocess
import sys
from pathlib import Path

import pytest

from tests import database_owner
from tests.guards.mail import Sink

pytestmark = [pytest.mark.bench, pytest.mark.django_db(transaction=True)]
ROOT = Path(__file__).resolve().parents[2]
ROUNDS = 9
MAILS = 100
BOUND = 0.6


def test_mails_per_second_against_the_bare_server(
    smtp_sink: Sink, capsys: pytest.CaptureFixture[str]
) -> None:
    # The guards of the tests are not in this process, and the server has one of its own, as on a real machine.
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.outbox.worker_settings",
        "DATABASE_URL": database_owner.application_url(),
        "DATABASE_OWNER_URL": "",
        "EMAIL_URL": f"smtp://{smtp_sink.host}:{smtp_sink.port}",
        "PYTHONPATH": str(ROOT),
    }
    command = [sys.executable, "-m", "tests.benchmarks.outbox_rounds", str(ROUNDS), str(MAILS)]
    measured = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)
    assert measured.returncode == 0, measured.stderr
    rounds = [[float(seconds) for seconds in line.split()] for line in measured.stdout.splitlines()]
    assert len(rounds) == ROUNDS
    assert len(smtp_sink.mails) == MAILS * (2 * ROUNDS + 1)

    # Each round has its own ratio: what else runs on the machine meanwhile slows both.
    ratio = statistics.median(bare / outbox for outbox, bare in rounds)
    outbox_rate, bare_rate = (MAILS / statistics.median(seconds) for seconds in zip(*rounds, strict=True))
    with capsys.disabled():
        print(f"\noutbox: {outbox_rate:.0f} mails/s, bare SMTP: {bare_rate:.0f} mails/s, ratio {ratio:.2f}")  # noqa: T201
    assert ratio >= BOUND
