"""The services of an embedded run: PostgreSQL and Valkey for a newcomer, for tests, for a story.

Whatever the environment already names (DATABASE_URL, REDIS_URL, EMAIL_URL) is used instead.
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

from lucky_link import postgres, valkey
from lucky_link.console import Refusal
from lucky_link.supervisor import Supervisor

ROOT = Path(__file__).resolve().parent.parent
# A Unix socket's path may have 107 bytes, and our longest name below the folder is ".s.PGSQL.5432.lock".
SAFE_FOLDER = re.compile(r"[A-Za-z0-9._/-]{1,80}")


@dataclass(frozen=True, kw_only=True)
class Services:
    """What runs, and the environment that leads to it."""

    supervisor: Supervisor
    environment: dict[str, str] = field(default_factory=dict)


def var_folder() -> Path:
    """Return the folder of an embedded run: LUCKY_LINK_VAR, or `var` beside the code."""
    return Path(os.environ.get("LUCKY_LINK_VAR") or ROOT / "var").absolute()


def start(folder: Path, *, supervisor: Supervisor, durable: bool) -> Services:
    """Start in `folder` what the environment does not name, and wait until it answers.

    Raises Refusal when a server cannot start.
    """
    services = Services(supervisor=supervisor, environment=environment(folder))
    sockets = sockets_folder(folder)
    if not os.environ.get("DATABASE_URL"):
        cluster = postgres.settle(folder, sockets)
        postgres.stop_leftover(cluster)
        log = folder / "log" / "postgresql.log"
        child = supervisor.start(postgres.service(cluster, log, durable=durable))
        supervisor.wait_until(lambda: postgres.answers(cluster), child, seconds=40)
        if not supervisor.stopping.is_set():
            postgres.make_database(cluster)
    if not os.environ.get("REDIS_URL"):
        child = supervisor.start(valkey.service(sockets, folder / "log" / "valkey.log"))
        supervisor.wait_until(lambda: valkey.answers(sockets), child, seconds=20)
    return services


def environment(folder: Path) -> dict[str, str]:
    """Return the environment of a process that uses the services of `folder`."""
    given = {name: value for name, value in os.environ.items() if value}
    sockets = sockets_folder(folder)
    return {
        "DATABASE_URL": postgres.url(sockets),
        "REDIS_URL": valkey.url(sockets),
        "EMAIL_URL": f"filemail://{quote(str(folder / 'mails'))}",
        "SECRET_KEY": given.get("SECRET_KEY") or secret(folder),
        "LUCKY_LINK_EMBEDDED": "1",
        "LUCKY_LINK_VAR": str(folder),
        "PYTHONUNBUFFERED": "1",
        **given,
    }


def sockets_folder(folder: Path) -> Path:
    """Return a folder for sockets with a short and plain path, private to this user.

    Raises Refusal when somebody else owns it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    sockets = folder / "run"
    if not SAFE_FOLDER.fullmatch(str(sockets)):
        place = Path(tempfile.gettempdir())
        place = place if SAFE_FOLDER.fullmatch(f"{place}/{'x' * 40}") else Path("/tmp")  # noqa: S108
        name = hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:12]
        sockets = place / f"lucky-link-{os.geteuid()}-{name}"
    sockets.mkdir(mode=0o700, exist_ok=True)
    if sockets.is_symlink() or (sockets.stat().st_uid != os.geteuid() and os.geteuid() != 0):
        raise Refusal(
            f"{sockets} belongs to somebody else. Remove it, or set LUCKY_LINK_VAR to a short path."
        )
    return sockets


def secret(folder: Path) -> str:
    """Return the secret key of this folder, made at the first call and readable by its owner alone."""
    path = folder / "secret"
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text()
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(64))
    return path.read_text()


@contextmanager
def alone(folder: Path) -> Iterator[bool]:
    """Hold the lock of the folder while the block runs; give False when another run holds it."""
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
    """Give the environment of the services of `folder`, started for the block unless an `up` runs them."""
    with alone(folder) as is_alone:
        supervisor = Supervisor()
        try:
            if is_alone:
                yield start(folder, supervisor=supervisor, durable=durable).environment
            else:
                yield environment(folder)
        finally:
            supervisor.stop()
