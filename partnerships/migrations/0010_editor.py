"""Each clause has a key by which the others refer to it."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("partnerships", "0002_seals")]

    operations: ClassVar = [
        migrations.AddField(
            model_name="clause",
            name="key",
            field=models.CharField(default="", max_length=8, verbose_name="repère"),
            preserve_default=False,
        ),
        migrations.RunSQL(
            sql="UPDATE partnerships_clause SET key = lpad(to_hex(id), 4, '0');",
            reverse_sql=migrations.RunSQL.noop,
        ),
        migrations.AddConstraint(
            model_name="clause",
            constraint=models.UniqueConstraint(fields=("roadmap", "key"), name="one_clause_for_each_key"),
        ),
    ]
