"""An embedded run: migrated by its owner, used by a role that owns nothing, and open to psql."""

import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping

import psycopg
import pytest

from lucky_link.local import embedded_services, postgres
from lucky_link.local.supervisor import Supervisor

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, str]]:
    """Start an embedded run without the services of the tests, and migrate its database."""
    supervisor = Supervisor()
    with pytest.MonkeyPatch.context() as patch:
        for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "SECRET_KEY", "EMAIL_URL"):
            patch.delenv(name, raising=False)
        patch.setenv("DJANGO_SETTINGS_MODULE", "lucky_link.settings")
        folder = tmp_path_factory.mktemp("embedded")
        started = embedded_services.start(folder, supervisor=supervisor, durable=False).environment
        patch.setenv("PATH", "/usr/bin:/bin")
        assert manage(started, "migrate", "--verbosity", "0").returncode == 0
        yield started
    supervisor.stop()


def manage(environment: Mapping[str, str], *words: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(embedded_services.ROOT / "manage.py"), *words]
    return subprocess.run(command, env=environment, input=typed, capture_output=True, text=True, check=False)


def value(url: str, query: str) -> object:
    with psycopg.connect(url) as connection:
        row = connection.execute(query).fetchone()
    return row[0] if row else None


def test_the_tables_belong_to_the_owner_and_the_rows_to_the_application(environment) -> None:
    url = environment["DATABASE_URL"]
    assert value(url, "SELECT current_user") == postgres.APPLICATION
    assert value(url, "SELECT count(*) FROM partnerships_libraryversion")
    owners = "SELECT string_agg(DISTINCT tableowner, ',') FROM pg_tables WHERE schemaname = 'public'"
    assert value(url, owners) == postgres.OWNER
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        value(url, "ALTER TABLE ledger_entry DISABLE TRIGGER ALL")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        value(url, "DELETE FROM ledger_entry")


def test_the_checks_of_the_database_pass(environment) -> None:
    checked = manage(environment, "check", "--database", "default", "--fail-level", "WARNING")
    assert checked.returncode == 0, checked.stderr
    as_one_role = {**environment, "DATABASE_URL": environment["DATABASE_OWNER_URL"]}
    warned = manage(as_one_role, "check", "--database", "default", "--fail-level", "WARNING")
    assert warned.returncode == 1
    assert "lucky_link.W002" in warned.stderr


@pytest.mark.parametrize(
    ("words", "role"), [((), postgres.APPLICATION), (("--database", "owner"), postgres.OWNER)]
)
def test_dbshell_opens_psql_as_either_role(environment, words, role) -> None:
    assert shutil.which("psql", path=environment["PATH"])
    shell = manage(environment, "dbshell", *words, "--", "-At", typed="SELECT current_user;\n")
    assert (shell.returncode, shell.stdout.strip()) == (0, role), shell.stderr


def test_a_folder_from_before_the_two_roles_gains_the_second_one(environment) -> None:
    """A cluster that only knew its owner: the role is created at the start, its rights by the migrations."""
    owner_url = environment["DATABASE_OWNER_URL"]
    with psycopg.connect(owner_url, autocommit=True) as connection:
        connection.execute(f"DROP OWNED BY {postgres.APPLICATION}")
        connection.execute(f"DROP ROLE {postgres.APPLICATION}")
    assert manage(environment, "migrate", "--verbosity", "0").returncode == 0
    assert value(environment["DATABASE_URL"], "SELECT current_user") == postgres.APPLICATION
    assert value(environment["DATABASE_URL"], "SELECT count(*) FROM ledger_entry") == 0
