"""The `up` command: the whole product on this machine, until Ctrl-C."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from urllib.error import URLError

from lucky_link import demonstration_run, embedded, migrations_run
from lucky_link.console import Refusal, say, step
from lucky_link.supervisor import Child, Service, Supervisor

HOST = "127.0.0.1"
RUNNING = "running.json"


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What the person asked for."""

    port: int = 8000
    is_demonstration: bool = False

    @property
    def address(self) -> str:
        """Return the public address: `localhost`, because browsers allow passkeys there without HTTPS."""
        return os.environ.get("PUBLIC_URL") or f"http://localhost:{self.port}"


def up(plan: Plan) -> None:
    """Run until a wish to stop.

    Raises Refusal when something stands in the way.
    """
    folder = embedded.var_folder()
    supervisor = Supervisor()
    supervisor.listen_to_signals()
    with embedded.alone(folder) as is_alone:
        if not is_alone:
            raise Refusal(_second_run(plan, folder))
        try:
            environment = launch(plan, folder, supervisor)
            if not supervisor.stopping.is_set():
                _welcome(plan, folder, environment)
            supervisor.watch()
        finally:
            stop(supervisor, folder)


def launch(plan: Plan, folder: Path, supervisor: Supervisor) -> Mapping[str, str]:
    """Start everything and wait for the first page; return the environment of the processes."""
    _refuse_busy_port(plan.port)
    if plan.is_demonstration:
        demonstration_run.refuse_foreign_database()
    with step("starting PostgreSQL and Valkey"):
        services = embedded.start(folder, supervisor=supervisor, durable=True)
    environment = {**services.environment, "PUBLIC_URL": plan.address}
    if plan.is_demonstration:
        environment["LUCKY_LINK_DEMO"] = "1"
    _migrate(folder, environment, supervisor)
    if plan.is_demonstration and not supervisor.stopping.is_set():
        _play_demonstration(folder, environment, supervisor)
    # WhiteNoise warns when the folder of gathered files is missing; an embedded run gathers none.
    (embedded.ROOT / "staticfiles").mkdir(exist_ok=True)
    if not supervisor.stopping.is_set():
        _start_product(plan, folder, environment, supervisor)
    return environment


