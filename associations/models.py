"""The profile of an association, used only by its portal."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation


class AssociationProfile(models.Model):
    organisation = models.OneToOneField(
        Organisation, models.CASCADE, primary_key=True, related_name="association_profile"
    )
    member_count = models.PositiveIntegerField(_("adhérents"), null=True, blank=True)
    volunteer_hours = models.PositiveIntegerField(
        _("heures de bénévolat disponibles par an"), null=True, blank=True
    )

    class Meta:
        verbose_name = _("profil d’association")
        verbose_name_plural = _("profils d’associations")

    def __str__(self) -> str:
        return str(self.organisation)
