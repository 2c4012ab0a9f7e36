"""Model charters with the shipped ones; why the expectations round is skipped."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models
from django.utils.timezone import now

from partnerships.drafting import library_file


def ship(apps, schema_editor):
    """Add the shipped model charters; `actions.model_charters.update_shipped_models` brings later ones."""
    alias = schema_editor.connection.alias
    models_ = apps.get_model("partnerships", "ModelCharter").objects.using(alias)
    versions = apps.get_model("partnerships", "ModelCharterVersion").objects.using(alias)
    clauses = apps.get_model("partnerships", "LibraryClause").objects.using(alias)
    pks = dict(clauses.exclude(key=None).values_list("key", "pk"))
    for shipped in library_file.shipped_models():
        model = models_.create(key=shipped.key)
        model.current = versions.create(
            model_charter=model,
            number=1,
            title=shipped.title_fr,
            description=shipped.description_fr,
            title_en=shipped.title_en,
            description_en=shipped.description_en,
            kinds=list(shipped.kinds),
            clause_ids=[pks[key] for key in shipped.clauses if key in pks],
            milestones=list(shipped.milestones),
            written_at=now(),
        )
        model.save(update_fields=["current"])


class Migration(migrations.Migration):
    dependencies = [
        ("partnerships", "0011_more_time"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ModelCharter",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.SlugField(blank=True, max_length=60, null=True, unique=True)),
            ],
            options={
                "verbose_name": "modèle de charte",
                "verbose_name_plural": "modèles de charte",
            },
        ),
        migrations.AddField(
            model_name="partnership",
            name="expectations_skipped",
            field=models.TextField(
                blank=True, max_length=1000, verbose_name="attentes non demandées, parce que"
            ),
        ),
        migrations.CreateModel(
            name="ModelCharterVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                ("title", models.CharField(max_length=160, verbose_name="titre")),
                ("description", models.TextField(max_length=600, verbose_name="description")),
                ("title_en", models.CharField(max_length=160, verbose_name="titre en anglais")),
                ("description_en", models.TextField(max_length=600, verbose_name="description en anglais")),
                ("kinds", models.JSONField(blank=True, default=list, verbose_name="sortes d’action")),
                ("clause_ids", models.JSONField(blank=True, default=list, verbose_name="clauses")),
                ("milestones", models.JSONField(blank=True, default=list, verbose_name="jalons proposés")),
                ("is_retired", models.BooleanField(default=False)),
                ("reason", models.TextField(blank=True, max_length=1000, verbose_name="pourquoi")),
                ("written_at", models.DateTimeField()),
                (
                    "model_charter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="partnerships.modelcharter",
                    ),
                ),
                (
                    "written_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "version d’un modèle de charte",
                "verbose_name_plural": "versions des modèles de charte",
            },
        ),
        migrations.AddField(
            model_name="modelcharter",
            name="current",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="current_of",
                to="partnerships.modelcharterversion",
            ),
        ),
        migrations.AddField(
            model_name="roadmap",
            name="model_version",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="roadmaps",
                to="partnerships.modelcharterversion",
            ),
        ),
        migrations.AddConstraint(
            model_name="modelcharterversion",
            constraint=models.UniqueConstraint(
                fields=("model_charter", "number"), name="model_charter_versions_are_numbered"
            ),
        ),
        migrations.AddConstraint(
            model_name="modelcharterversion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("written_by", None),
                    ("number", 1),
                    models.Q(("reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="a_change_of_a_model_charter_has_a_reason",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="modelcharterversion",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    execute="ledger_refuse_change()",
                    func="RETURN NULL;",
                    hash="a9b4c5643701df438e1f0ec707d278f33f374266",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_70913",
                    table="partnerships_modelcharterversion",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="modelcharterversion",
            trigger=pgtrigger.compiler.Trigger(
                name="no_truncate",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    execute="ledger_refuse_change()",
                    func="RETURN NULL;",
                    hash="eab922621ba4be76b5d5fae1c39c4439ecbe0c9f",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_no_truncate_37e62",
                    table="partnerships_modelcharterversion",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.RunPython(ship, migrations.RunPython.noop),
    ]
