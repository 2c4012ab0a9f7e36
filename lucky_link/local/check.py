"""The `check` command: static checks of the code."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from lucky_link.local.console import print_line

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
MANAGE = (sys.executable, "manage.py")
# Settings of a production; nothing connects to these addresses.
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
    """A command and its additional environment variables."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)


def checks() -> list[Check]:
    """Return every check, the longest first, since two run at a time."""
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
    """Run every check, two at a time, print the output of failures, and return whether all passed."""
    all_checks = checks()
    with ThreadPoolExecutor(max_workers=2) as executor:
        passed = list(executor.map(_passes, all_checks))
    failed = [item.name for item, is_passed in zip(all_checks, passed, strict=True) if not is_passed]
    print_line(f"check: {', '.join(failed)} failed" if failed else "check: all passed")
    return not failed


def _passes(check_: Check) -> bool:
    with tempfile.TemporaryDirectory(prefix="lucky-link-check-") as scratch:
        environment = {
            **os.environ,
            "DATABASE_URL": os.environ.get("DATABASE_URL") or "postgresql://lucky_application@/lucky_link",
            "DATABASE_OWNER_URL": os.environ.get("DATABASE_OWNER_URL") or "postgresql://lucky@/lucky_link",
            "REDIS_URL": os.environ.get("REDIS_URL") or "redis://localhost:6379/0",
            "LUCKY_LINK_VAR": scratch,
            **check_.environment,
        }
        done = subprocess.run(
            check_.command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
        )
    verdict = f"check: {check_.name}: {'passed' if done.returncode == 0 else 'FAILED'}"
    # One write, so that the outputs of two checks are not mixed.
    print_line(verdict if done.returncode == 0 else f"{verdict}\n{done.stdout}{done.stderr}".strip())
    return done.returncode == 0
