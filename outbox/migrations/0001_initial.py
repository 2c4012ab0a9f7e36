import django.db.models.deletion
import django.db.models.fields.json
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Message",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("key", models.CharField(max_length=200, unique=True)),
                ("kind", models.CharField(max_length=60)),
                ("facts", models.JSONField(default=dict)),
                ("due_at", models.DateTimeField()),
                ("created_at", models.DateTimeField()),
                ("cancelled_at", models.DateTimeField(null=True)),
                ("fanned_out_at", models.DateTimeField(null=True)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("postponed_until", models.DateTimeField(null=True)),
                ("last_error", models.TextField(default="")),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("cancelled_at", None), ("fanned_out_at", None)),
                        fields=["due_at", "id"],
                        name="outbox_message_waiting",
                    ),
                    models.Index(
                        django.db.models.fields.json.KeyTransform("collapse", "facts"),
                        name="outbox_message_collapse",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("address", models.EmailField(max_length=254)),
                ("name", models.CharField(default="", max_length=200)),
                ("language", models.CharField(max_length=10)),
                ("time_zone", models.CharField(max_length=50)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("pending", "À envoyer"),
                            ("sent", "Envoyé"),
                            ("failed", "Non remis"),
                            ("skipped", "Sans objet"),
                            ("cancelled", "Annulé"),
                        ],
                        default="pending",
                        max_length=10,
                    ),
                ),
                ("created_at", models.DateTimeField()),
                (
                    "skipped_because",
                    models.CharField(
                        choices=[
                            ("switched-off", "La personne ne souhaite pas ces messages"),
                            ("no-longer-true", "Ce qui était annoncé n’a plus lieu d’être"),
                        ],
                        default="",
                        max_length=20,
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("next_attempt_at", models.DateTimeField(null=True)),
                ("last_error", models.TextField(default="")),
                ("sent_at", models.DateTimeField(null=True)),
                ("mail_id", models.CharField(max_length=255)),
                ("subject", models.CharField(default="", max_length=300)),
                ("text", models.TextField(default="")),
                ("html", models.TextField(default="")),
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "carried_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="carried",
                        to="outbox.message",
                    ),
                ),
                (
                    "message",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deliveries",
                        to="outbox.message",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "pending")),
                        fields=["next_attempt_at", "id"],
                        name="outbox_delivery_pending",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("message", "address"), name="one_delivery_for_each_person"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "sent"), _negated=True),
                            ("sent_at__isnull", False),
                            _connector="OR",
                        ),
                        name="a_sent_mail_knows_since_when",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "skipped"), _negated=True),
                            models.Q(("skipped_because", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="a_skipped_mail_says_why",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Preference",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("topic", models.CharField(max_length=20)),
                (
                    "rhythm",
                    models.CharField(
                        choices=[
                            ("at-once", "Tout de suite"),
                            ("daily", "Un résumé par jour"),
                            ("weekly", "Un résumé par semaine"),
                            ("off", "Jamais"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("user", "topic"), name="one_rhythm_for_each_person_and_topic"
                    )
                ],
            },
        ),
    ]
