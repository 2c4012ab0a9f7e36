"""The hand-over of a case from its broker to another one."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from partnerships.models.partnership import Partnership


class HandoverDecision(models.TextChoices):
    """How a request to take over a case ended."""

    ACCEPTED = "accepted", _("acceptée")
    DECLINED = "declined", _("déclinée")
    WITHDRAWN = "withdrawn", _("retirée")


class CaseHandover(models.Model):
    """A request to another broker to take over a case. `decision`: "" while it is open.

    `interests`: what the new broker declares when accepting; all parties read it.
    """

    partnership = models.ForeignKey(Partnership, models.CASCADE, related_name="handovers")
    from_broker = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    to_broker = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("nouveau passeur")
    )
    reason = models.TextField(_("raison"), max_length=2000)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    decision = models.CharField(_("suite"), max_length=9, choices=HandoverDecision, blank=True)
    interests = models.TextField(_("liens d’intérêts"), max_length=2000, blank=True)
    decision_reason = models.TextField(_("raison de la décision"), max_length=2000, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("transmission d’un dossier")
        verbose_name_plural = _("transmissions de dossiers")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["partnership"], condition=Q(decision=""), name="one_open_handover_for_each_case"
            ),
            models.CheckConstraint(
                condition=~Q(to_broker=F("from_broker")), name="a_case_is_handed_over_to_another_broker"
            ),
            models.CheckConstraint(
                condition=Q(decision="", decided_at=None) | (~Q(decision="") & Q(decided_at__isnull=False)),
                name="a_decided_handover_has_a_decision",
            ),
            models.CheckConstraint(
                condition=~Q(decision=HandoverDecision.ACCEPTED) | ~Q(interests=""),
                name="interests_are_declared_before_a_case_is_taken_over",
            ),
            models.CheckConstraint(
                condition=~Q(decision=HandoverDecision.DECLINED) | ~Q(decision_reason=""),
                name="a_handover_is_declined_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.partnership_id} {self.to_broker_id}"
