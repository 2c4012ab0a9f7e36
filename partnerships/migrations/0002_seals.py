"""The function that compares a signature with the frozen text; the shipped library."""

from typing import ClassVar

from django.db import migrations
from django.utils.timezone import now

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
"""
DROP_SAME_TEXT = "DROP FUNCTION partnerships_same_text();"


def ship(apps, schema_editor):
    """Fill the empty library with the shipped clauses; `actions.library.ship` brings later ones."""
    alias = schema_editor.connection.alias
    clauses = apps.get_model("partnerships", "LibraryClause").objects.using(alias)
    versions = apps.get_model("partnerships", "LibraryVersion").objects.using(alias)
    for each in library_file.shipped_clauses():
        clause = clauses.create(key=each.key, heading=int(each.heading))
        clause.current = versions.create(
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
        migrations.RunSQL(sql=SAME_TEXT, reverse_sql=DROP_SAME_TEXT),
        migrations.RunPython(ship, migrations.RunPython.noop),
    ]
