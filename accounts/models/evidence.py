"""Answers of public registers about an organisation, stored unchanged."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models.organisation import Organisation


class RegisterSource(models.TextChoices):
    COMPANIES = "companies", _("Recherche d’entreprises")
    ASSOCIATIONS = "associations", _("API Associations")


class RegisterOutcome(models.TextChoices):
    FOUND = "found", _("Trouvée")
    NOT_FOUND = "not_found", _("Inconnue du registre")
    UNREACHABLE = "unreachable", _("Le registre n’a pas répondu")
    UNREADABLE = "unreadable", _("Réponse illisible")


class RegisterEvidence(models.Model):
    """One query of one register and its answer."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="evidence")
    source = models.CharField(_("registre"), max_length=12, choices=RegisterSource)
    number = models.CharField(_("numéro demandé"), max_length=14)
    outcome = models.CharField(_("issue"), max_length=11, choices=RegisterOutcome)
    answer = models.JSONField(_("réponse"), null=True, blank=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()

    class Meta:
        verbose_name = _("réponse d’un registre")
        verbose_name_plural = _("réponses des registres")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(outcome="found") | Q(answer__isnull=False),
                name="what_a_register_knows_is_kept",
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation}: {self.outcome}"
