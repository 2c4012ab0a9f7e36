"""Whether the migrations run again: other code, another database, a migration reverted by hand."""

from pathlib import Path

import pytest

from lucky_link.local import migration_state
from tests.database_owner import owner


@pytest.fixture
def code(tmp_path: Path) -> Path:
    for name, text in (
        ("accounts/migrations/0001_initial.py", "one"),
        ("requirements.lock", "django==6"),
        ("lucky_link/settings.py", "apps"),
    ):
        path = tmp_path / "code" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path / "code"


def test_they_run_at_the_first_start_and_not_at_the_next(database_url, code, tmp_path):
    assert migration_state.is_needed(tmp_path, database_url, code)
    migration_state.write(tmp_path, database_url, code)
    assert not migration_state.is_needed(tmp_path, database_url, code)


@pytest.mark.parametrize(
    "name", ["accounts/migrations/0001_initial.py", "accounts/migrations/0002_more.py", "requirements.lock"]
)
def test_other_code_migrates(database_url, code, tmp_path, name):
    migration_state.write(tmp_path, database_url, code)
    (code / name).write_text("two")
    assert migration_state.is_needed(tmp_path, database_url, code)


def test_a_database_with_other_migrations_migrates(database_url, code, tmp_path):
    migration_state.write(tmp_path, database_url, code)
    with owner() as cursor:
        cursor.execute("UPDATE django_migrations SET name = name || '_x' WHERE id = 1")
    try:
        assert migration_state.is_needed(tmp_path, database_url, code)
    finally:
        with owner() as cursor:
            cursor.execute("UPDATE django_migrations SET name = replace(name, '_x', '') WHERE id = 1")
