"""Minutes that the broker writes and that all parties agree to: of a mediation, of a meeting."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ledger.sealed import append_only
from partnerships.models.partnership import Party


class AgreedMinutes(models.Model):
    """What ends with minutes that all parties agree to.

    `minutes_number`: how often they were written; the parties agree to one of them. `closed_at`: when the
    last party agreed.
    """

    minutes = models.TextField(_("compte rendu"), max_length=8000, blank=True)
    minutes_number = models.PositiveSmallIntegerField(default=0)
    minutes_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True


class MinutesAnswer(models.Model):
    """What one party says of the minutes of that number: agreed to, or not with a reason."""

    mediation = models.ForeignKey(
        "partnerships.Mediation", models.CASCADE, null=True, blank=True, related_name="answers"
    )
    meeting = models.ForeignKey(
        "partnerships.Meeting", models.CASCADE, null=True, blank=True, related_name="answers"
    )
    party = models.ForeignKey(Party, models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    is_agreed = models.BooleanField(_("approuvé"))
    reason = models.TextField(_("motif"), max_length=2000, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    answered_at = models.DateTimeField()

    class Meta:
        verbose_name = _("réponse à un compte rendu")
        verbose_name_plural = _("réponses aux comptes rendus")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["mediation", "party", "number"], name="each_party_answers_minutes_once"
            ),
            models.UniqueConstraint(
                fields=["meeting", "party", "number"], name="each_party_answers_minutes_of_a_meeting_once"
            ),
            models.CheckConstraint(
                condition=Q(mediation=None, meeting__isnull=False) | Q(mediation__isnull=False, meeting=None),
                name="minutes_are_of_a_mediation_or_of_a_meeting",
            ),
            models.CheckConstraint(
                condition=Q(is_agreed=True) | ~Q(reason=""), name="minutes_are_refused_with_a_reason"
            ),
        ]
        triggers: ClassVar = append_only()

    def __str__(self) -> str:
        return f"{self.mediation_id or self.meeting_id} {self.party_id} {self.is_agreed}"
