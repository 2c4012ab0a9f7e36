from typing import Any, ClassVar

from django.db import migrations


def move_up(apps: Any, _editor: Any) -> None:
    """Put what each company said of its declarations where its cases can read it."""
    organisations = apps.get_model("accounts", "Organisation")
    for profile in apps.get_model("companies", "CompanyProfile").objects.order_by("pk"):
        organisations.objects.filter(pk=profile.pk, side="company").update(declares=profile.declares)


class Migration(migrations.Migration):
    dependencies: ClassVar = [("companies", "0001_initial"), ("accounts", "0010_write")]

    operations: ClassVar = [
        migrations.RunPython(move_up, migrations.RunPython.noop),
        migrations.RemoveField(model_name="companyprofile", name="declares"),
    ]
