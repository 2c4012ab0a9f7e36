"""Amendments that show what they change: removals, kind, date of effect, confirmations, giving up."""

from pathlib import Path

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


FUNCTIONS = (Path(__file__).parent / "0009_functions.sql").read_text()
DROP_FUNCTIONS = """
DROP FUNCTION partnerships_confirmation_stands();
DROP FUNCTION partnerships_confirmation_in_ledger();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("partnerships", "0008_lines_to_read"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        # The function that it replaces differs by the kind of one more entry, so that it may stay.
        migrations.RunSQL(sql=FUNCTIONS, reverse_sql=DROP_FUNCTIONS),
        migrations.AddField(
            model_name="clause",
            name="former_position",
            field=models.PositiveSmallIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="clauseposition",
            name="is_signed",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="clauserevision",
            name="is_removal",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="roadmap",
            name="amendment_kind",
            field=models.CharField(
                choices=[("substance", "Changement de fond"), ("clerical", "Correction matérielle")],
                default="substance",
                max_length=9,
                verbose_name="nature de l’avenant",
            ),
        ),
        migrations.AddField(
            model_name="roadmap",
            name="described_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="roadmap",
            name="effective_on",
            field=models.DateField(blank=True, null=True, verbose_name="date d’effet"),
        ),
        migrations.AddField(
            model_name="roadmap",
            name="purpose",
            field=models.TextField(blank=True, max_length=1000, verbose_name="objet de l’avenant"),
        ),
        migrations.AddField(
            model_name="roadmap",
            name="void_reason",
            field=models.TextField(blank=True, max_length=2000, verbose_name="motif de l’abandon"),
        ),
        migrations.CreateModel(
            name="Confirmation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("fingerprint", models.CharField(max_length=64, verbose_name="empreinte lue")),
                ("confirmed_at", models.DateTimeField()),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "party",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="confirmations",
                        to="partnerships.party",
                    ),
                ),
                (
                    "roadmap",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="confirmations",
                        to="partnerships.roadmap",
                    ),
                ),
            ],
            options={
                "verbose_name": "confirmation d’une correction",
                "verbose_name_plural": "confirmations de corrections",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("roadmap", "party", "fingerprint"), name="a_correction_is_confirmed_once"
                    )
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="confirmation",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    execute="ledger_refuse_change()",
                    func="RETURN NULL;",
                    hash="aa01ea581cf6fb77b2ce1008fbab8359fd3c39c2",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_ee3c1",
                    table="partnerships_confirmation",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="confirmation",
            trigger=pgtrigger.compiler.Trigger(
                name="no_truncate",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    execute="ledger_refuse_change()",
                    func="RETURN NULL;",
                    hash="d04005df5c1cf1b12c86714b5af4d3e7b63ee2e7",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_no_truncate_643ab",
                    table="partnerships_confirmation",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="confirmation",
            trigger=pgtrigger.compiler.Trigger(
                name="of_a_correction",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    execute="partnerships_confirmation_stands()",
                    func="RETURN NULL;",
                    hash="f6bbeb4bcd7799ad91967de1a1f027b5f0e5969d",
                    operation="INSERT",
                    pgid="pgtrigger_of_a_correction_649fc",
                    table="partnerships_confirmation",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="confirmation",
            trigger=pgtrigger.compiler.Trigger(
                name="in_ledger",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    constraint="CONSTRAINT",
                    execute="partnerships_confirmation_in_ledger()",
                    func="RETURN NULL;",
                    hash="ce8d29d5520d4d6e3d39f9928ba62112346c26b0",
                    operation="INSERT",
                    pgid="pgtrigger_in_ledger_a9f6c",
                    table="partnerships_confirmation",
                    timing="DEFERRABLE INITIALLY DEFERRED",
                    when="AFTER",
                ),
            ),
        ),
    ]
