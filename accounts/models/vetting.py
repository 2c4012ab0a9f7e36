"""Vetting of an organisation: decisions, checks, changes of identity."""

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


class CheckResult(models.TextChoices):
    OK = "ok", _("Conforme")
    WRONG = "wrong", _("Non conforme")
    TO_COMPLETE = "to_complete", _("À compléter")


class Vetting(models.Model):
    """One decision; the latest one applies, the others are history."""

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


class VettingCheck(models.Model):
    """The result of one check in a pass; a decision closes the pass, and its rows no longer change.

    `code` is that of an item of `accounts.organisations.checklist`. The organisation reads `note`, never
    `private_note`.
    """

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="vetting_checks")
    # None in the pass in progress, then the decision that closed it.
    vetting = models.ForeignKey(Vetting, models.PROTECT, related_name="checks", null=True, blank=True)
    code = models.CharField(max_length=20)
    result = models.CharField(_("résultat"), max_length=12, choices=CheckResult, blank=True)
    note = models.TextField(_("note pour l’organisation"), max_length=1000, blank=True)
    private_note = models.TextField(_("note du passeur"), max_length=1000, blank=True)
    checked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    checked_at = models.DateTimeField()

    class Meta:
        verbose_name = _("contrôle")
        verbose_name_plural = _("contrôles")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "code", "vetting"],
                nulls_distinct=False,
                name="one_result_for_each_check_of_a_pass",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation}: {self.code}"


class IdentityChange(models.Model):
    """A change of an identity that was submitted or verified; `vetting`: the decision that followed.

    `before` and `after` contain only the fields that changed.
    """

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="identity_changes")
    vetting = models.ForeignKey(
        Vetting, models.PROTECT, related_name="identity_changes", null=True, blank=True
    )
    before = models.JSONField()
    after = models.JSONField()
    reason = models.TextField(_("motif"), max_length=1000, blank=True)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("changement d’identité")
        verbose_name_plural = _("changements d’identité")

    def __str__(self) -> str:
        return f"{self.organisation}: {', '.join(self.after)}"
