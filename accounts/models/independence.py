"""Support from industry, and the thresholds of independence."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models.organisation import Organisation, YearlyIncome


class SupportNature(models.TextChoices):
    """The legal nature of a support; each has its own tax and duties, so they are never mixed."""

    PATRONAGE = "patronage", _("Mécénat")
    SPONSORSHIP = "sponsorship", _("Parrainage")
    SERVICE = "service", _("Prestation")


class IndustrySupport(models.Model):
    """What one company gave in a year, a part of the industry income of that year."""

    income = models.ForeignKey(YearlyIncome, models.CASCADE, related_name="supports")
    # Its organisation, if the association has a case with it; else only its name is known.
    organisation = models.ForeignKey(
        Organisation,
        models.SET_NULL,
        related_name="+",
        null=True,
        blank=True,
        limit_choices_to={"side": "company"},
    )
    company = models.CharField(_("entreprise"), max_length=200)
    nature = models.CharField(_("nature du soutien"), max_length=12, choices=SupportNature)
    amount_minor = models.PositiveBigIntegerField(_("montant"))  # cents of euro

    class Meta:
        verbose_name = _("soutien d’une entreprise")
        verbose_name_plural = _("soutiens des entreprises")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="a_support_is_some_money")
        ]

    def __str__(self) -> str:
        return f"{self.company} {self.income_id}"


class HouseThresholds(models.Model):
    """Thresholds set by a broker, in per cent of the income; the latest row applies, others are history."""

    amber = models.PositiveSmallIntegerField(_("à surveiller à partir de"))
    red = models.PositiveSmallIntegerField(_("à expliquer à partir de"))
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    set_at = models.DateTimeField()

    class Meta:
        verbose_name = _("seuils d’indépendance")
        verbose_name_plural = _("seuils d’indépendance")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(amber__gt=0, amber__lt=F("red"), red__lte=100), name="amber_comes_before_red"
            )
        ]

    def __str__(self) -> str:
        return f"{self.amber} %, {self.red} %"
