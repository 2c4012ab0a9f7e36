"""The `check` command: everything that can be said of the code without running a test."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from lucky_link.local.console import say

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
MANAGE = (sys.executable, "manage.py")
# Values of a well-kept production; nothing connects to these addresses.
PRODUCTION = {
    "PUBLIC_URL": "https://lucky-link.example.org",
    "ALLOWED_HOSTS": "lucky-link.example.org",
    "SECRET_KEY": "check-" + "only-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJ",
    "EMAIL_URL": "smtp+tls://mail.example.org:587",
    "DEFAULT_FROM_EMAIL": "Lucky Link <ne-pas-repondre@lucky-link.example.org>",
    "LUCKY_LINK_EMBEDDED": "",
    "LUCKY_LINK_DEMO": "",
}
COMPOSE = ("--builtin-schema", "vendor.compose-spec", "docker-compose.yml")


@dataclass(frozen=True)
class Check:
    """One question to a tool, and the environment it is asked in."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)


def checks() -> list[Check]:
    """Return every check, the longest first: the short ones pass beside it."""
    return [
        Check("types", (str(BIN / "mypy"),)),
        Check("launcher", ("sh", "-n", "luckylink")),
        Check("format", (str(BIN / "ruff"), "format", "--check", "--quiet", ".")),
        Check("lint", (str(BIN / "ruff"), "check", "--quiet", ".")),
        Check("import contracts", (str(BIN / "lint-imports"), "--no-cache")),
        Check("templates", (str(BIN / "djlint"), "--lint", "--quiet", "templates")),
        Check("template format", (str(BIN / "djlint"), "--reformat", "--check", "--quiet", "templates")),
        Check("dead code", (sys.executable, "-m", "lucky_link.local.dead_code")),
        Check("migrations", (*MANAGE, "makemigrations", "--check", "--dry-run"), PRODUCTION),
        Check("production settings", (*MANAGE, "check", "--deploy", "--fail-level", "WARNING"), PRODUCTION),
        Check("compose file", (str(BIN / "check-jsonschema"), "--quiet", *COMPOSE)),
    ]


def check() -> bool:
    """Ask every check, two at a time, show what each failure says, and tell whether all passed."""
    questions = checks()
    with ThreadPoolExecutor(max_workers=2) as desks:
        passed = list(desks.map(_passes, questions))
    failed = [question.name for question, is_right in zip(questions, passed, strict=True) if not is_right]
    say(f"check: {', '.join(failed)} failed" if failed else "check: all passed")
    return not failed


def _passes(question: Check) -> bool:
    with tempfile.TemporaryDirectory(prefix="lucky-link-check-") as scratch:
        environment = {
            **os.environ,
            "DATABASE_URL": os.environ.get("DATABASE_URL") or "postgresql://lucky_application@/lucky_link",
            "DATABASE_OWNER_URL": os.environ.get("DATABASE_OWNER_URL") or "postgresql://lucky@/lucky_link",
            "REDIS_URL": os.environ.get("REDIS_URL") or "redis://localhost:6379/0",
            "LUCKY_LINK_VAR": scratch,
            **question.environment,
        }
        done = subprocess.run(
            question.command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
        )
    verdict = f"check: {question.name}: {'passed' if done.returncode == 0 else 'FAILED'}"
    # In one breath, so that two checks do not speak at once.
    say(verdict if done.returncode == 0 else f"{verdict}\n{done.stdout}{done.stderr}".strip())
    return done.returncode == 0
