"""The services of an embedded run: on sockets only, with lasting data, one run per folder."""

import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from lucky_link.local import embedded_services, launcher, postgres, valkey
from lucky_link.local.console import LauncherError
from lucky_link.local.supervisor import Supervisor


@pytest.fixture
def supervisor(monkeypatch: pytest.MonkeyPatch) -> Iterator[Supervisor]:
    for name in ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "EMAIL_URL"):
        monkeypatch.delenv(name, raising=False)
    supervisor = Supervisor()
    yield supervisor
    supervisor.stop()


def rows(url: str, query: str) -> list[tuple[object, ...]]:
    with psycopg.connect(url) as connection:
        return connection.execute(query).fetchall()


def test_data_outlives_a_stop_and_a_kill(supervisor: Supervisor, tmp_path: Path) -> None:
    folder = tmp_path / "a folder with spaces, and a name too long for the path of a socket" / ("x" * 60)
    first = embedded_services.start(folder, supervisor=supervisor, durable=True)
    with psycopg.connect(first.environment["DATABASE_OWNER_URL"], autocommit=True) as connection:
        connection.execute("CREATE TABLE notes (content text)")
        connection.execute("INSERT INTO notes VALUES ('é')")
    server, cache = supervisor.children
    os.kill(server.process.pid, signal.SIGKILL)
    server.process.wait()
    supervisor.children.remove(server)
    supervisor.stop()
    second = embedded_services.start(folder, supervisor=supervisor, durable=True)
    assert rows(second.environment["DATABASE_OWNER_URL"], "SELECT content FROM notes") == [("é",)]
    assert not cache.is_alive()


def test_nothing_listens_on_the_network(supervisor: Supervisor, tmp_path: Path) -> None:
    started = embedded_services.start(tmp_path, supervisor=supervisor, durable=False)
    addresses = rows(started.environment["DATABASE_URL"], "SELECT current_setting('listen_addresses')")
    assert addresses == [("",)]
    sockets = embedded_services.socket_folder(tmp_path)
    assert stat.S_IMODE(sockets.stat().st_mode) == 0o700
    assert valkey.is_ready(sockets)


def test_what_the_environment_names_is_not_started(
    supervisor: Supervisor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://elsewhere/name")
    monkeypatch.setenv("REDIS_URL", "redis://elsewhere")
    started = embedded_services.start(tmp_path, supervisor=supervisor, durable=True)
    assert supervisor.children == []
    assert started.environment["DATABASE_URL"] == "postgresql://elsewhere/name"


def test_the_secret_key_is_created_once_and_private(tmp_path: Path) -> None:
    secret_key = embedded_services.secret_key(tmp_path)
    assert len(secret_key) >= 50
    assert embedded_services.secret_key(tmp_path) == secret_key
    assert stat.S_IMODE((tmp_path / "secret").stat().st_mode) == 0o600


def test_a_folder_has_one_run(tmp_path: Path) -> None:
    with (
        embedded_services.exclusive_lock(tmp_path) as first,
        embedded_services.exclusive_lock(tmp_path) as second,
    ):
        assert (first, second) == (True, False)
    with embedded_services.exclusive_lock(tmp_path) as third:
        assert third


def test_a_second_run_is_refused_with_the_address_of_the_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LUCKY_LINK_VAR", str(tmp_path))
    monkeypatch.setattr(Supervisor, "listen_to_signals", lambda supervisor: None)
    (tmp_path / launcher.RUN_FILE).write_text('{"address": "http://localhost:8000", "process": 12}')
    with (
        embedded_services.exclusive_lock(tmp_path),
        pytest.raises(LauncherError, match=r"already runs .*process 12.*up --port 8001"),
    ):
        launcher.run(launcher.Options())


def test_the_demonstration_refuses_an_external_database(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://elsewhere/name")
    with pytest.raises(LauncherError, match="unset DATABASE_URL"):
        launcher.start_all(launcher.Options(port=0, is_demo=True), tmp_path, Supervisor())


def test_root_does_not_run_the_server_as_root() -> None:
    account = postgres.choose_account()
    is_unprivileged = bool(account.prefix) or bool(account.user)
    assert is_unprivileged == (os.geteuid() == 0)


THREADS_AFTER_A_COMMAND = """
import runpy, sys, threading
sys.argv = ["manage.py", "shell", "-v", "0", "-c", "from django.db import connection; connection.cursor()"]
runpy.run_path("manage.py", run_name="__main__")
print([thread.name for thread in threading.enumerate() if thread.name.startswith("pool-")])
"""


def test_a_command_leaves_no_thread_to_wait_for(
    supervisor: Supervisor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "lucky_link.settings")
    environment = embedded_services.start(tmp_path, supervisor=supervisor, durable=False).environment
    command = [sys.executable, "-c", THREADS_AFTER_A_COMMAND]
    completed = subprocess.run(
        command, env=environment, cwd=embedded_services.ROOT, check=True, capture_output=True, text=True
    )
    assert completed.stdout.strip() == "[]"
