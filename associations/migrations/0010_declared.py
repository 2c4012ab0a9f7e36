"""The approval and the ethics charter go to the room of organisations: every case shows them."""

from django.db import migrations


def move(apps, schema_editor):
    """Copy what was declared; a regional approval did not name its region."""
    profiles = apps.get_model("associations", "AssociationProfile")
    approvals = apps.get_model("accounts", "OfficialApproval")
    for profile in profiles.objects.select_related("organisation"):
        profile.organisation.ethics_summary = profile.ethics_summary
        profile.organisation.save(update_fields=["ethics_summary"])
        if profile.approval != "none":
            approvals.objects.create(
                organisation=profile.organisation,
                level=profile.approval,
                region="non précisée" if profile.approval == "regional" else "",
                decided_date=profile.approved_date,
            )


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0010_declared"),
        ("associations", "0001_initial"),
    ]

    operations = [
        migrations.RunPython(move, migrations.RunPython.noop),
        migrations.RemoveConstraint(
            model_name="associationprofile",
            name="an_approved_association_knows_since_when",
        ),
        migrations.RemoveField(model_name="associationprofile", name="approval"),
        migrations.RemoveField(model_name="associationprofile", name="approved_date"),
        migrations.RemoveField(model_name="associationprofile", name="ethics_summary"),
    ]
