"""What the role of the application cannot do, whatever it writes: the owner of the tables granted it rows alone."""

from __future__ import annotations

import pytest
from django.core.checks import run_checks
from django.db import connection
from psycopg import errors

from lucky_link import database_rights
from lucky_link.checks import application_owns_nothing, owner_is_named
from lucky_link.database_rights import APPEND_TABLES, READ_TABLES, RIGHTS
from tests.database_owner import connect, owner

pytestmark = pytest.mark.django_db

EVERY_RIGHT = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER", "MAINTAIN")
PROTECTED = (
    "ledger_entry",
    "partnerships_signature",
    "partnerships_charter",
    "partnerships_sealedcharter",
    "partnerships_clauserevision",
    "partnerships_answer",
)
DENIED = errors.InsufficientPrivilege
TABLE_STATEMENTS = (
    "ALTER TABLE {} DISABLE TRIGGER ALL",
    "ALTER TABLE {} DISABLE TRIGGER USER",
    "ALTER TABLE {} OWNER TO CURRENT_USER",
    "ALTER TABLE {} DISABLE RULE x",
    "ALTER TABLE {} ADD COLUMN more text",
    "ALTER TABLE {} RENAME TO elsewhere",
    "ALTER TABLE {} SET SCHEMA pg_temp",
    "DROP TABLE {} CASCADE",
    "TRUNCATE {} CASCADE",
    "CREATE TRIGGER mine BEFORE INSERT ON {} FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change()",
    "CREATE RULE mine AS ON DELETE TO {} DO INSTEAD NOTHING",
    "CREATE INDEX ON {} (id)",
    "COMMENT ON TABLE {} IS 'mine'",
)
APPEND_STATEMENTS = (
    "UPDATE {} SET {column} = {column}",
    "DELETE FROM {}",
    "TRUNCATE {}",
    "SELECT 1 FROM {} FOR UPDATE",
    "MERGE INTO {} USING (SELECT 1) AS s ON true WHEN MATCHED THEN DELETE",
)
SESSION_STATEMENTS = (
    "SET session_replication_role = replica",
    "SET LOCAL session_replication_role = replica",
    "SELECT set_config('session_replication_role', 'replica', false)",
    "SET ROLE {owner}",
    "SET LOCAL ROLE {owner}",
    "SET SESSION AUTHORIZATION {owner}",
    "SELECT set_config('role', '{owner}', false)",
    "GRANT {owner} TO CURRENT_USER",
    "ALTER ROLE CURRENT_USER SUPERUSER",
    "ALTER ROLE CURRENT_USER CREATEROLE",
    "ALTER ROLE {owner} PASSWORD 'known'",
    "CREATE ROLE another SUPERUSER",
    "ALTER DATABASE {database} OWNER TO CURRENT_USER",
    "ALTER DATABASE {database} SET session_replication_role = replica",
    "ALTER SYSTEM SET session_replication_role = 'replica'",
    "CREATE OR REPLACE FUNCTION ledger_refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
    "CREATE OR REPLACE FUNCTION partnerships_same_text() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
    "CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE FUNCTION pg_catalog.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "DROP FUNCTION ledger_refuse_change() CASCADE",
    "ALTER FUNCTION ledger_next_entry() RENAME TO mine",
    "ALTER FUNCTION partnerships_entry_exists(uuid, text[], timestamptz, jsonb, uuid[]) RESET search_path",
    "CREATE TEMPORARY TABLE ledger_entry (id int)",
    "CREATE TEMPORARY VIEW partnerships_party AS SELECT 1",
    "CREATE TABLE mine (id int)",
    "CREATE SCHEMA mine",
    "DROP EXTENSION plpgsql CASCADE",
    "DROP SCHEMA public CASCADE",
    "ALTER SCHEMA public RENAME TO other",
    "DROP TRIGGER partnerships_charter_one_standing ON partnerships_charter",
    "ALTER TABLE ledger_entry DROP CONSTRAINT one_entry_for_each_place_in_the_chain",
    "SELECT setval(pg_get_serial_sequence('partnerships_signature', 'id'), 1)",
    "SELECT setval(pg_get_serial_sequence('ledger_entry', 'id'), 1)",
    "ALTER SEQUENCE ledger_entry_id_seq RESTART",
    "COPY (SELECT 1) TO PROGRAM 'true'",
    "COPY ledger_entry FROM PROGRAM 'true'",
    "COPY (SELECT 1) TO '/tmp/mine'",
    "COPY ledger_entry FROM '/etc/passwd'",
    "SELECT pg_read_file('PG_VERSION')",
    "SELECT pg_read_binary_file('PG_VERSION')",
    "SELECT pg_ls_dir('.')",
    "SELECT lo_import('/etc/passwd')",
    "SELECT lo_export(1, '/tmp/mine')",
    "SELECT pg_reload_conf()",
    "SELECT * FROM pg_authid",
    "UPDATE pg_trigger SET tgenabled = 'D'",
    "UPDATE pg_proc SET prosrc = ''",
    "DELETE FROM pg_constraint",
    "CREATE SUBSCRIPTION mine CONNECTION 'x' PUBLICATION y WITH (connect = false)",
    "CREATE EVENT TRIGGER mine ON ddl_command_start EXECUTE FUNCTION ledger_refuse_change()",
)
# These run outside a transaction.
ALONE = ("ALTER SYSTEM", "CREATE SUBSCRIPTION")


