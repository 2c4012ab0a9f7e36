"""The end of a case: the part of each party, early exit, record and report of the closing."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ledger.sealed import append_only
from partnerships.models.partnership import Partnership, Party


class ItemState(models.TextChoices):
    """Where one party stands with something to give back at the end."""

    DONE = "done", _("fait")
    NONE = "none", _("sans objet\u00a0: rien à rendre")
    NOT_YET = "not_yet", _("pas encore fait")


class ClosingPart(models.Model):
    """What one party adds to the closing: its accounts, its lessons, what it gave back; the last one counts.

    `lines`: its lines of the signed budget in order, each with `label`, `contribution`, `budget_minor`,
    `spent_minor` (cents) and `remark`. `accounts_number`: the number of the part whose lines these are, to
    which the other parties answer.
    """

    party = models.ForeignKey(Party, models.PROTECT, related_name="closing_parts")
    number = models.PositiveSmallIntegerField(_("numéro"))
    accounts_number = models.PositiveSmallIntegerField()
    lines = models.JSONField(_("comptes"), default=list, blank=True)
    lesson = models.TextField(_("leçons"), max_length=2000)
    data_state = models.CharField(_("données"), max_length=8, choices=ItemState)
    data_remark = models.TextField(_("précision sur les données"), max_length=1000, blank=True)
    logo_state = models.CharField(_("noms et logos"), max_length=8, choices=ItemState)
    logo_remark = models.TextField(_("précision sur les noms et logos"), max_length=1000, blank=True)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    written_at = models.DateTimeField()

    class Meta:
        verbose_name = _("part du bilan")
        verbose_name_plural = _("parts du bilan")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["party", "number"], name="closing_parts_are_numbered"),
            models.CheckConstraint(
                condition=Q(accounts_number__lte=models.F("number")), name="accounts_are_of_a_written_part"
            ),
        ]
        triggers: ClassVar = append_only()

    def __str__(self) -> str:
        return f"{self.party_id} {self.number}"


class AccountAnswer(models.Model):
    """What one other party says of the accounts of a part: confirmed, or contested with a reason."""

    part = models.ForeignKey(ClosingPart, models.PROTECT, related_name="answers")
    party = models.ForeignKey(Party, models.PROTECT, related_name="+")
    is_confirmed = models.BooleanField(_("confirmé"))
    reason = models.TextField(_("motif"), max_length=2000, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    answered_at = models.DateTimeField()

    class Meta:
        verbose_name = _("réponse à des comptes")
        verbose_name_plural = _("réponses à des comptes")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["part", "party"], name="each_party_answers_accounts_once"),
            models.CheckConstraint(
                condition=Q(is_confirmed=True) | ~Q(reason=""), name="accounts_are_contested_with_a_reason"
            ),
        ]
        triggers: ClassVar = append_only()

    def __str__(self) -> str:
        return f"{self.part_id} {self.party_id} {self.is_confirmed}"


class EarlyExit(models.Model):
    """A party leaves before the end; `party`: None when the broker proposes that all parties stop.

    `wording`: what is written publicly, in the words of `wording_party` (None: of the broker); `money`: what
    becomes of the money. `wording_number`: how often both were written. `agreed_at`: when all parties agreed.
    """

    partnership = models.ForeignKey(Partnership, models.CASCADE, related_name="early_exits")
    number = models.PositiveSmallIntegerField(_("numéro"))
    party = models.ForeignKey(Party, models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.TextField(_("motif"), max_length=2000)
    leaves_on = models.DateField(_("date de sortie"))
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    wording = models.TextField(_("texte public"), max_length=1000)
    money = models.TextField(_("sort de l’argent"), max_length=1000)
    wording_party = models.ForeignKey(Party, models.PROTECT, null=True, blank=True, related_name="+")
    wording_number = models.PositiveSmallIntegerField(default=1)
    wording_at = models.DateTimeField()
    agreed_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("sortie anticipée")
        verbose_name_plural = _("sorties anticipées")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["partnership", "number"], name="early_exits_are_numbered"),
            models.UniqueConstraint(
                fields=["partnership"], condition=Q(withdrawn_at=None), name="one_early_exit_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.partnership_id} {self.number}"


class EarlyExitAnswer(models.Model):
    """What one party says of the terms of that number: agreed to, or not with a reason."""

    early_exit = models.ForeignKey(EarlyExit, models.CASCADE, related_name="answers")
    party = models.ForeignKey(Party, models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    is_agreed = models.BooleanField(_("accepté"))
    reason = models.TextField(_("motif"), max_length=2000, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    answered_at = models.DateTimeField()

    class Meta:
        verbose_name = _("réponse à une sortie anticipée")
        verbose_name_plural = _("réponses aux sorties anticipées")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["early_exit", "party", "number"], name="each_party_answers_an_early_exit_once"
            ),
            models.CheckConstraint(
                condition=Q(is_agreed=True) | ~Q(reason=""), name="an_early_exit_is_contested_with_a_reason"
            ),
        ]
        triggers: ClassVar = append_only()

    def __str__(self) -> str:
        return f"{self.early_exit_id} {self.party_id} {self.is_agreed}"


class ClosingRecord(models.Model):
    """What the closing report is printed from, as canonical JSON, with its fingerprint.

    `outcome`: the result in the words of the broker; `review_on`: when it is looked at again.
    """

    partnership = models.OneToOneField(
        Partnership, models.PROTECT, primary_key=True, related_name="closing_record"
    )
    canonical_json = models.BinaryField()
    fingerprint = models.CharField(_("empreinte"), max_length=64)
    outcome = models.TextField(_("résultat"), max_length=2000, blank=True)
    review_on = models.DateField(_("à revoir le"), null=True, blank=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    closed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("relevé de clôture")
        verbose_name_plural = _("relevés de clôture")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(fingerprint__regex=r"^[0-9a-f]{64}$"), name="a_closing_record_has_a_fingerprint"
            )
        ]
        triggers: ClassVar = append_only()

    def __str__(self) -> str:
        return f"{self.partnership_id} {self.fingerprint[:12]}"


class ClosingReport(models.Model):
    """The PDF of the closing report; `sha256`: of its bytes."""

    record = models.OneToOneField(ClosingRecord, models.PROTECT, primary_key=True, related_name="report")
    pdf = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    made_at = models.DateTimeField()

    class Meta:
        verbose_name = _("rapport de clôture")
        verbose_name_plural = _("rapports de clôture")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="a_closing_report_has_a_checksum"
            )
        ]
        triggers: ClassVar = append_only()

    def __str__(self) -> str:
        return self.sha256[:12]
