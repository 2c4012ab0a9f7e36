from typing import ClassVar

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies: ClassVar = [("accounts", "0001_initial")]

    operations: ClassVar = [
        migrations.AddField(
            model_name="organisation",
            name="declares",
            field=models.CharField(
                choices=[("yes", "Oui"), ("no", "Non"), ("unknown", "À qualifier")],
                default="unknown",
                max_length=7,
                verbose_name="déclare sur Transparence-Santé",
            ),
        ),
        migrations.AddConstraint(
            model_name="organisation",
            constraint=models.CheckConstraint(
                condition=Q(side="company") | Q(declares="unknown"), name="only_a_company_declares"
            ),
        ),
    ]
