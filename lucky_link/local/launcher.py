"""Start and stop the whole product on this machine: services, migrations, web server, worker and beat."""

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

from lucky_link.local import demo_state, embedded_services, migration_state, static_state
from lucky_link.local.console import LauncherError, print_line, step
from lucky_link.local.supervisor import Child, Service, Supervisor

HOST = "127.0.0.1"
RUN_FILE = "running.json"


@dataclass(frozen=True, kw_only=True)
class Options:
    """Options of a run."""

    port: int = 8000
    is_demo: bool = False

    @property
    def address(self) -> str:
        """Return the public address: `localhost`, because browsers allow passkeys there without HTTPS."""
        return os.environ.get("PUBLIC_URL") or f"http://localhost:{self.port}"


def run(options: Options) -> None:
    """Run the product until a stop signal.

    Raises Refusal when it cannot start.
    """
    folder = embedded_services.var_folder()
    supervisor = Supervisor()
    supervisor.listen_to_signals()
    with embedded_services.exclusive_lock(folder) as is_locked:
        if not is_locked:
            raise LauncherError(_already_running_message(options, folder))
        try:
            environment = start_all(options, folder, supervisor)
            if not supervisor.stopping.is_set():
                _print_addresses(options, folder, environment)
            supervisor.watch()
        finally:
            stop_all(supervisor, folder)


def start_all(options: Options, folder: Path, supervisor: Supervisor) -> Mapping[str, str]:
    """Start everything, wait until the web server answers, and return the environment of the processes."""
    _refuse_busy_port(options.port)
    if options.is_demo:
        demo_state.refuse_external_database()
    with step("starting PostgreSQL and Valkey"):
        started = embedded_services.start(folder, supervisor=supervisor, durable=True)
    environment = {**started.environment, "PUBLIC_URL": options.address}
    if options.is_demo:
        environment["LUCKY_LINK_DEMO"] = "1"
    _collect_static_files(environment, supervisor)
    _migrate(folder, environment, supervisor)
    if options.is_demo and not supervisor.stopping.is_set():
        _load_demonstration(folder, environment, supervisor)
    if not supervisor.stopping.is_set():
        _start_product(options, folder, environment, supervisor)
    return environment


