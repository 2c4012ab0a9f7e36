"""The profile of a company, used only by its portal."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from partnerships.models import Trade


class CompanyProfile(models.Model):
    organisation = models.OneToOneField(
        Organisation, models.CASCADE, primary_key=True, related_name="company_profile"
    )
    trade = models.CharField(_("activité"), max_length=10, choices=Trade, default=Trade.MEDICINE)
    professional_body = models.CharField(_("organisation professionnelle"), max_length=80, blank=True)

    class Meta:
        verbose_name = _("profil d’entreprise")
        verbose_name_plural = _("profils d’entreprises")

    def __str__(self) -> str:
        return str(self.organisation)
