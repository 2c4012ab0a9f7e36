from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_organisation_version")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="territory",
            field=models.CharField(blank=True, default="", max_length=20, verbose_name="jours fériés"),
        ),
    ]
