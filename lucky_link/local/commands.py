"""The commands of ./luckylink, run once Python and the packages are installed."""

import argparse
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from lucky_link.demo import reader
from lucky_link.demo.case_file import CaseFile
from lucky_link.local import (
    check,
    embedded_services,
    fonts,
    launcher,
    system_packages,
    translations,
    web_files,
)
from lucky_link.local.console import LauncherError, print_line, step

HELP = """\
./luckylink up [--demo] [--port N]  run the product on this machine; Ctrl-C stops it
./luckylink story [FILE]            play the life of one case over HTTP, from a TOML file (--address URL)
./luckylink test [ARGUMENTS]        check, then every test; with arguments, pytest alone with them
./luckylink check                   format, lint, import contracts, types, templates, settings
./luckylink bench                   measure, as ratios in one run
./luckylink audit                   coverage of the tests, every page in Chromium for each reader, Lighthouse
./luckylink manage ...              a management command of Django
./luckylink prepare                 fonts, style sheet and translations only
./luckylink help                    this text
"""

STORY_HELP = """\
The file says who (association, company, broker: names of the shipped cast), what each expects ([[filings]]),
the clauses with their tables ([[clauses]]), what is said of them at each round ([[remarks]]), what the broker
makes of it ([[redrafts]], and [[keeps]] for a risk that stays, because), and the milestones. What follows the
signature: [[payments]] by label, [[postponements]] of milestones, commitments [[kept]], [[questionnaires]]
(limits, barometer, evaluation) with their answers, [[closing_parts]]. Its [calendar] serves the
demonstration; over HTTP all happens today, and a postponement to a day that is past is one to today. In a
text {clause 9} refers to the ninth clause; written_from = ["A expectation 1"] says which line of an envelope
a clause comes from.

The story registers both organisations, verifies them, opens the envelopes, plays every round, has the text
frozen, signed and sealed, and ends with the path of the PDF. A line that cannot be played is named before
anything starts. To begin one of your own, copy lucky_link/demo/cases/P2.toml.
"""

# The code whose coverage by the tests `audit` requires.
COVERED_CODE = "*/actions/*,*/actions.py,*/transitions.py,*/lifecycle.py,*/permissions.py,ledger/*"


def main(words: Sequence[str]) -> int:
    """Run one command and return its exit code."""
    name, arguments = (words[0], list(words[1:])) if words else ("help", [])
    if name in {"help", "-h", "--help"}:
        print_line(HELP)
        return 0
    if name not in COMMANDS:
        print_line(f"luckylink: there is no command “{name}”.\n\n{HELP}")
        return 2
    # Importing lucky_link has set the settings of the product; each program started below sets its own.
    os.environ.pop("DJANGO_SETTINGS_MODULE", None)
    try:
        return COMMANDS[name](arguments)
    except LauncherError as refusal:
        print_line(f"luckylink: {refusal}")
        return 1


def _up(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="luckylink up")
    parser.add_argument("--demo", action="store_true", help="load the fictional demonstration")
    parser.add_argument("--port", type=int, default=8000)
    parsed = parser.parse_args(arguments)
    _prepare([])
    launcher.run(launcher.Options(port=parsed.port, is_demo=parsed.demo))
    return 0


