"""Whether the database already stands where this code wants it, asked without starting Django.

The note `migrated` keeps two fingerprints: of the migrations of this code (ours by their words, those of
the packages by the locks they came with) and of what the database says it has applied. Another code,
another database or a migration made by hand changes one of them.
"""

import hashlib
from pathlib import Path

import psycopg

NOTE = "migrated"


def is_needed(folder: Path, database_url: str, code: Path) -> bool:
    """Tell whether the migrations have to run: the note is missing or says something else."""
    note = folder / NOTE
    return not note.exists() or note.read_text() != _standing(database_url, code)


def remember(folder: Path, database_url: str, code: Path) -> None:
    """Note where the database stands once the migrations ran."""
    (folder / NOTE).write_text(_standing(database_url, code))


def _standing(database_url: str, code: Path) -> str:
    wanted = hashlib.sha256()
    for path in sorted([*code.glob("*/migrations/*.py"), *code.glob("requirements*.lock")]):
        wanted.update(f"{path.relative_to(code)}\n".encode() + path.read_bytes())
    # The settings say which applications have tables at all.
    wanted.update((code / "lucky_link" / "settings.py").read_bytes())
    return f"{wanted.hexdigest()}\n{_applied(database_url)}\n"


def _applied(database_url: str) -> str:
    with psycopg.connect(database_url) as session:
        if session.execute("SELECT to_regclass('django_migrations')").fetchone() == (None,):
            return "nothing"
        rows = session.execute("SELECT id, app, name, applied FROM django_migrations ORDER BY id").fetchall()
    return hashlib.sha256(repr(rows).encode()).hexdigest()
