"""What the database itself refuses to change, once written or once opened; the shipped library."""

from typing import ClassVar

from django.db import migrations
from django.utils.timezone import now

from ledger.sealed import seal_columns, seal_table
from partnerships.drafting import library_file

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


def ship(apps, schema_editor):
    """Fill the empty library with the shipped clauses; `actions.library.ship` brings later ones."""
    clauses = apps.get_model("partnerships", "LibraryClause")
    versions = apps.get_model("partnerships", "LibraryVersion")
    for each in library_file.shipped():
        clause = clauses.objects.create(key=each.key, heading=int(each.heading))
        clause.current = versions.objects.create(
            clause=clause,
            number=1,
            title=each.french.title,
            body=each.french.body,
            plain_words=each.french.plain_words,
            title_en=each.english.title,
            body_en=each.english.body,
            plain_words_en=each.english.plain_words,
            source=each.source,
            rule=each.rule,
            written_at=now(),
        )
        clause.save(update_fields=["current"])


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
        seal_columns("partnerships_envelope", ["opened"]),
        seal_columns("partnerships_round", ["opened_at"]),
        seal_table("partnerships_libraryversion"),
        seal_table("partnerships_keptrisk"),
        migrations.RunPython(ship, migrations.RunPython.noop),
    ]
