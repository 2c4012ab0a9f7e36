"""Whether `migrate` has to run, decided without starting Django.

The state file `migrated` holds two fingerprints: of the migrations of this code (ours by their content, those
of the packages by the lock files) and of the migrations that the database records as applied. Other code,
another database or a migration made by hand changes one of them.
"""

import hashlib
from pathlib import Path

import psycopg

STATE_FILE = "migrated"


def is_needed(folder: Path, database_url: str, code: Path) -> bool:
    """Return whether the migrations have to run: the state file is missing or differs."""
    state_file = folder / STATE_FILE
    return not state_file.exists() or state_file.read_text() != _fingerprints(database_url, code)


def write(folder: Path, database_url: str, code: Path) -> None:
    """Write the state file after the migrations ran."""
    (folder / STATE_FILE).write_text(_fingerprints(database_url, code))


def _fingerprints(database_url: str, code: Path) -> str:
    expected = hashlib.sha256()
    for path in sorted([*code.glob("*/migrations/*.py"), *code.glob("requirements*.lock")]):
        expected.update(f"{path.relative_to(code)}\n".encode() + path.read_bytes())
    # The settings list the applications that have tables.
    expected.update((code / "lucky_link" / "settings.py").read_bytes())
    return f"{expected.hexdigest()}\n{_applied_fingerprint(database_url)}\n"


def _applied_fingerprint(database_url: str) -> str:
    with psycopg.connect(database_url) as connection:
        if connection.execute("SELECT to_regclass('django_migrations')").fetchone() == (None,):
            return "nothing"
        rows = connection.execute(
            "SELECT id, app, name, applied FROM django_migrations ORDER BY id"
        ).fetchall()
    return hashlib.sha256(repr(rows).encode()).hexdigest()
