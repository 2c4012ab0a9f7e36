"""The web server goes on answering when one of its processes dies, and when the database is away."""

import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from lucky_link.local.launcher import free_port, web_command
from lucky_link.local.supervisor import Service, Supervisor
from tests.lucky_link.local.test_supervisor import eventually

pytestmark = pytest.mark.skipif(not Path("/proc").exists(), reason="finds the workers in /proc")


@pytest.fixture
def silent_database() -> Iterator[int]:
    """Listen as a database that takes connections and never answers."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(64)
        yield server.getsockname()[1]


@pytest.fixture
def server(tmp_path: Path, silent_database: int) -> Iterator[tuple[int, int]]:
    """Start the web server of the product beside a silent database; return its port and its process."""
    port = free_port(0)
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "lucky_link.settings",
        "DATABASE_URL": f"postgresql://lucky@127.0.0.1:{silent_database}/lucky_link",
        "DATABASE_OWNER_URL": "",
        "REDIS_URL": "redis://127.0.0.1:9/0",
        "PUBLIC_URL": f"http://localhost:{port}",
        "ALLOWED_HOSTS": "127.0.0.1",
        "LUCKY_LINK_VAR": str(tmp_path),
    }
    supervisor = Supervisor()
    try:
        child = supervisor.start(
            Service(name="web", command=web_command(port), log=tmp_path / "log", environment=environment)
        )
        supervisor.wait_until(lambda: status_of(port) is not None, child, seconds=60)
        yield port, child.process.pid
    finally:
        supervisor.stop()


def status_of(port: int) -> int | None:
    """Return the status of the health check, None without an answer within 5 s."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/sante/", timeout=5) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return None


def workers_of(pid: int) -> set[int]:
    done = subprocess.run(["pgrep", "--parent", str(pid)], capture_output=True, text=True, check=False)
    return {int(line) for line in done.stdout.split()}


def test_a_dead_worker_is_replaced_and_the_site_answers_meanwhile(server: tuple[int, int]) -> None:
    port, pid = server
    before = workers_of(pid)
    victim = max(before)
    os.kill(victim, signal.SIGKILL)
    # What the dead process had accepted is lost with it.
    assert [status_of(port) for _request in range(8)].count(503) >= 5
    assert eventually(lambda: len(workers_of(pid)) == len(before) and victim not in workers_of(pid))


def test_the_health_check_answers_within_two_seconds_without_a_database(server: tuple[int, int]) -> None:
    port, _pid = server
    durations = []
    for _request in range(5):
        began = time.monotonic()
        assert status_of(port) == 503
        durations.append(time.monotonic() - began)
    # The pool alone would wait 5 s each time; a busy machine may delay some answers, not all.
    assert min(durations) < 2
