"""Seals on tables: what the database itself refuses to change, for the migrations of every app.

A migration that uses them depends on ("ledger", "0001_initial"), where `ledger_refuse_change` is made:

    operations = [seal_table("partnerships_signature"), seal_columns("partnerships_charter", ["snapshot"])]
"""

from collections.abc import Sequence

from django.db import migrations

MAKE_REFUSAL = """
CREATE FUNCTION ledger_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'table % is sealed: % is refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'integrity_constraint_violation';
END
$$;
"""
DROP_REFUSAL = "DROP FUNCTION ledger_refuse_change();"


def seal_table(table: str) -> migrations.RunSQL:
    """Return the operation after which `table` accepts INSERT alone: no UPDATE, DELETE or TRUNCATE."""
    return migrations.RunSQL(
        sql=(
            f"CREATE TRIGGER {table}_sealed BEFORE UPDATE OR DELETE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change();" + _no_truncate(table)
        ),
        reverse_sql=_drop(table),
    )


def seal_columns(table: str, columns: Sequence[str]) -> migrations.RunSQL:
    """Return the operation after which `columns` of `table` are written once and kept for good.

    A column may go from NULL to a value; a value never changes. Other columns stay free.
    DELETE is refused as soon as one of the columns holds a value, TRUNCATE always.
    """
    changed = " OR ".join(
        f"(OLD.{column} IS NOT NULL AND OLD.{column} IS DISTINCT FROM NEW.{column})" for column in columns
    )
    written = " OR ".join(f"OLD.{column} IS NOT NULL" for column in columns)
    return migrations.RunSQL(
        sql=(
            f"CREATE TRIGGER {table}_sealed BEFORE UPDATE ON {table} FOR EACH ROW "
            f"WHEN ({changed}) EXECUTE FUNCTION ledger_refuse_change();"
            f"CREATE TRIGGER {table}_kept BEFORE DELETE ON {table} FOR EACH ROW "
            f"WHEN ({written}) EXECUTE FUNCTION ledger_refuse_change();" + _no_truncate(table)
        ),
        reverse_sql=f"DROP TRIGGER {table}_kept ON {table};" + _drop(table),
    )


def _no_truncate(table: str) -> str:
    return (
        f"CREATE TRIGGER {table}_whole BEFORE TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();"
    )


def _drop(table: str) -> str:
    return f"DROP TRIGGER {table}_whole ON {table}; DROP TRIGGER {table}_sealed ON {table};"
