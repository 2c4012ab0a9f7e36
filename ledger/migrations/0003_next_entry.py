"""An entry follows the last one of its chain, also when raw SQL writes it."""

from typing import ClassVar

from django.db import migrations

from ledger.sealed import CREATE_REFUSAL_WITH_REASON, DROP_REFUSAL_WITH_REASON

# Temporary tables come last in the path, so that none stands for a table of ours.
NEXT_ENTRY = """
CREATE FUNCTION ledger_next_entry() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    last record;
BEGIN
    SELECT sequence, hash INTO last FROM ledger_entry
    WHERE subject_type = NEW.subject_type AND subject_id = NEW.subject_id
    ORDER BY sequence DESC LIMIT 1;
    IF NEW.sequence <> COALESCE(last.sequence, 0) + 1
        OR NEW.previous_hash <> COALESCE(last.hash, repeat('0', 64)) OR NEW.hash !~ '^[0-9a-f]{64}$' THEN
        RAISE EXCEPTION 'an entry of the ledger follows the last one of its chain'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END
$$;
"""
DROP_NEXT_ENTRY = "DROP FUNCTION ledger_next_entry();"


class Migration(migrations.Migration):
    dependencies: ClassVar = [("ledger", "0002_declared_triggers")]

    operations: ClassVar = [
        migrations.RunSQL(sql=CREATE_REFUSAL_WITH_REASON, reverse_sql=DROP_REFUSAL_WITH_REASON),
        migrations.RunSQL(sql=NEXT_ENTRY, reverse_sql=DROP_NEXT_ENTRY),
    ]