def _story(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="luckylink story", epilog=STORY_HELP, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("file", nargs="?", help="a case in TOML; the shipped one by default")
    parser.add_argument("--address", help="of the product that uses this environment's database and mails")
    parsed = parser.parse_args(arguments)
    files = [str(_valid_case_path(parsed.file))] if parsed.file else []
    _prepare([])
    if parsed.address:
        return _play_story(files, parsed.address)
    folder = embedded_services.var_folder()
    with embedded_services.exclusive_lock(folder) as is_locked:
        # Without a running product, the story uses a folder of its own, apart from the real cases.
        os.environ["LUCKY_LINK_VAR"] = str(folder / "story" if is_locked else folder)
    with launcher.running_product(launcher.Options(port=launcher.free_port())) as address:
        code = _play_story(files, address)
    if is_locked and code == 0:
        print_line(f"To look around: LUCKY_LINK_VAR={embedded_services.var_folder()} ./luckylink up")
    return code


def _valid_case_path(argument: str) -> Path:
    path = Path(os.environ.get("LUCKY_LINK_CWD", ".")) / argument
    try:
        reader.read(path, CaseFile)
    except reader.InvalidFile as error:
        raise LauncherError(str(error)) from error
    return path


def _play_story(files: list[str], address: str) -> int:
    environment = {**embedded_services.environment(embedded_services.var_folder()), "PUBLIC_URL": address}
    return _run(
        [sys.executable, str(embedded_services.ROOT / "manage.py"), "story", *files], environment=environment
    )


def _manage(arguments: list[str]) -> int:
    _prepare([])
    with embedded_services.running(embedded_services.var_folder(), durable=True) as environment:
        command = [sys.executable, str(embedded_services.ROOT / "manage.py"), *arguments]
        return _run(command, environment=environment, folder=os.environ.get("LUCKY_LINK_CWD"))


def _test(arguments: list[str]) -> int:
    _prepare(list(system_packages.TESTS))
    is_clean = bool(arguments) or check.check()
    options = arguments or ["--numprocesses", "2", "--dist", "loadfile", "--no-loadscope-reorder"]
    return _run([sys.executable, "-m", "pytest", *options]) or (0 if is_clean else 1)


def _check(_: list[str]) -> int:
    _prepare([])
    return 0 if check.check() else 1


def _bench(arguments: list[str]) -> int:
    _prepare([])
    paths = arguments or ["tests/benchmarks"]
    return _run([sys.executable, "-m", "pytest", "-m", "bench", "--capture", "no", *paths])


def _audit(_: list[str]) -> int:
    _prepare(list(system_packages.TESTS))
    python = sys.executable
    audits = {
        "tests under coverage": [python, "-m", "coverage", "run", "-m", "pytest"],
        "coverage of the rules": [
            python,
            "-m",
            "coverage",
            "report",
            "--fail-under",
            "95",
            f"--include={COVERED_CODE}",
        ],
        "every page in Chromium": [
            python,
            "-m",
            "pytest",
            "-m",
            "audit",
            "--numprocesses",
            "2",
            "tests/browser/test_audit.py",
        ],
        "hostile walk": [
            python,
            "-m",
            "pytest",
            "-m",
            "audit",
            "--numprocesses",
            "2",
            "--dist",
            "loadfile",
            "tests/hostile",
            "tests/partnerships/signing",
        ],
        "Lighthouse on a slow phone": [
            python,
            "-m",
            "pytest",
            "-m",
            "audit",
            "--capture",
            "no",
            "-rs",
            "tests/browser/test_lighthouse.py",
        ],
        "twenty thousand steps": [python, "-m", "pytest", "-m", "audit", "tests/partnerships/walk"],
    }
    return max(_run_step(name, command) for name, command in audits.items())


def _run_step(name: str, command: list[str]) -> int:
    with step(name):
        return _run(command)


def _prepare(packages: list[system_packages.SystemPackage]) -> int:
    system_packages.install_missing((*system_packages.PDF, *packages))
    translations.compile_all()
    fonts.cut_all()
    web_files.build_all()
    return 0


def _run(
    command: list[str], *, environment: Mapping[str, str] | None = None, folder: str | None = None
) -> int:
    completed = subprocess.run(command, env=environment, cwd=folder or embedded_services.ROOT, check=False)
    return completed.returncode


COMMANDS: dict[str, Callable[[list[str]], int]] = {
    "up": _up,
    "story": _story,
    "test": _test,
    "check": _check,
    "bench": _bench,
    "audit": _audit,
    "manage": _manage,
    "prepare": lambda _: _prepare([]),
}
