"""The commands behind ./luckylink, once Python and the packages are there."""

import argparse
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from lucky_link import casereader, catalogues, check, embedded, fonts, system, up
from lucky_link.casefile import BadCaseFile
from lucky_link.console import Refusal, say, step

HELP = """\
./luckylink up [--demo] [--port N]  run the product on this machine; Ctrl-C stops it
./luckylink story [FILE]            play the life of one case over HTTP, from a TOML file (--address URL)
./luckylink test [ARGUMENTS]        check, then every test; with arguments, pytest alone with them
./luckylink check                   format, lint, import contracts, types, templates, settings
./luckylink bench                   measure, as ratios in one run
./luckylink audit                   dead code, coverage of the tests, every page in Chromium for each reader
./luckylink manage ...              a management command of Django
./luckylink prepare                 fonts and translations only
./luckylink help                    this text
"""


def main(words: Sequence[str]) -> int:
    """Run one command and return its exit code."""
    name, arguments = (words[0], list(words[1:])) if words else ("help", [])
    if name not in COMMANDS:
        say(
            HELP
            if name in {"help", "-h", "--help"}
            else f"luckylink: there is no command “{name}”.\n\n{HELP}"
        )
        return 0 if name in {"help", "-h", "--help"} else 2
    # Importing the wiring named the product's settings; each program below names its own.
    os.environ.pop("DJANGO_SETTINGS_MODULE", None)
    try:
        return COMMANDS[name](arguments)
    except Refusal as refusal:
        say(f"luckylink: {refusal}")
        return 1


def _up(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="luckylink up")
    parser.add_argument("--demo", action="store_true", help="load the fictional demonstration")
    parser.add_argument("--port", type=int, default=8000)
    asked = parser.parse_args(arguments)
    _prepare([])
    up.up(up.Plan(port=asked.port, is_demonstration=asked.demo))
    return 0


STORY = """\
The file says who (association, company, broker: names of the shipped cast), what each expects ([[filings]]),
the clauses with their tables ([[clauses]]), what is said of them at each round ([[remarks]]), what the broker
makes of it ([[redrafts]], and [[keeps]] for a risk that stays, because), and the milestones. Its [calendar]
serves the demonstration; over HTTP all happens today. In a text {clause 9} refers to the ninth clause;
written_from = ["A expectation 1"] says which line of an envelope a clause comes from.

The story registers both organisations, verifies them, opens the envelopes, plays every round, has the text
frozen, signed and sealed, and ends with the path of the PDF. A line that cannot be played is named before
anything starts. To begin one of your own, copy lucky_link/demonstration/cases/P2.toml.
"""


def _story(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="luckylink story", epilog=STORY, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("file", nargs="?", help="a case in TOML; the shipped one by default")
    parser.add_argument("--address", help="of the product that uses this environment's database and mails")
    asked = parser.parse_args(arguments)
    files = [str(_case_file(asked.file))] if asked.file else []
    _prepare([])
    if asked.address:
        return _play(files, asked.address)
    folder = embedded.var_folder()
    with embedded.alone(folder) as is_alone:
        # A story of its own leaves nothing among the real cases.
        os.environ["LUCKY_LINK_VAR"] = str(folder / "story" if is_alone else folder)
    with up.product(up.Plan(port=up.free_port())) as address:
        code = _play(files, address)
    if is_alone and code == 0:
        say(f"To look around: LUCKY_LINK_VAR={embedded.var_folder()} ./luckylink up")
    return code


def _case_file(written: str) -> Path:
    path = Path(os.environ.get("LUCKY_LINK_CWD", ".")) / written
    try:
        casereader.read(path)
    except BadCaseFile as error:
        raise Refusal(str(error)) from error
    return path


def _play(files: list[str], address: str) -> int:
    environment = {**embedded.environment(embedded.var_folder()), "PUBLIC_URL": address}
    return _run([sys.executable, str(embedded.ROOT / "manage.py"), "story", *files], environment=environment)


def _manage(arguments: list[str]) -> int:
    _prepare([])
    with embedded.running(embedded.var_folder(), durable=True) as environment:
        command = [sys.executable, str(embedded.ROOT / "manage.py"), *arguments]
        return _run(command, environment=environment, folder=os.environ.get("LUCKY_LINK_CWD"))


def _test(arguments: list[str]) -> int:
    _prepare(list(system.TESTS))
    is_clean = bool(arguments) or check.check()
    options = arguments or ["--numprocesses", "2", "--dist", "loadfile", "--no-loadscope-reorder"]
    return _run([sys.executable, "-m", "pytest", *options]) or (0 if is_clean else 1)


def _check(_: list[str]) -> int:
    _prepare([])
    return 0 if check.check() else 1


def _bench(arguments: list[str]) -> int:
    _prepare([])
    measures = arguments or ["tests/benchmarks"]
    return _run([sys.executable, "-m", "pytest", "-m", "bench", "--capture", "no", *measures])


def _audit(_: list[str]) -> int:
    _prepare(list(system.TESTS))
    python = sys.executable
    questions = {
        "dead code": [python, "-m", "vulture"],
        "tests under coverage": [python, "-m", "coverage", "run", "-m", "pytest"],
        "coverage of the rules": [
            python,
            "-m",
            "coverage",
            "report",
            "--fail-under",
            "95",
            f"--include={RULES}",
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
        "twenty thousand steps": [python, "-m", "pytest", "-m", "audit", "tests/partnerships/walk"],
    }
    return max(_ask(name, command) for name, command in questions.items())


def _ask(name: str, command: list[str]) -> int:
    with step(name):
        return _run(command)


def _prepare(pieces: list[system.Piece]) -> int:
    system.bring((*system.PDF, *pieces))
    catalogues.compile_all()
    fonts.cut_all()
    return 0


def _run(
    command: list[str], *, environment: Mapping[str, str] | None = None, folder: str | None = None
) -> int:
    done = subprocess.run(command, env=environment, cwd=folder or embedded.ROOT, check=False)
    return done.returncode


RULES = "*/actions/*,*/lifecycle.py,*/permissions.py,ledger/*"
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

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
