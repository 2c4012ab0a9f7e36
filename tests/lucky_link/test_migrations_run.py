"""Whether the migrations run again: another code, another database, a migration undone by hand."""

import os
from pathlib import Path

import pytest
from django.db import connection

from lucky_link import migrations_run


@pytest.fixture
def url(transactional_db: None) -> str:
    told = connection.settings_dict
    options = told["OPTIONS"]
    host, user = options.get("host") or told["HOST"], options.get("user") or told["USER"]
    return f"postgresql:///{told['NAME']}?host={host}&user={user}" if host else os.environ["DATABASE_URL"]


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


def test_they_run_at_the_first_start_and_not_at_the_next(url, code, tmp_path):
    assert migrations_run.is_needed(tmp_path, url, code)
    migrations_run.remember(tmp_path, url, code)
    assert not migrations_run.is_needed(tmp_path, url, code)


@pytest.mark.parametrize(
    "name", ["accounts/migrations/0001_initial.py", "accounts/migrations/0002_more.py", "requirements.lock"]
)
def test_another_code_migrates(url, code, tmp_path, name):
    migrations_run.remember(tmp_path, url, code)
    (code / name).write_text("two")
    assert migrations_run.is_needed(tmp_path, url, code)


def test_a_database_that_moved_migrates(url, code, tmp_path):
    migrations_run.remember(tmp_path, url, code)
    with connection.cursor() as session:
        session.execute("UPDATE django_migrations SET name = name || '_x' WHERE id = 1")
        try:
            assert migrations_run.is_needed(tmp_path, url, code)
        finally:
            session.execute("UPDATE django_migrations SET name = replace(name, '_x', '') WHERE id = 1")