def statements() -> list[str]:
    """Return every statement that no right of the application allows."""
    tables = [text.format(table) for table in PROTECTED for text in TABLE_STATEMENTS]
    return [*tables, *SESSION_STATEMENTS]


def run(statement: str) -> None:
    """Run a statement as the role itself, in a connection that no owner opened."""
    names = {"owner": connection.settings_dict["USER"], "database": connection.settings_dict["NAME"]}
    for name, value in names.items():
        statement = statement.replace(f"{{{name}}}", value)
    with connect() as session:
        session.autocommit = statement.startswith(ALONE)
        session.execute(statement)


@pytest.mark.parametrize("statement", statements())
def test_what_only_an_owner_may_is_denied(statement):
    with pytest.raises(DENIED):
        run(statement)


@pytest.mark.parametrize("table", [*APPEND_TABLES, *READ_TABLES])
@pytest.mark.parametrize("text", APPEND_STATEMENTS)
def test_what_is_only_added_to_is_neither_changed_nor_deleted(table, text):
    with connection.cursor() as cursor:
        column = connection.introspection.get_table_description(cursor, table)[0].name
    with pytest.raises(DENIED):
        run(text.format(table, column=column))


def test_more_than_ninety_nine_statements_are_denied():
    assert len(set(statements())) >= 99


def test_every_table_has_the_rights_that_are_stated_and_no_other():
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
        assert tables == set(RIGHTS)
        for table in sorted(tables):
            cursor.execute(
                "SELECT ARRAY(SELECT r FROM unnest(%s::text[]) AS r WHERE has_table_privilege(current_user, %s, r))",
                [list(EVERY_RIGHT), table],
            )
            assert tuple(cursor.fetchone()[0]) == RIGHTS[table], table


def test_a_table_that_refuses_changes_is_only_added_to():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE 'pgtrigger_append_only_%'"
        )
        protected = {table for (table,) in cursor.fetchall()}
    assert protected
    assert protected <= set(APPEND_TABLES)


def test_every_function_looks_at_temporary_tables_last():
    """One that reads a table would else read a temporary one of the same name."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT proname, proconfig FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prosrc ~ ' FROM '"
        )
        paths = dict(cursor.fetchall())
    assert len(paths) > 20
    assert {
        name for name, path in paths.items() if path != ["search_path=pg_catalog, public, pg_temp"]
    } == set()


def test_the_tests_themselves_act_with_the_rights_of_the_application(settings):
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == (settings.DATABASE_APPLICATION_ROLE,)
    with connect() as session:
        assert session.execute("SELECT current_user, session_user").fetchone() == (
            settings.DATABASE_APPLICATION_ROLE,
            settings.DATABASE_APPLICATION_ROLE,
        )


def test_the_check_is_silent_for_the_application_and_warns_of_an_owner():
    assert application_owns_nothing(databases=["default"]) == []
    with owner():
        warned = {warning.msg for warning in application_owns_nothing(databases=["default"])}
    assert len(warned) == 2
    assert all("The role of DATABASE_URL" in message for message in warned)
    assert application_owns_nothing(databases=None) == []


def test_a_deployment_without_an_owner_is_warned_of():
    assert [warning.id for warning in owner_is_named()] == ["lucky_link.W001"]
    assert "lucky_link.W001" in {warning.id for warning in run_checks(include_deployment_checks=True)}


def test_an_owner_that_is_the_application_grants_nothing():
    with owner() as cursor:
        cursor.execute("SELECT current_user, relacl::text FROM pg_class WHERE relname = 'ledger_entry'")
        role, before = cursor.fetchone()
        database_rights.grant(connection, role=role, password="")
        cursor.execute("SELECT relacl::text FROM pg_class WHERE relname = 'ledger_entry'")
        assert cursor.fetchone() == (before,)


def test_a_role_is_created_with_its_rights_and_another_grant_takes_nothing_away():
    with owner() as cursor:
        for _again in range(2):
            database_rights.grant(connection, role="another application", password="secret")
        cursor.execute("SELECT rolcanlogin, rolsuper FROM pg_roles WHERE rolname = 'another application'")
        assert cursor.fetchone() == (True, False)
        cursor.execute("SELECT has_table_privilege('another application', 'ledger_entry', 'INSERT')")
        assert cursor.fetchone() == (True,)
