"""What a person typed in an incomplete step of a registration, to resume later."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.organisation import RegistrationStep, Side


class RegistrationDraft(models.Model):
    """The fields of one step as they were typed; deleted when the step is completed."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="registration_drafts")
    side = models.CharField(max_length=20, choices=Side)
    step = models.CharField(max_length=10, choices=RegistrationStep)
    fields = models.JSONField(_("ce qui a été écrit"), default=dict)
    saved_at = models.DateTimeField()

    class Meta:
        verbose_name = _("étape d’inscription à finir")
        verbose_name_plural = _("étapes d’inscription à finir")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user", "side", "step"], name="one_draft_for_each_step_of_a_registration"
            )
        ]

    def __str__(self) -> str:
        return f"{self.side}, {self.step}"
