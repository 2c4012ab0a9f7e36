"""The official approval of an association of health-system users."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts import approval_dates
from accounts.models.organisation import Organisation

# Regions are proper names: they are not translated.
REGIONS = (
    "Auvergne-Rhône-Alpes",
    "Bourgogne-Franche-Comté",
    "Bretagne",
    "Centre-Val de Loire",
    "Corse",
    "Grand Est",
    "Guadeloupe",
    "Guyane",
    "Hauts-de-France",
    "Île-de-France",
    "La Réunion",
    "Martinique",
    "Mayotte",
    "Normandie",
    "Nouvelle-Aquitaine",
    "Occitanie",
    "Pays de la Loire",
    "Provence-Alpes-Côte d’Azur",
)


class ApprovalLevel(models.TextChoices):
    """Who granted it: the director of a regional health agency, or the minister."""

    NONE = "none", _("Aucun")
    REQUESTED = "requested", _("Demandé")
    REGIONAL = "regional", _("Régional")
    NATIONAL = "national", _("National")


GRANTED = (ApprovalLevel.REGIONAL, ApprovalLevel.NATIONAL)


class OfficialApproval(models.Model):
    """What an association declares of its approval; its end follows from the day of the decision."""

    organisation = models.OneToOneField(
        Organisation, models.CASCADE, primary_key=True, related_name="approval"
    )
    level = models.CharField(_("agrément"), max_length=10, choices=ApprovalLevel, default=ApprovalLevel.NONE)
    region = models.CharField(_("région"), max_length=40, blank=True)
    number = models.CharField(_("numéro d’agrément"), max_length=40, blank=True)
    decided_date = models.DateField(_("décision du"), null=True, blank=True)

    class Meta:
        verbose_name = _("agrément")
        verbose_name_plural = _("agréments")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(level__in=["regional", "national"]) | Q(decided_date__isnull=False),
                name="an_approved_association_knows_since_when",
            ),
            models.CheckConstraint(
                condition=~Q(level="regional") | ~Q(region=""),
                name="a_regional_approval_names_its_region",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id}: {self.level}"

    @property
    def is_granted(self) -> bool:
        return self.level in GRANTED and self.decided_date is not None

    @property
    def expiry_date(self) -> date | None:
        return (
            approval_dates.expiry_date(self.decided_date) if self.is_granted and self.decided_date else None
        )

    @property
    def renewal_date(self) -> date | None:
        return (
            approval_dates.renewal_deadline(self.decided_date)
            if self.is_granted and self.decided_date
            else None
        )

    def status_on(self, day: date) -> approval_dates.ApprovalStatus:
        """Return the status of the approval on that day."""
        if self.is_granted and self.decided_date:
            return approval_dates.status_on(self.decided_date, day)
        if self.level == ApprovalLevel.REQUESTED:
            return approval_dates.ApprovalStatus.REQUESTED
        return approval_dates.ApprovalStatus.NONE
