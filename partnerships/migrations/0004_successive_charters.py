"""Charters after a void one, and commitments that an amendment drops."""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models

# Whether a charter is void is a row of another table, which no partial unique index can read.
ONE_STANDING_CHARTER = """
CREATE FUNCTION partnerships_one_standing_charter() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Two charters of one case are written one after the other, so that each sees the other.
    PERFORM 1 FROM partnerships_partnership WHERE id = NEW.partnership_id FOR NO KEY UPDATE;
    IF NEW.previous_id IS NOT NULL AND NEW.partnership_id IS DISTINCT FROM
        (SELECT partnership_id FROM partnerships_charter WHERE id = NEW.previous_id) THEN
        RAISE EXCEPTION 'the previous charter is that of another case'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF EXISTS (
        SELECT 1 FROM partnerships_charter AS other
        WHERE other.partnership_id = NEW.partnership_id
            AND (other.roadmap_id = NEW.roadmap_id OR other.previous_id IS NOT DISTINCT FROM NEW.previous_id)
            AND NOT EXISTS (SELECT 1 FROM partnerships_voidedcharter WHERE charter_id = other.id)
    ) THEN
        RAISE EXCEPTION 'a charter of this edition, or after the same charter, stands already'
            USING ERRCODE = 'unique_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER partnerships_charter_one_standing BEFORE INSERT ON partnerships_charter
    FOR EACH ROW EXECUTE FUNCTION partnerships_one_standing_charter();
"""
DROP_ONE_STANDING_CHARTER = """
DROP TRIGGER partnerships_charter_one_standing ON partnerships_charter;
DROP FUNCTION partnerships_one_standing_charter();
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("partnerships", "0003_declared_triggers")]

    operations: ClassVar = [
        migrations.AlterField(
            model_name="charter",
            name="previous",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="successors",
                to="partnerships.charter",
            ),
        ),
        migrations.RunSQL(sql=ONE_STANDING_CHARTER, reverse_sql=DROP_ONE_STANDING_CHARTER),
        migrations.AddField(
            model_name="commitment",
            name="cancelled_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
