"""Messages, their deliveries to persons, and the preferences of each person."""

import uuid
from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.fields.json import KeyTransform
from django.utils.translation import gettext_lazy as _


class Rhythm(models.TextChoices):
    """How often a person gets the messages of a topic."""

    AT_ONCE = "at-once", _("Tout de suite")
    DAILY = "daily", _("Un résumé par jour")
    WEEKLY = "weekly", _("Un résumé par semaine")
    OFF = "off", _("Jamais")


class DeliveryState(models.TextChoices):
    """Outcome of one mail to one person."""

    PENDING = "pending", _("À envoyer")
    SENDING = "sending", _("En cours d’envoi")
    SENT = "sent", _("Envoyé")
    FAILED = "failed", _("Non remis")
    SKIPPED = "skipped", _("Sans objet")
    CANCELLED = "cancelled", _("Annulé")


# Neither sent nor given up.
UNDELIVERED = (DeliveryState.PENDING, DeliveryState.SENDING)


class SkipReason(models.TextChoices):
    """Why a due mail was not sent."""

    SWITCHED_OFF = "switched-off", _("La personne ne veut pas recevoir ces messages")
    NO_LONGER_TRUE = "no-longer-true", _("Ce qui était annoncé n’est plus d’actualité")


class MessageQuerySet(models.QuerySet["Message"]):
    """Filters on messages."""

    def waiting(self) -> Self:
        """Messages neither cancelled nor fanned out."""
        return self.filter(cancelled_at=None, fanned_out_at=None)

    def due(self, at: datetime) -> Self:
        """Messages to fan out at `at`."""
        return self.waiting().filter(due_at__lte=at).exclude(postponed_until__gt=at)


class Message(models.Model):
    """A fact to send, saved in the transaction of that fact; its recipients are determined when it is due."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=60)
    facts = models.JSONField(default=dict)
    due_at = models.DateTimeField()
    created_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True)
    fanned_out_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    postponed_until = models.DateTimeField(null=True)
    last_error = models.TextField(default="")

    objects = MessageQuerySet.as_manager()

    class Meta:
        indexes = (
            models.Index(
                fields=["due_at", "id"],
                condition=Q(cancelled_at=None, fanned_out_at=None),
                name="outbox_message_waiting",
            ),
            models.Index(KeyTransform("collapse", "facts"), name="outbox_message_collapse"),
        )

    def __str__(self) -> str:
        return self.key


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    """Filters on deliveries."""

    def pending(self) -> Self:
        """Deliveries still to be sent, now or later, including those that a worker is sending."""
        return self.filter(state__in=UNDELIVERED)

    def due(self, at: datetime) -> Self:
        """Deliveries to send at `at`; those awaiting a digest have no time of their own.

        A claimed delivery is due again when its worker did not record an outcome in time.
        """
        return self.pending().filter(next_attempt_at__lte=at)


class Delivery(models.Model):
    """One mail to one person; its Message-ID is fixed before the first attempt.

    `claimed_at`: when a worker took the row to send it, committed before the mail leaves; meanwhile
    `next_attempt_at` is when another worker may take it. `server_answer`: what the mail server answered
    to the last attempt, with the number it gave the mail in its own queue.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="deliveries")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    address = models.EmailField(max_length=254)
    name = models.CharField(max_length=200, default="")
    language = models.CharField(max_length=10)
    time_zone = models.CharField(max_length=50)
    state = models.CharField(max_length=10, choices=DeliveryState.choices, default=DeliveryState.PENDING)
    skipped_because = models.CharField(max_length=20, choices=SkipReason.choices, default="")
    created_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True)
    claimed_at = models.DateTimeField(null=True)
    server_answer = models.TextField(default="")
    last_error = models.TextField(default="")
    sent_at = models.DateTimeField(null=True)
    mail_id = models.CharField(max_length=255)
    carried_by = models.ForeignKey(Message, on_delete=models.PROTECT, null=True, related_name="carried")
    subject = models.CharField(max_length=300, default="")
    text = models.TextField(default="")
    html = models.TextField(default="")

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["message", "address"], name="one_delivery_for_each_person"),
            models.CheckConstraint(
                condition=~Q(state="sent") | Q(sent_at__isnull=False),
                name="a_sent_mail_knows_since_when",
            ),
            models.CheckConstraint(
                condition=~Q(state="sending") | Q(claimed_at__isnull=False, next_attempt_at__isnull=False),
                name="a_mail_being_sent_can_be_reclaimed",
            ),
            models.CheckConstraint(
                condition=~Q(state="skipped") | ~Q(skipped_because=""),
                name="a_skipped_mail_says_why",
            ),
        )
        indexes = (
            models.Index(
                fields=["next_attempt_at", "id"],
                condition=Q(state__in=["pending", "sending"]),
                name="outbox_delivery_undelivered",
            ),
        )

    def __str__(self) -> str:
        return f"{self.message_id} → {self.address}"


class Preference(models.Model):
    """The rhythm of one person for one topic; no row means at once."""

    id = models.BigAutoField(primary_key=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    topic = models.CharField(max_length=20)
    rhythm = models.CharField(max_length=10, choices=Rhythm.choices)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["user", "topic"], name="one_rhythm_for_each_person_and_topic"),
        )

    def __str__(self) -> str:
        return f"{self.user_id} {self.topic} {self.rhythm}"


class MonthlyCap(models.Model):
    """How many mails a person wants in a month; no row means `caps.DEFAULT`."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="monthly_cap"
    )
    mails = models.PositiveSmallIntegerField()

    def __str__(self) -> str:
        return f"{self.user_id} {self.mails}"
