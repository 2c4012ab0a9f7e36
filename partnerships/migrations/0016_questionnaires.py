from pathlib import Path

from django.db import migrations, models

FOLDER = Path(__file__).parent


class Migration(migrations.Migration):
    dependencies = [
        ("partnerships", "0015_follow_up"),
    ]

    operations = [
        migrations.AddField(
            model_name="round",
            name="items",
            field=models.JSONField(blank=True, default=list, verbose_name="points"),
        ),
        migrations.AlterField(
            model_name="round",
            name="question",
            field=models.CharField(
                choices=[
                    ("expectations", "Attentes, limites et lignes rouges"),
                    ("criticism", "Réponses au texte"),
                    ("limits", "Point sur les limites"),
                    ("barometer", "Baromètre de confiance"),
                    ("evaluation", "Évaluation croisée"),
                ],
                max_length=12,
                verbose_name="question",
            ),
        ),
        migrations.RunSQL(
            sql=(FOLDER / "0016_functions.sql").read_text(),
            reverse_sql=(FOLDER / "0016_functions_before.sql").read_text(),
        ),
    ]
