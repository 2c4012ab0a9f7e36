"""Packages of the operating system: the libraries of the PDF, and a browser for the tests."""

import ctypes
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from lucky_link.local.console import LauncherError, print_line


@dataclass(frozen=True, kw_only=True)
class SystemPackage:
    """A library or program, with its package names and how to detect it."""

    debian: str
    homebrew: str
    is_installed: Callable[[], bool]


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
    SystemPackage(
        debian="libpango-1.0-0",
        homebrew="pango",
        is_installed=_library("libpango-1.0.so.0", "libpango-1.0.0.dylib"),
    ),
    SystemPackage(
        debian="libpangoft2-1.0-0",
        homebrew="pango",
        is_installed=_library("libpangoft2-1.0.so.0", "libpangoft2-1.0.0.dylib"),
    ),
    SystemPackage(
        debian="libharfbuzz-subset0",
        homebrew="harfbuzz",
        is_installed=_library("libharfbuzz-subset.so.0", "libharfbuzz-subset.0.dylib"),
    ),
)
TESTS = (
    SystemPackage(debian="chromium", homebrew="chromium", is_installed=_browser),
    SystemPackage(debian="poppler-utils", homebrew="poppler", is_installed=_program("pdftoppm")),
)


def install_missing(packages: tuple[SystemPackage, ...]) -> None:
    """Install the missing packages as root on Debian or Ubuntu.

    Raises Refusal with the command to type when a package is still missing.
    """
    missing = _missing(packages)
    if missing and os.geteuid() == 0 and shutil.which("apt-get"):
        names = [package.debian for package in missing]
        print_line(f"luckylink: installing {' '.join(names)} (apt-get) ...")
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for command in (("update", "-q"), ("install", "-y", "-q", "--no-install-recommends", *names)):
            done = subprocess.run(
                ("apt-get", *command), env=environment, capture_output=True, text=True, check=False
            )
            if done.returncode != 0:
                print_line(f"luckylink: apt-get {command[0]} failed:\n{done.stderr[-1500:]}")
        missing = _missing(packages)
    if missing:
        raise LauncherError(f"This machine lacks {_names(missing)}. Type:\n    {install_command(missing)}")


def install_command(missing: list[SystemPackage]) -> str:
    """Return the command line that installs these packages on this machine."""
    if sys.platform == "darwin":
        return "brew install " + " ".join(dict.fromkeys(package.homebrew for package in missing))
    sudo = "" if os.geteuid() == 0 else "sudo "
    names = " ".join(package.debian for package in missing)
    return f"{sudo}apt-get update && {sudo}apt-get install -y {names}"


def _missing(packages: tuple[SystemPackage, ...]) -> list[SystemPackage]:
    return [package for package in packages if not package.is_installed()]


def _names(missing: list[SystemPackage]) -> str:
    return ", ".join(package.debian for package in missing)
