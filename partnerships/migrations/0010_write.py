from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("partnerships", "0002_seals")]

    operations: ClassVar = [
        migrations.AddField(
            model_name="clause",
            name="written_from",
            field=models.ManyToManyField(blank=True, related_name="clauses", to="partnerships.line"),
        ),
    ]
