"""Mediations of a signed charter: what somebody raises, the broker's answer, and minutes agreed by all."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ledger.sealed import append_only
from partnerships.models.partnership import Partnership, Party


class MediationOutcome(models.TextChoices):
    """What the parties agree to do at the end of a mediation."""

    AMENDMENT = "amendment", _("changer le texte par un avenant")
    PLAN = "plan", _("un plan d’action, sans changer le texte")
    SUSPENSION = "suspension", _("suspendre le dossier")
    CLARIFIED = "clarified", _("un malentendu levé, rien ne change")
    REFERRAL = "referral", _("s’adresser à un médiateur extérieur")


class Mediation(models.Model):
    """Something that goes wrong, raised by a party or the broker.

    `subject`: code of the signed limit, red line or commitment it is about, "" for none, and `quote` its
    signed words. `answer_until`: when the broker must have answered. `minutes_number`: how often the minutes
    were written; the parties agree to one of them.
    """

    partnership = models.ForeignKey(Partnership, models.CASCADE, related_name="mediations")
    number = models.PositiveSmallIntegerField(_("numéro"))
    party = models.ForeignKey(Party, models.PROTECT, null=True, blank=True, related_name="+")
    subject = models.CharField(_("point de la charte"), max_length=12, blank=True)
    quote = models.TextField(_("texte signé"), blank=True)
    text = models.TextField(_("ce qui se passe"), max_length=2000)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    answer_until = models.DateTimeField()
    answer = models.TextField(_("réponse du passeur"), max_length=2000, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    minutes = models.TextField(_("compte rendu"), max_length=8000, blank=True)
    outcome = models.CharField(_("suite"), max_length=10, choices=MediationOutcome, blank=True)
    minutes_number = models.PositiveSmallIntegerField(default=0)
    minutes_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("médiation")
        verbose_name_plural = _("médiations")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["partnership", "number"], name="mediations_are_numbered"),
            models.CheckConstraint(
                condition=Q(answered_at=None, answered_by=None, answer="")
                | (Q(answered_at__isnull=False, answered_by__isnull=False) & ~Q(answer="")),
                name="an_answered_mediation_has_an_answer",
            ),
            models.CheckConstraint(
                condition=Q(minutes_number=0, minutes="", outcome="", minutes_at=None)
                | (Q(minutes_number__gt=0, minutes_at__isnull=False) & ~Q(minutes="") & ~Q(outcome="")),
                name="minutes_of_a_mediation_have_an_outcome",
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None) | Q(minutes_number__gt=0),
                name="a_mediation_ends_with_minutes",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.partnership_id} {self.code}"

    @property
    def code(self) -> str:
        return f"M{self.number}"

    @property
    def title(self) -> str:
        """The point of the charter that it is about, or the beginning of what was raised."""
        words = " ".join((self.quote or self.text).split())
        return words if len(words) <= MAX_TITLE else f"{words[: MAX_TITLE - 1]}…"


MAX_TITLE = 60


class MinutesAnswer(models.Model):
    """What one party says of the minutes of that number: agreed to, or not with a reason."""

    mediation = models.ForeignKey(Mediation, models.CASCADE, related_name="answers")
    party = models.ForeignKey(Party, models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    is_agreed = models.BooleanField(_("approuvé"))
    reason = models.TextField(_("motif"), max_length=2000, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    answered_at = models.DateTimeField()

    class Meta:
        verbose_name = _("réponse à un compte rendu")
        verbose_name_plural = _("réponses aux comptes rendus")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["mediation", "party", "number"], name="each_party_answers_minutes_once"
            ),
            models.CheckConstraint(
                condition=Q(is_agreed=True) | ~Q(reason=""), name="minutes_are_refused_with_a_reason"
            ),
        ]
        triggers: ClassVar = append_only()

    def __str__(self) -> str:
        return f"{self.mediation_id} {self.party_id} {self.is_agreed}"
