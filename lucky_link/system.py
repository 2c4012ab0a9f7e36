"""What the operating system must bring: the libraries of the PDF, and for tests a browser."""

import ctypes
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from lucky_link.console import Refusal, say


@dataclass(frozen=True, kw_only=True)
class Piece:
    """Something this machine may lack, with the name of its package."""

    debian: str
    homebrew: str
    is_there: Callable[[], bool]


def _library(linux: str, mac: str) -> Callable[[], bool]:
    def loads() -> bool:
        names = (
            [mac, f"/opt/homebrew/lib/{mac}", f"/usr/local/lib/{mac}"]
            if sys.platform == "darwin"
            else [linux]
        )
        return any(_loads(name) for name in names)

    return loads


def _loads(name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def _program(name: str) -> Callable[[], bool]:
    return lambda: shutil.which(name) is not None


def _browser() -> bool:
    mac = Path("/Applications/Chromium.app")
    return any(shutil.which(name) for name in ("chromium", "chromium-browser")) or mac.exists()


PDF = (
    Piece(
        debian="libpango-1.0-0",
        homebrew="pango",
        is_there=_library("libpango-1.0.so.0", "libpango-1.0.0.dylib"),
    ),
    Piece(
        debian="libpangoft2-1.0-0",
        homebrew="pango",
        is_there=_library("libpangoft2-1.0.so.0", "libpangoft2-1.0.0.dylib"),
    ),
    Piece(
        debian="libharfbuzz-subset0",
        homebrew="harfbuzz",
        is_there=_library("libharfbuzz-subset.so.0", "libharfbuzz-subset.0.dylib"),
    ),
)
TESTS = (
    Piece(debian="chromium", homebrew="chromium", is_there=_browser),
    Piece(debian="poppler-utils", homebrew="poppler", is_there=_program("pdftoppm")),
)


def bring(pieces: tuple[Piece, ...]) -> None:
    """Install what is missing when we are root on Debian or Ubuntu, else say how.

    Raises Refusal with the one line to type when a piece is still missing.
    """
    missing = _missing(pieces)
    if missing and os.geteuid() == 0 and shutil.which("apt-get"):
        packages = [piece.debian for piece in missing]
        say(f"luckylink: installing {' '.join(packages)} (apt-get) ...")
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for command in (("update", "-q"), ("install", "-y", "-q", "--no-install-recommends", *packages)):
            done = subprocess.run(
                ("apt-get", *command), env=quiet, capture_output=True, text=True, check=False
            )
            if done.returncode != 0:
                say(f"luckylink: apt-get {command[0]} failed:\n{done.stderr[-1500:]}")
        missing = _missing(pieces)
    if missing:
        raise Refusal(f"This machine lacks {_names(missing)}. Type:\n    {line(missing)}")


def line(missing: list[Piece]) -> str:
    """Return the one line that installs what is missing on this machine."""
    if sys.platform == "darwin":
        return "brew install " + " ".join(dict.fromkeys(piece.homebrew for piece in missing))
    sudo = "" if os.geteuid() == 0 else "sudo "
    names = " ".join(piece.debian for piece in missing)
    return f"{sudo}apt-get update && {sudo}apt-get install -y {names}"


def _missing(pieces: tuple[Piece, ...]) -> list[Piece]:
    return [piece for piece in pieces if not piece.is_there()]


def _names(missing: list[Piece]) -> str:
    return ", ".join(piece.debian for piece in missing)
