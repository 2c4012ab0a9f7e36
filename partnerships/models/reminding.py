"""What decides which reminders leave: rules of brokers, snoozes of readers; and dates for calendars."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from ledger.sealed import append_only
from partnerships.models.follow_up import Milestone
from partnerships.models.partnership import Partnership


def _days() -> ArrayField[list[int], list[int]]:
    return ArrayField(models.SmallIntegerField(), default=list, blank=True)


class ReminderRules(models.Model):
    """On which days the reminders of a milestone leave, counted from its due date, in order.

    `partnership`: the case they are for, None for the default of all cases. The last row of each counts.
    `is_default`: from then on the case follows the default, and has no days of its own.
    """

    partnership = models.ForeignKey(
        Partnership, models.CASCADE, null=True, blank=True, related_name="reminder_rules"
    )
    owner_days = _days()
    broker_days = _days()
    is_default = models.BooleanField(default=False)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    set_at = models.DateTimeField()

    class Meta:
        verbose_name = _("règles de rappel")
        verbose_name_plural = _("règles de rappel")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(is_default=True, owner_days=[], broker_days=[], partnership__isnull=False)
                | (Q(is_default=False) & ~Q(owner_days=[])),
                name="reminder_rules_have_days_or_follow_the_default",
            )
        ]
        indexes: ClassVar = [models.Index(fields=["partnership", "-set_at"], name="reminder_rules_in_force")]
        triggers: ClassVar = append_only()

    def __str__(self) -> str:
        return f"{self.partnership_id or 'default'} {self.set_at:%Y-%m-%d}"


class Snooze(models.Model):
    """One person wants no reminder of a milestone before a day; the date of the milestone does not move."""

    milestone = models.ForeignKey(Milestone, models.CASCADE, related_name="snoozes")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    until_date = models.DateField(_("prochain rappel le"))
    set_at = models.DateTimeField()

    class Meta:
        verbose_name = _("rappel reporté")
        verbose_name_plural = _("rappels reportés")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["milestone", "user"], name="one_snooze_for_each_milestone_and_person"
            )
        ]

    def __str__(self) -> str:
        return f"{self.milestone_id} {self.user_id} {self.until_date:%Y-%m-%d}"


class DateKind(models.TextChoices):
    """What a date of a case is of."""

    MILESTONE = "milestone", _("Jalon")
    PAYMENT = "payment", _("Versement")
    ROUND = "round", _("Date limite de réponse")
    END = "end", _("Fin de la charte")


class CaseDate(models.Model):
    """A date of a case as calendars show it: derived, written with the status row.

    `subject`: the key of what it is of. `moment`: of the deadline of a round, whose day depends on the
    reader; `day`: of everything else. `sequence` and `changed_at` follow each change, as calendars expect.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    partnership = models.ForeignKey(Partnership, models.CASCADE, related_name="dates")
    kind = models.CharField(max_length=10, choices=DateKind)
    subject = models.CharField(max_length=40)
    label = models.CharField(max_length=300)
    party_name = models.CharField(max_length=200, blank=True)
    day = models.DateField(null=True, blank=True)
    moment = models.DateTimeField(null=True, blank=True)
    is_done = models.BooleanField(default=False)
    is_cancelled = models.BooleanField(default=False)
    sequence = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("date d’un dossier")
        verbose_name_plural = _("dates des dossiers")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["partnership", "kind", "subject"], name="one_date_for_each_subject"
            ),
            models.CheckConstraint(
                condition=Q(day__isnull=False, moment=None) | Q(day=None, moment__isnull=False),
                name="a_date_is_a_day_or_a_moment",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.label}"


class CalendarFeed(models.Model):
    """The secret address at which the calendar program of one person reads their dates.

    The token follows from the key of the row: a new address is a new row, and the old one answers no more.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="calendar_feed")
    # Only the digest is stored: a reader of the table cannot read the calendar.
    token_digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("adresse de calendrier")
        verbose_name_plural = _("adresses de calendrier")

    def __str__(self) -> str:
        return f"{self.user_id} {self.created_at:%Y-%m-%d}"

    @property
    def token(self) -> str:
        """The secret of the address: it is stored nowhere."""
        return salted_hmac("partnerships.calendar", str(self.pk), algorithm="sha256").hexdigest()
