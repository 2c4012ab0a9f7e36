"""Add the version of an organisation, which cache keys hold."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="organisation", name="version", field=models.PositiveIntegerField(default=0)
        ),
    ]
