"""What the broker decided about an organisation, and why."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models.organisation import Organisation


class Decision(models.TextChoices):
    VERIFIED = "verified", _("Vérifiée")
    TO_COMPLETE = "to_complete", _("À compléter")
    REFUSED = "refused", _("Refusée")
    SUSPENDED = "suspended", _("Suspendue")


class Vetting(models.Model):
    """One decision; the last one stands, the earlier ones stay as history."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="vettings")
    decision = models.CharField(_("décision"), max_length=12, choices=Decision)
    reason = models.TextField(_("motif"), max_length=2000, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()

    class Meta:
        verbose_name = _("vérification")
        verbose_name_plural = _("vérifications")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(decision="verified") | ~Q(reason=""),
                name="a_decision_against_has_a_reason",
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation}: {self.decision}"
