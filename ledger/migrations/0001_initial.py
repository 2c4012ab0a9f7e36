import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from ledger.sealed import CREATE_REFUSAL, DROP_REFUSAL


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Entry",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("subject_type", models.CharField(max_length=20)),
                ("subject_id", models.UUIDField()),
                ("sequence", models.PositiveIntegerField()),
                ("kind", models.CharField(max_length=60)),
                ("at", models.DateTimeField()),
                ("facts", models.JSONField(default=dict)),
                ("previous_hash", models.CharField(max_length=64)),
                ("hash", models.CharField(max_length=64)),
                (
                    "actor",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("subject_type", "subject_id", "sequence"),
                        name="one_entry_for_each_place_in_the_chain",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("sequence__gte", 1)), name="a_chain_starts_at_one"
                    ),
                ],
            },
        ),
        migrations.RunSQL(sql=CREATE_REFUSAL, reverse_sql=DROP_REFUSAL),
    ]
