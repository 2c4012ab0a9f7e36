"""The one-page canvas of a case, and the private interview notes of a broker."""

from __future__ import annotations

from typing import ClassVar, Final

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from partnerships.models.partnership import Partnership, Party

FIRST_STEP_DAYS: Final = 30
# Nine boxes of these lengths fit on one A4 page; a test prints them full.
BOX, LINES, LINE = 420, 8, 110


class Canvas(models.Model):
    """One version of the nine boxes; each change is a new version."""

    partnership = models.ForeignKey(Partnership, models.CASCADE, related_name="canvases")
    number = models.PositiveIntegerField()
    need = models.TextField(_("besoin des patients"), max_length=BOX, blank=True)
    action = models.TextField(_("action précise"), max_length=BOX, blank=True)
    association_hopes = models.TextField(_("ce que l’association attend"), max_length=BOX, blank=True)
    company_hopes = models.TextField(_("ce que l’entreprise attend"), max_length=BOX, blank=True)
    limits = models.TextField(_("ce que nous ne ferons pas"), max_length=BOX, blank=True)
    commitments = models.TextField(_("engagements de chacun"), max_length=BOX, blank=True)
    measure_1 = models.CharField(_("indicateur vu par les patients"), max_length=LINE, blank=True)
    measure_2 = models.CharField(_("deuxième indicateur"), max_length=LINE, blank=True)
    measure_3 = models.CharField(_("troisième indicateur"), max_length=LINE, blank=True)
    means = models.TextField(_("budget et temps"), max_length=BOX, blank=True)
    first_step = models.TextField(_("premier petit pas"), max_length=BOX, blank=True)
    first_step_days = models.PositiveSmallIntegerField(_("en combien de jours"), null=True, blank=True)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    written_at = models.DateTimeField()

    class Meta:
        verbose_name = _("canevas")
        verbose_name_plural = _("canevas")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["partnership", "number"], name="one_canvas_for_each_number"),
            models.CheckConstraint(
                condition=Q(first_step_days=None)
                | Q(first_step_days__gte=1, first_step_days__lte=FIRST_STEP_DAYS),
                name="a_first_step_is_tried_within_thirty_days",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.partnership_id} {self.number}"


class InterviewNote(models.Model):
    """The note of a broker on one question asked of one party; visible to its author alone."""

    party = models.ForeignKey(Party, models.CASCADE, related_name="interview_notes")
    broker = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    question = models.CharField(_("question"), max_length=12)  # a code of scoping.queries.interview
    text = models.TextField(_("note"), max_length=1500)
    written_at = models.DateTimeField()

    class Meta:
        verbose_name = _("note d’entretien")
        verbose_name_plural = _("notes d’entretien")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["party", "broker", "question"], name="one_interview_note_for_each_question"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.party_id} {self.question}"
