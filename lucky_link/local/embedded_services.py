"""PostgreSQL and Valkey of an embedded run: `up`, `story`, `manage` and the tests.

Services that the environment names (DATABASE_URL, REDIS_URL, EMAIL_URL) are used instead.
"""

import fcntl
import hashlib
import os
import re
import secrets
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from lucky_link.local import postgres, valkey
from lucky_link.local.console import LauncherError
from lucky_link.local.supervisor import Supervisor

ROOT = Path(__file__).resolve().parents[2]
# A Unix socket path is limited to 107 bytes; the longest file name in the folder is ".s.PGSQL.5432.lock".
SOCKET_FOLDER_PATTERN = re.compile(r"[A-Za-z0-9._/-]{1,80}")


@dataclass(frozen=True, kw_only=True)
class Services:
    """The supervisor of the started services, and the environment of the processes that use them."""

    supervisor: Supervisor
    environment: dict[str, str] = field(default_factory=dict)


def var_folder() -> Path:
    """Return the folder of an embedded run: LUCKY_LINK_VAR, or `var` beside the code."""
    return Path(os.environ.get("LUCKY_LINK_VAR") or ROOT / "var").absolute()


def start(folder: Path, *, supervisor: Supervisor, durable: bool) -> Services:
    """Start the services that the environment does not name, and wait until they are ready.

    Raises Refusal when a server cannot start.
    """
    services = Services(supervisor=supervisor, environment=environment(folder))
    sockets = socket_folder(folder)
    if not os.environ.get("DATABASE_URL"):
        cluster = postgres.prepare_cluster(folder, sockets)
        postgres.stop_orphan(cluster)
        log = folder / "log" / "postgresql.log"
        child = supervisor.start(postgres.service(cluster, log, durable=durable))
        supervisor.wait_until(lambda: postgres.is_ready(cluster), child, seconds=40)
        if not supervisor.stopping.is_set():
            postgres.create_database(cluster)
    if not os.environ.get("REDIS_URL"):
        child = supervisor.start(valkey.service(sockets, folder / "log" / "valkey.log"))
        supervisor.wait_until(lambda: valkey.is_ready(sockets), child, seconds=20)
    return services


def environment(folder: Path) -> dict[str, str]:
    """Return the environment of a process that uses the services of `folder`."""
    defined = {name: value for name, value in os.environ.items() if value}
    sockets = socket_folder(folder)
    return {
        "REDIS_URL": valkey.url(sockets),
        "EMAIL_URL": f"filemail://{quote(str(folder / 'mails'))}",
        "SECRET_KEY": defined.get("SECRET_KEY") or secret_key(folder),
        "LUCKY_LINK_EMBEDDED": "1",
        "LUCKY_LINK_VAR": str(folder),
        "PYTHONUNBUFFERED": "1",
        **defined,
        **({} if "DATABASE_URL" in defined else _embedded_database(sockets)),
    }


def _embedded_database(sockets: Path) -> dict[str, str]:
    return {
        "DATABASE_URL": postgres.url(sockets),
        "DATABASE_OWNER_URL": postgres.url(sockets, postgres.OWNER),
        # `manage dbshell` runs the psql of this folder unless the machine has one.
        "PATH": os.pathsep.join([os.environ.get("PATH", os.defpath), str(postgres.executables())]),
    }


def socket_folder(folder: Path) -> Path:
    """Return a folder for sockets with a short ASCII path, private to this user.

    Raises Refusal when another user owns it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    sockets = folder / "run"
    if not SOCKET_FOLDER_PATTERN.fullmatch(str(sockets)):
        temporary = Path(tempfile.gettempdir())
        temporary = temporary if SOCKET_FOLDER_PATTERN.fullmatch(f"{temporary}/{'x' * 40}") else Path("/tmp")  # noqa: S108
        name = hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:12]
        sockets = temporary / f"lucky-link-{os.geteuid()}-{name}"
    sockets.mkdir(mode=0o700, exist_ok=True)
    if sockets.is_symlink() or (sockets.stat().st_uid != os.geteuid() and os.geteuid() != 0):
        raise LauncherError(
            f"{sockets} belongs to somebody else. Remove it, or set LUCKY_LINK_VAR to a short path."
        )
    return sockets


def secret_key(folder: Path) -> str:
    """Return the secret key of this folder, created at the first call and readable by its owner only."""
    path = folder / "secret"
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text()
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(64))
    return path.read_text()


@contextmanager
def exclusive_lock(folder: Path) -> Iterator[bool]:
    """Lock the folder for the block; yield False when another run has locked it."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


@contextmanager
def running(folder: Path, *, durable: bool) -> Iterator[Mapping[str, str]]:
    """Yield the environment of the services of `folder`, started for the block unless an `up` runs them."""
    with exclusive_lock(folder) as is_locked:
        supervisor = Supervisor()
        try:
            if is_locked:
                yield start(folder, supervisor=supervisor, durable=durable).environment
            else:
                yield environment(folder)
        finally:
            supervisor.stop()