def stop(supervisor: Supervisor, folder: Path) -> None:
    """Stop everything; further signals are ignored, because the order is already being followed."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    if supervisor.children:
        say("luckylink: stopping ...")
        supervisor.stop()
        say("luckylink: stopped, nothing is left running")
    (folder / RUNNING).unlink(missing_ok=True)


def manage(arguments: list[str], environment: Mapping[str, str]) -> None:
    """Run a management command. Raises Refusal when it fails."""
    done = subprocess.run(_command(arguments), env=environment, check=False)
    if done.returncode != 0:
        raise Refusal(_failure(arguments))


@contextmanager
def product(plan: Plan) -> Iterator[str]:
    """Give the address of the running product, started for the block when no `up` runs."""
    folder = embedded.var_folder()
    with embedded.alone(folder) as is_alone:
        if not is_alone:
            yield str(read_running(folder).get("address", plan.address))
            return
        supervisor = Supervisor()
        supervisor.listen_to_signals()
        try:
            launch(plan, folder, supervisor)
            yield plan.address
        finally:
            stop(supervisor, folder)


def read_running(folder: Path) -> dict[str, object]:
    """Return what the running `up` says of itself: address, process, demonstration."""
    try:
        running: dict[str, object] = json.loads((folder / RUNNING).read_text())
    except FileNotFoundError:
        return {}
    return running


def _migrate(folder: Path, environment: Mapping[str, str], supervisor: Supervisor) -> None:
    database = environment["DATABASE_URL"]
    if supervisor.stopping.is_set() or not migrations_run.is_needed(folder, database, embedded.ROOT):
        return
    with step("migrating the database"):
        is_done = _manage_until(supervisor, ["migrate", "--verbosity", "0"], environment)
    if is_done:
        migrations_run.remember(folder, database, embedded.ROOT)


def _play_demonstration(folder: Path, environment: Mapping[str, str], supervisor: Supervisor) -> None:
    if not demonstration_run.must_be_played(folder, environment["DATABASE_URL"]):
        return
    demonstration_run.remember(folder, demonstration_run.BEGUN)
    with step("playing the demonstration"):
        is_done = _manage_until(supervisor, ["demo"], environment)
    if is_done:
        demonstration_run.remember(folder, demonstration_run.DONE)


def _start_product(plan: Plan, folder: Path, environment: Mapping[str, str], supervisor: Supervisor) -> None:
    python, log = sys.executable, folder / "log"
    celery = (python, "-m", "celery", "--app", "lucky_link", "--workdir", str(embedded.ROOT))
    worker = ("worker", "--concurrency", "2", "--loglevel", "INFO", "--without-gossip", "--without-mingle")
    beat = ("beat", "--loglevel", "INFO", "--pidfile=", "--schedule", str(folder / "beat-schedule"))
    granian = (python, "-m", "granian", "--interface", "wsgi", "--host", HOST, "--port", str(plan.port))
    web = (
        "--workers",
        "2",
        "--blocking-threads",
        "4",
        "--working-dir",
        str(embedded.ROOT),
        "lucky_link.wsgi:application",
    )

    def started(name: str, command: tuple[str, ...]) -> Child:
        return supervisor.start(
            Service(name=name, command=command, log=log / f"{name}.log", environment=environment)
        )

    with step("starting the pages"):
        pages = started("web", (*granian, *web))
        supervisor.wait_until(lambda: _answers(plan.port), pages, seconds=60)
    if supervisor.stopping.is_set():
        return
    # Only then: two seconds of start that the first page does not wait for, and no mail is late by them.
    started("worker", (*celery, *worker))
    started("beat", (*celery, *beat))
    running = {"address": plan.address, "process": os.getpid(), "demonstration": plan.is_demonstration}
    (folder / RUNNING).write_text(json.dumps(running))


def _manage_until(supervisor: Supervisor, arguments: list[str], environment: Mapping[str, str]) -> bool:
    """Run a management command and tell whether it ended before a wish to stop, which ends it."""
    # A session of its own: Ctrl-C must not cut a migration short with a traceback.
    process = subprocess.Popen(_command(arguments), env=environment, start_new_session=True)
    while process.poll() is None:
        if supervisor.stopping.wait(0.05):
            process.terminate()
            process.wait()
            return False
    if process.returncode != 0:
        raise Refusal(_failure(arguments))
    return True


def _command(arguments: list[str]) -> list[str]:
    return [sys.executable, str(embedded.ROOT / "manage.py"), *arguments]


def _failure(arguments: list[str]) -> str:
    return f"`./luckylink manage {' '.join(arguments)}` failed; the reason stands above."


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://{HOST}:{port}/sante/", timeout=5) as answer:
            return bool(answer.status == HTTPStatus.OK)
    except (URLError, OSError):
        return False


def _welcome(plan: Plan, folder: Path, environment: Mapping[str, str]) -> None:
    begun = os.environ.get("LUCKY_LINK_STARTED", "")
    duration = f" ({time.time() - int(begun):.0f} s after the command)" if begun.isdigit() else ""
    say(f"\nLucky Link is ready at {plan.address}{duration}")
    if plan.is_demonstration:
        say(f"Sign in as anybody of the demonstration, without a password: {plan.address}/demonstration/")
    if environment["EMAIL_URL"].startswith("filemail:"):
        say(f"Mails are kept in {folder / 'mails'}, none leaves this machine.")
    say(f"Logs: {folder / 'log'}. Stop with Ctrl-C.\n")


def _second_run(plan: Plan, folder: Path) -> str:
    running = read_running(folder)
    where = f" at {running['address']} (process {running['process']})" if running else ""
    return (
        f"Lucky Link already runs from {folder}{where}: its port is busy. Stop that one with Ctrl-C,"
        " or give this one its own folder and port:"
        f" LUCKY_LINK_VAR=/another/folder ./luckylink up --port {plan.port + 1}"
    )


def free_port(wanted: int = Plan.port) -> int:
    """Return a port of this machine that nobody listens on: `wanted` if it can be had."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, wanted))
        except OSError:
            probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def _refuse_busy_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as obstacle:
            remedy = f"./luckylink up --port {port + 1}"
            raise Refusal(
                f"Port {port} is busy. Stop what listens there, or use another: {remedy}"
            ) from obstacle
