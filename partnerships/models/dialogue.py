"""The shared dialogue of a case: threads that all parties and the broker read, and meetings."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ledger.sealed import append_only
from partnerships.models.follow_up import Milestone, SharedFile
from partnerships.models.minutes import AgreedMinutes
from partnerships.models.partnership import Partnership, Party


class Thread(models.Model):
    """A shared thread: of the case, of one clause in all its editions, or of one milestone.

    `clause_key`: the key of the clause, "" for none; `title`: of the clause or milestone when the thread was
    opened, "" for the thread of the case.
    """

    partnership = models.ForeignKey(Partnership, models.CASCADE, related_name="threads")
    clause_key = models.CharField(max_length=8, blank=True)
    milestone = models.ForeignKey(Milestone, models.PROTECT, null=True, blank=True, related_name="threads")
    title = models.CharField(max_length=200, blank=True)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()

    class Meta:
        verbose_name = _("échange commun")
        verbose_name_plural = _("échanges communs")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["partnership", "clause_key", "milestone"],
                name="one_thread_for_each_subject",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(clause_key="") | Q(milestone=None), name="a_thread_has_one_subject"
            ),
        ]
        triggers: ClassVar = append_only()

    def __str__(self) -> str:
        return f"{self.partnership_id} {self.slug}"

    @property
    def slug(self) -> str:
        """The name of its subject in addresses."""
        if self.milestone_id:
            return f"jalon-{self.milestone_id}"
        return f"clause-{self.clause_key}" if self.clause_key else "dossier"


class ThreadMessage(models.Model):
    """A message of a shared thread, never changed nor deleted; `party`: None for one of a broker.

    `announced_at`: when the mail that announces it leaves; None where another mail of its act does.
    """

    thread = models.ForeignKey(Thread, models.CASCADE, related_name="messages")
    party = models.ForeignKey(Party, models.PROTECT, null=True, blank=True, related_name="+")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    text = models.TextField(_("message"), max_length=4000)
    file = models.ForeignKey(
        SharedFile, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("fichier")
    )
    written_at = models.DateTimeField()
    announced_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("message d’un échange commun")
        verbose_name_plural = _("messages des échanges communs")
        indexes: ClassVar = [models.Index(fields=["announced_at"], name="thread_messages_by_mail")]
        triggers: ClassVar = append_only()

    def __str__(self) -> str:
        return f"{self.thread_id} {self.written_at:%Y-%m-%d}"


class Mention(models.Model):
    """A person whom a message of a shared thread mentions."""

    message = models.ForeignKey(ThreadMessage, models.CASCADE, related_name="mentions")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("mention")
        verbose_name_plural = _("mentions")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["message", "person"], name="a_message_mentions_each_person_once")
        ]
        triggers: ClassVar = append_only()

    def __str__(self) -> str:
        return f"{self.message_id} {self.person_id}"


class ThreadMails(models.TextChoices):
    """Which messages of a shared thread a person gets by mail."""

    MENTIONS = "mentions", _("Seulement les messages qui me mentionnent")
    FOLLOW = "follow", _("Tous les nouveaux messages")
    MUTE = "mute", _("Aucun, même si l’on me mentionne")


class ThreadReader(models.Model):
    """What one person set for a shared thread, and how far they read it.

    `read_until`: the primary key of the last message they read, 0 for none.
    """

    thread = models.ForeignKey(Thread, models.CASCADE, related_name="readers")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    mails = models.CharField(_("courriels"), max_length=8, choices=ThreadMails, default=ThreadMails.MENTIONS)
    read_until = models.PositiveBigIntegerField(default=0)

    class Meta:
        verbose_name = _("lecteur d’un échange commun")
        verbose_name_plural = _("lecteurs des échanges communs")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["thread", "person"], name="one_reader_for_each_person")
        ]

    def __str__(self) -> str:
        return f"{self.thread_id} {self.person_id} {self.mails}"


class Meeting(AgreedMinutes):
    """A meeting that the broker sets; `decisions`: with the minutes, one a line.

    `set_at`: when it was set, or last moved.
    """

    partnership = models.ForeignKey(Partnership, models.CASCADE, related_name="meetings")
    number = models.PositiveSmallIntegerField(_("numéro"))
    title = models.CharField(_("objet"), max_length=160)
    starts_at = models.DateTimeField(_("début"))
    place = models.CharField(_("lieu"), max_length=200, blank=True)
    link = models.URLField(_("lien"), blank=True, max_length=500)
    decisions = models.TextField(_("décisions"), max_length=4000, blank=True)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    set_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancel_reason = models.CharField(_("motif"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("réunion")
        verbose_name_plural = _("réunions")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["partnership", "number"], name="meetings_are_numbered"),
            models.CheckConstraint(
                condition=Q(minutes_number=0, minutes="", decisions="", minutes_at=None, closed_at=None)
                | (Q(minutes_number__gt=0, minutes_at__isnull=False) & ~Q(minutes="")),
                name="a_meeting_ends_with_minutes",
            ),
            models.CheckConstraint(
                condition=Q(cancelled_at=None, cancel_reason="")
                | (Q(cancelled_at__isnull=False, minutes_number=0) & ~Q(cancel_reason="")),
                name="a_meeting_is_cancelled_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.partnership_id} {self.code}"

    @property
    def code(self) -> str:
        return f"RE{self.number}"


class AgendaItem(models.Model):
    """A point of the agenda of a meeting, of a party or of the broker (None); never changed nor deleted."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="agenda")
    party = models.ForeignKey(Party, models.PROTECT, null=True, blank=True, related_name="+")
    text = models.CharField(_("point"), max_length=300)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        verbose_name = _("point à l’ordre du jour")
        verbose_name_plural = _("points à l’ordre du jour")
        triggers: ClassVar = append_only()

    def __str__(self) -> str:
        return self.text


class MeetingTask(models.Model):
    """Something to do after a meeting, by a party or by the broker (None), by the end of a day."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="tasks")
    number = models.PositiveSmallIntegerField(_("numéro"))
    owner = models.ForeignKey(Party, models.PROTECT, null=True, blank=True, related_name="+")
    text = models.CharField(_("tâche"), max_length=300)
    due_date = models.DateField(_("échéance"))
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    done_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("tâche")
        verbose_name_plural = _("tâches")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["meeting", "number"], name="tasks_of_a_meeting_are_numbered"),
            models.CheckConstraint(
                condition=Q(done_at=None, done_by=None)
                | Q(done_at__isnull=False, done_by__isnull=False, cancelled_at=None),
                name="a_done_task_has_its_person",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def code(self) -> str:
        return f"{self.meeting.code}.{self.number}"

    @property
    def is_open(self) -> bool:
        return self.done_at is None and self.cancelled_at is None
