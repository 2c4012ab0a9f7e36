"""Associations and companies, their identity and their yearly income."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.contrib.auth.models import Group
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Side(models.TextChoices):
    ASSOCIATION = "association", _("Association")
    COMPANY = "company", _("Entreprise")


class Declares(models.TextChoices):
    """Whether art. L.1453-1 CSP (Transparence-Santé) binds a company."""

    YES = "yes", _("Oui")
    NO = "no", _("Non")
    UNKNOWN = "unknown", _("Je ne sais pas")


class OrganisationState(models.TextChoices):
    DRAFT = "draft", _("Inscription en cours")
    PENDING = "pending", _("À vérifier")
    TO_COMPLETE = "to_complete", _("À compléter")
    VERIFIED = "verified", _("Vérifiée")
    REFUSED = "refused", _("Refusée")
    SUSPENDED = "suspended", _("Suspendue")


class RegistrationStep(models.TextChoices):
    """The furthest step of a registration; none may be skipped."""

    IDENTITY = "identite", _("Identité")
    PAPERS = "pieces", _("Pièces")
    PEOPLE = "personnes", _("Personnes")
    RULES = "regles", _("Règles")


class Organisation(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    side = models.CharField(_("côté"), max_length=12, choices=Side)
    state = models.CharField(
        _("état"), max_length=12, choices=OrganisationState, default=OrganisationState.DRAFT
    )
    name = models.CharField(_("nom"), max_length=200)
    city = models.CharField(_("ville"), max_length=120, blank=True)
    purpose = models.TextField(_("objet"), max_length=1000, blank=True)
    website = models.URLField(_("site"), blank=True)
    # For companies only.
    declares = models.CharField(
        _("déclare sur Transparence-Santé"), max_length=7, choices=Declares, default=Declares.UNKNOWN
    )
    ethics_summary = models.TextField(_("charte éthique, en bref"), max_length=1000, blank=True)
    # W and nine characters, the second of which is a letter overseas and in Corsica (field.md 2.4).
    rna = models.CharField(_("numéro RNA"), max_length=10, blank=True)
    siren = models.CharField(_("SIREN"), max_length=9, blank=True)
    siret = models.CharField(_("SIRET du siège"), max_length=14, blank=True)
    court = models.CharField(_("tribunal"), max_length=80, blank=True)
    court_volume = models.CharField(_("volume"), max_length=20, blank=True)
    court_folio = models.CharField(_("folio"), max_length=20, blank=True)
    registration_step = models.CharField(
        max_length=10, choices=RegistrationStep, default=RegistrationStep.PAPERS
    )
    rules_version = models.CharField(max_length=20, blank=True)
    rules_accepted_at = models.DateTimeField(null=True, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    # When a broker last verified it by the checklist.
    checked_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=0)  # raised by every act, for cache keys
    created_at = models.DateTimeField()
    members_group = models.OneToOneField(Group, models.PROTECT, related_name="organisation_of_members")
    referents_group = models.OneToOneField(Group, models.PROTECT, related_name="organisation_of_referents")
    signatories_group = models.OneToOneField(
        Group, models.PROTECT, related_name="organisation_of_signatories"
    )

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        constraints: ClassVar = [
            # Drafts are left out: an abandoned registration must not block the real organisation.
            models.UniqueConstraint(
                fields=["rna"],
                condition=~Q(rna="") & ~Q(state="draft"),
                name="one_organisation_for_each_rna",
            ),
            models.UniqueConstraint(
                fields=["siren", "siret"],
                condition=~Q(siren="") & ~Q(state="draft"),
                name="one_organisation_for_each_siren_and_siret",
            ),
            models.UniqueConstraint(
                fields=["court", "court_volume", "court_folio"],
                condition=~Q(court="") & ~Q(state="draft"),
                name="one_organisation_for_each_court_entry",
            ),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(submitted_at__isnull=False, rules_accepted_at__isnull=False),
                name="a_submitted_organisation_accepted_the_rules",
            ),
            models.CheckConstraint(
                condition=Q(side="company") | Q(declares="unknown"), name="only_a_company_declares"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["state", "submitted_at", "id"], name="organisation_vetting_queue"),
            models.Index(fields=["state", "checked_at", "id"], name="organisation_recheck_queue"),
            models.Index(fields=["name", "id"], name="organisation_by_name"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_verified(self) -> bool:
        return self.state == OrganisationState.VERIFIED

    @property
    def identity_lines(self) -> list[str]:
        """Return the registrations as printed in a charter, e.g. `["RNA W000000001"]`."""
        lines = []
        if self.rna:
            lines.append(f"RNA {self.rna}")
        if self.court:
            lines.append(f"{self.court}, volume {self.court_volume}, folio {self.court_folio}")
        if self.siret:
            lines.append(f"SIRET {self.siret}")
        elif self.siren:
            lines.append(f"SIREN {self.siren}")
        return lines


class YearlyIncome(models.Model):
    """The income of an organisation in a calendar year, and its part from industry."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="incomes")
    year = models.PositiveSmallIntegerField(_("année"))
    income_minor = models.PositiveBigIntegerField(_("ressources"))  # cents of euro
    industry_minor = models.PositiveBigIntegerField(_("dont industrie"), default=0)

    class Meta:
        verbose_name = _("ressources d’une année")
        verbose_name_plural = _("ressources par année")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "year"], name="one_income_for_each_year"),
            models.CheckConstraint(
                condition=Q(industry_minor__lte=models.F("income_minor")),
                name="industry_gives_no_more_than_the_income",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} {self.year}"
