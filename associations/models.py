"""What only the association portal uses of an association."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation


class Approval(models.TextChoices):
    """Official approval of health-system users' associations (art. L.1114-1 CSP)."""

    NONE = "none", _("Aucun")
    REQUESTED = "requested", _("En cours")
    REGIONAL = "regional", _("Régional")
    NATIONAL = "national", _("National")


class AssociationProfile(models.Model):
    organisation = models.OneToOneField(
        Organisation, models.CASCADE, primary_key=True, related_name="association_profile"
    )
    member_count = models.PositiveIntegerField(_("adhérents"), null=True, blank=True)
    volunteer_hours = models.PositiveIntegerField(
        _("heures de bénévolat disponibles par an"), null=True, blank=True
    )
    ethics_summary = models.TextField(_("charte éthique, en bref"), max_length=1000, blank=True)
    approval = models.CharField(_("agrément"), max_length=10, choices=Approval, default=Approval.NONE)
    approved_date = models.DateField(_("agréée le"), null=True, blank=True)

    class Meta:
        verbose_name = _("profil d’association")
        verbose_name_plural = _("profils d’associations")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(approval__in=["none", "requested"])
                | models.Q(approved_date__isnull=False),
                name="an_approved_association_knows_since_when",
            )
        ]

    def __str__(self) -> str:
        return str(self.organisation)
