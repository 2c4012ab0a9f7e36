"""Suspensions of a signed charter, during which all clocks stand still for all parties."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import ClassVar, Final
from zoneinfo import ZoneInfo

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ledger.sealed import EnforcedTrigger, append_only
from partnerships.models.partnership import Partnership, Party

# A suspension is planned until this hour of its last day, the same moment for all parties.
EVENING: Final = time(18, 0, tzinfo=ZoneInfo("Europe/Paris"))


class SuspensionGround(models.TextChoices):
    """Why a case is suspended; no ground blames a party."""

    RECALL = "recall", _("un rappel ou une alerte sur un produit")
    SCANDAL = "scandal", _("une affaire publique qui touche une partie")
    BOARD = "board", _("un changement de direction")
    MONEY = "money", _("un financement qui manque")
    OTHER = "another", _("une autre raison")


class SuspensionDecision(models.TextChoices):
    """How a request to suspend a case ended."""

    ACCEPTED = "accepted", _("acceptée")
    REFUSED = "refused", _("refusée")
    WITHDRAWN = "withdrawn", _("retirée")


class Suspension(models.Model):
    """A request to suspend a case, and once it is accepted the suspension itself.

    `party`: who asks, None when the broker proposes. `until`: last planned day; it may be changed while the
    suspension runs. `decision`: "" while it is open. A request of a party is decided by a broker, a proposal
    of a broker by all parties (`decided_by` None, or the one who refuses or withdraws). `ended_by`: the
    broker, None when all parties were ready. `days`: by how many days the open due dates moved at its end.
    """

    partnership = models.ForeignKey(Partnership, models.CASCADE, related_name="suspensions")
    number = models.PositiveSmallIntegerField(_("numéro"))
    party = models.ForeignKey(Party, models.PROTECT, null=True, blank=True, related_name="+")
    ground = models.CharField(_("motif"), max_length=8, choices=SuspensionGround)
    text = models.TextField(_("explication"), max_length=2000)
    until = models.DateField(_("jusqu’au"))
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    decision = models.CharField(_("suite"), max_length=9, choices=SuspensionDecision, blank=True)
    decision_reason = models.TextField(_("raison de la décision"), max_length=2000, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    days = models.PositiveSmallIntegerField(_("jours"), null=True, blank=True)

    class Meta:
        verbose_name = _("suspension")
        verbose_name_plural = _("suspensions")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["partnership", "number"], name="suspensions_are_numbered"),
            models.UniqueConstraint(
                fields=["partnership"],
                condition=Q(decision__in=["", SuspensionDecision.ACCEPTED], ended_at=None),
                name="one_open_suspension_for_each_case",
            ),
            models.CheckConstraint(
                condition=Q(decision="", decided_at=None, decided_by=None, decision_reason="")
                | (~Q(decision="") & Q(decided_at__isnull=False)),
                name="a_decided_suspension_has_a_decision",
            ),
            models.CheckConstraint(
                condition=~Q(decision=SuspensionDecision.REFUSED)
                | (~Q(decision_reason="") & Q(decided_by__isnull=False)),
                name="a_suspension_is_refused_with_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None, days=None)
                | Q(ended_at__isnull=False, days__gte=1, decision=SuspensionDecision.ACCEPTED),
                name="an_ended_suspension_moved_the_due_dates",
            ),
        ]
        triggers: ClassVar = [
            EnforcedTrigger(
                name="suspension",
                operation=pgtrigger.Insert | pgtrigger.Update,
                function="partnerships_suspension_stands",
            )
        ]

    def __str__(self) -> str:
        return f"{self.partnership_id} {self.code}"

    @property
    def code(self) -> str:
        return f"S{self.number}"

    @property
    def planned_end(self) -> datetime:
        return planned_end(self.until)

    @property
    def is_running(self) -> bool:
        return self.decision == SuspensionDecision.ACCEPTED and self.ended_at is None


def planned_end(until: date) -> datetime:
    """Return the moment until which a suspension with that last day is planned."""
    return datetime.combine(until, EVENING)


class SuspensionQuestion(models.TextChoices):
    """What a party is asked about a suspension."""

    START = "start", _("suspendre le dossier")
    RESUME = "resume", _("finir la suspension")


class SuspensionAnswer(models.Model):
    """What one party says of a proposal to suspend, or that it is ready to resume."""

    suspension = models.ForeignKey(Suspension, models.CASCADE, related_name="answers")
    party = models.ForeignKey(Party, models.PROTECT, related_name="+")
    question = models.CharField(_("question"), max_length=6, choices=SuspensionQuestion)
    is_agreed = models.BooleanField(_("accepté"))
    reason = models.TextField(_("raison"), max_length=2000, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    answered_at = models.DateTimeField()

    class Meta:
        verbose_name = _("réponse à une suspension")
        verbose_name_plural = _("réponses aux suspensions")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["suspension", "party", "question"], name="each_party_answers_a_suspension_once"
            ),
            models.CheckConstraint(
                condition=Q(is_agreed=True) | (Q(question=SuspensionQuestion.START) & ~Q(reason="")),
                name="a_suspension_is_declined_with_a_reason",
            ),
        ]
        triggers: ClassVar = append_only()

    def __str__(self) -> str:
        return f"{self.suspension_id} {self.party_id} {self.question}"
