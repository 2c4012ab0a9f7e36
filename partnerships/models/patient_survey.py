"""What patients say of an action: three questions without a name, of which only the counts are stored."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from partnerships.models.follow_up import Milestone
from partnerships.models.partnership import Partnership, Party


class SurveyLanguage(models.TextChoices):
    FRENCH = "fr", _("français")
    ENGLISH = "en", _("anglais")


class PatientSurvey(models.Model):
    """An anonymous form of three questions; `milestone`: None when it is about the whole action.

    `token`: the last part of its public address; `subject`: what it asks about, in its language, as patients
    read it; `party`: of the person who opened it, None for the broker.
    """

    partnership = models.ForeignKey(Partnership, models.CASCADE, related_name="patient_surveys")
    milestone = models.ForeignKey(
        Milestone,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="patient_surveys",
        verbose_name=_("jalon"),
    )
    token = models.CharField(max_length=22, unique=True)
    language = models.CharField(_("langue"), max_length=2, choices=SurveyLanguage)
    subject = models.CharField(_("sujet"), max_length=160)
    party = models.ForeignKey(Party, models.PROTECT, null=True, blank=True, related_name="+")
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("questionnaire aux patients")
        verbose_name_plural = _("questionnaires aux patients")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(closed_at=None, closed_by=None) | models.Q(closed_at__isnull=False),
                name="a_closed_patient_survey_has_its_moment",
            )
        ]

    def __str__(self) -> str:
        return f"{self.partnership_id} {self.subject}"


class SurveyCount(models.Model):
    """How often one choice was given to one question: there is no row, and no moment, of any person."""

    survey = models.ForeignKey(PatientSurvey, models.CASCADE, related_name="counts")
    question = models.CharField(max_length=12)
    choice = models.CharField(max_length=12)
    number = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("décompte")
        verbose_name_plural = _("décomptes")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["survey", "question", "choice"], name="one_count_for_each_choice")
        ]

    def __str__(self) -> str:
        return f"{self.survey_id} {self.question} {self.choice} {self.number}"
