"""Add the table of submitted forms."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_user_territory")]

    operations = [
        migrations.CreateModel(
            name="FormSubmission",
            fields=[
                ("key", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("digest", models.CharField(max_length=64)),
                ("result", models.JSONField(null=True, verbose_name="résultat")),
                ("submitted_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "formulaire envoyé",
                "verbose_name_plural": "formulaires envoyés",
            },
        ),
    ]
