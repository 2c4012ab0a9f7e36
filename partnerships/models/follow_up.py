"""Follow-up of a signed charter: milestones, commitments and evidence."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from partnerships.models.charter import Charter
from partnerships.models.partnership import Partnership, Party


class Milestone(models.Model):
    """A milestone of the signed text; `owner`: a party, None for all parties.

    `charter`: the last one that contains it, or the one under which it was completed.
    `cancelled_at`: when an amendment without it was signed; a later amendment may restore it.
    """

    partnership = models.ForeignKey(Partnership, models.CASCADE, related_name="milestones")
    charter = models.ForeignKey(Charter, models.PROTECT, related_name="milestones")
    code = models.CharField(max_length=6)
    title = models.CharField(_("jalon"), max_length=200)
    owner = models.ForeignKey(Party, models.PROTECT, null=True, blank=True, related_name="milestones")
    indicator = models.CharField(_("indicateur"), max_length=300, blank=True)
    due_date = models.DateField(_("échéance"))
    completed_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("jalon")
        verbose_name_plural = _("jalons")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["partnership", "code"], name="one_milestone_for_each_code"),
            models.CheckConstraint(
                condition=Q(completed_at=None) | Q(cancelled_at=None),
                name="a_cancelled_milestone_is_not_done",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["due_date"], name="milestones_by_day")]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class Commitment(models.Model):
    """A commitment of the signed text; `party`: None for the broker.

    `cancelled_at`: when an amendment without it was signed; a later amendment may restore it.
    """

    partnership = models.ForeignKey(Partnership, models.CASCADE, related_name="commitments")
    charter = models.ForeignKey(Charter, models.PROTECT, related_name="commitments")
    code = models.CharField(max_length=6)
    party = models.ForeignKey(Party, models.PROTECT, null=True, blank=True, related_name="commitments")
    text = models.TextField(_("engagement"))
    hours = models.PositiveIntegerField(default=0)
    amount_minor = models.PositiveBigIntegerField(default=0)
    cancelled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("engagement")
        verbose_name_plural = _("engagements")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["partnership", "code"], name="one_commitment_for_each_code")
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.text[:60]}"


class Evidence(models.Model):
    """The evidence that a milestone was reached."""

    milestone = models.ForeignKey(Milestone, models.CASCADE, related_name="evidence")
    party = models.ForeignKey(Party, models.PROTECT, related_name="+")
    text = models.TextField(_("preuve"), max_length=2000)
    link = models.URLField(_("lien"), blank=True, max_length=500)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    given_at = models.DateTimeField()

    class Meta:
        verbose_name = _("preuve")
        verbose_name_plural = _("preuves")

    def __str__(self) -> str:
        return f"{self.milestone_id} {self.given_at:%Y-%m-%d}"
