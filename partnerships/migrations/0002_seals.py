"""What the database itself refuses to change: answers, frozen texts, signatures, sealed PDFs."""

from typing import ClassVar

from django.db import migrations

from ledger.sealed import seal_table

SAME_TEXT = """
CREATE FUNCTION partnerships_same_text() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.fingerprint IS DISTINCT FROM
        (SELECT fingerprint FROM partnerships_charter WHERE id = NEW.charter_id) THEN
        RAISE EXCEPTION 'the fingerprint that was read is not that of the frozen text'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER partnerships_signature_same_text BEFORE INSERT ON partnerships_signature
    FOR EACH ROW EXECUTE FUNCTION partnerships_same_text();
"""
DROP_SAME_TEXT = """
DROP TRIGGER partnerships_signature_same_text ON partnerships_signature;
DROP FUNCTION partnerships_same_text();
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("partnerships", "0001_initial"), ("ledger", "0001_initial")]

    operations: ClassVar = [
        seal_table("partnerships_clauserevision"),
        seal_table("partnerships_answer"),
        seal_table("partnerships_reply"),
        seal_table("partnerships_charter"),
        seal_table("partnerships_voidedcharter"),
        seal_table("partnerships_signature"),
        seal_table("partnerships_sealedcharter"),
        migrations.RunSQL(sql=SAME_TEXT, reverse_sql=DROP_SAME_TEXT),
    ]
