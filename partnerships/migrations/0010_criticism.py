from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("partnerships", "0011_expectations"),
    ]

    operations = [
        migrations.AddField(
            model_name="clause",
            name="key",
            field=models.CharField(default="", max_length=8, verbose_name="repère"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="round",
            name="cancel_reason",
            field=models.TextField(blank=True, max_length=1000, verbose_name="pourquoi il est annulé"),
        ),
    ]