def stop_all(supervisor: Supervisor, folder: Path) -> None:
    """Stop everything; further signals are ignored meanwhile."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    if supervisor.children:
        print_line("luckylink: stopping ...")
        supervisor.stop()
        print_line("luckylink: stopped, nothing is left running")
    (folder / RUN_FILE).unlink(missing_ok=True)


@contextmanager
def running_product(options: Options) -> Iterator[str]:
    """Yield the address of the running product, started for the block unless an `up` runs."""
    folder = embedded_services.var_folder()
    with embedded_services.exclusive_lock(folder) as is_locked:
        if not is_locked:
            yield str(read_run_file(folder).get("address", options.address))
            return
        supervisor = Supervisor()
        supervisor.listen_to_signals()
        try:
            start_all(options, folder, supervisor)
            yield options.address
        finally:
            stop_all(supervisor, folder)


def read_run_file(folder: Path) -> dict[str, object]:
    """Return address, process and demonstration flag of the running `up`, {} without one."""
    try:
        run: dict[str, object] = json.loads((folder / RUN_FILE).read_text())
    except FileNotFoundError:
        return {}
    return run


def _migrate(folder: Path, environment: Mapping[str, str], supervisor: Supervisor) -> None:
    database = environment.get("DATABASE_OWNER_URL") or environment["DATABASE_URL"]
    if supervisor.stopping.is_set() or not migration_state.is_needed(
        folder, database, embedded_services.ROOT
    ):
        return
    with step("migrating the database"):
        is_done = _manage_unless_stopped(supervisor, ["migrate", "--verbosity", "0"], environment)
    if is_done:
        migration_state.write(folder, database, embedded_services.ROOT)


def _collect_static_files(environment: Mapping[str, str], supervisor: Supervisor) -> None:
    code = embedded_services.ROOT
    with static_state.exclusive_lock(code):
        if supervisor.stopping.is_set() or not static_state.is_needed(code):
            return
        # What an older version of a package left there would be newer than the file of the version installed.
        command = ["collectstatic", "--noinput", "--clear", "--verbosity", "0"]
        with step("collecting the static files"):
            is_done = _manage_unless_stopped(supervisor, command, environment)
        if is_done:
            static_state.write(code)


def _load_demonstration(folder: Path, environment: Mapping[str, str], supervisor: Supervisor) -> None:
    if not demo_state.must_load(folder, environment["DATABASE_URL"]):
        return
    demo_state.write(folder, demo_state.BEGUN)
    with step("playing the demonstration"):
        is_done = _manage_unless_stopped(supervisor, ["demo"], environment)
    if is_done:
        demo_state.write(folder, demo_state.DONE)


def _start_product(
    options: Options, folder: Path, environment: Mapping[str, str], supervisor: Supervisor
) -> None:
    python, log = sys.executable, folder / "log"
    celery = (python, "-m", "celery", "--app", "lucky_link", "--workdir", str(embedded_services.ROOT))
    worker = ("worker", "--concurrency", "2", "--loglevel", "INFO", "--without-gossip", "--without-mingle")
    beat = ("beat", "--loglevel", "INFO", "--pidfile=")

    # The owner of the tables is known to the migrations alone.
    own = {name: value for name, value in environment.items() if name != "DATABASE_OWNER_URL"}

    def start(name: str, command: tuple[str, ...]) -> Child:
        return supervisor.start(Service(name=name, command=command, log=log / f"{name}.log", environment=own))

    with step("starting the pages"):
        web_child = start("web", web_command(options.port))
        supervisor.wait_until(lambda: _answers(options.port), web_child, seconds=60)
    if supervisor.stopping.is_set():
        return
    # After the first page, which therefore need not wait for their start of two seconds.
    start("worker", (*celery, *worker))
    start("beat", (*celery, *beat))
    run = {"address": options.address, "process": os.getpid(), "demonstration": options.is_demo}
    (folder / RUN_FILE).write_text(json.dumps(run))


def web_command(port: int) -> tuple[str, ...]:
    """Return the command of the web server; a worker that dies is replaced at once."""
    options = {
        "--interface": "wsgi",
        "--host": HOST,
        "--port": str(port),
        "--workers": "2",
        "--blocking-threads": "4",
        "--respawn-interval": "0.5",
        "--working-dir": str(embedded_services.ROOT),
    }
    words = (word for option in options.items() for word in option)
    application = "lucky_link.wsgi:application"
    return (sys.executable, "-m", "granian", *words, "--respawn-failed-workers", application)


def _manage_unless_stopped(
    supervisor: Supervisor, arguments: list[str], environment: Mapping[str, str]
) -> bool:
    """Run a management command; return False when a stop signal interrupted it."""
    # In its own session, so that Ctrl-C does not interrupt a migration with a traceback.
    process = subprocess.Popen(_command(arguments), env=environment, start_new_session=True)
    while process.poll() is None:
        if supervisor.stopping.wait(0.05):
            process.terminate()
            process.wait()
            return False
    if process.returncode != 0:
        raise LauncherError(_failure_message(arguments))
    return True


def _command(arguments: list[str]) -> list[str]:
    return [sys.executable, str(embedded_services.ROOT / "manage.py"), *arguments]


def _failure_message(arguments: list[str]) -> str:
    return f"`./luckylink manage {' '.join(arguments)}` failed; the reason stands above."


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://{HOST}:{port}/sante/", timeout=5) as response:
            return bool(response.status == HTTPStatus.OK)
    except (URLError, OSError):
        return False


def _print_addresses(options: Options, folder: Path, environment: Mapping[str, str]) -> None:
    started_at = os.environ.get("LUCKY_LINK_STARTED", "")
    duration = f" ({time.time() - int(started_at):.0f} s after the command)" if started_at.isdigit() else ""
    print_line(f"\nLucky Link is ready at {options.address}{duration}")
    if options.is_demo:
        print_line(
            f"Sign in as anybody of the demonstration, without a password: {options.address}/demonstration/"
        )
    if environment["EMAIL_URL"].startswith("filemail:"):
        print_line(f"Mails are kept in {folder / 'mails'}, none leaves this machine.")
    print_line(f"Logs: {folder / 'log'}. Stop with Ctrl-C.\n")


def _already_running_message(options: Options, folder: Path) -> str:
    run = read_run_file(folder)
    where = f" at {run['address']} (process {run['process']})" if run else ""
    return (
        f"Lucky Link already runs from {folder}{where}: its port is busy. Stop that one with Ctrl-C,"
        " or give this one its own folder and port:"
        f" LUCKY_LINK_VAR=/another/folder ./luckylink up --port {options.port + 1}"
    )


def free_port(preferred: int = Options.port) -> int:
    """Return a port of this machine that is not in use: `preferred` if it is free."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, preferred))
        except OSError:
            probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def _refuse_busy_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            remedy = f"./luckylink up --port {port + 1}"
            raise LauncherError(
                f"Port {port} is busy. Stop what listens there, or use another: {remedy}"
            ) from error
