"""Introductions by the broker, anonymous until all invited organisations accept."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from partnerships.models.brief import Brief
from partnerships.models.partnership import Partnership


class Introduction(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    words = models.TextField(_("message du passeur"), max_length=600, blank=True)  # the same for all
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    # All had accepted, but one could no longer take part, so it ended without revealing names.
    is_hindered = models.BooleanField(default=False)
    revealed_at = models.DateTimeField(null=True, blank=True)  # when the last one accepted
    partnership = models.OneToOneField(
        Partnership, models.PROTECT, null=True, blank=True, related_name="introduction"
    )

    class Meta:
        verbose_name = _("mise en relation")
        verbose_name_plural = _("mises en relation")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | Q(revealed_at=None),
                name="a_withdrawn_introduction_reveals_nobody",
            ),
            models.CheckConstraint(
                condition=Q(is_hindered=False) | Q(withdrawn_at__isnull=False),
                name="a_hindered_introduction_has_ended",
            ),
            models.CheckConstraint(
                condition=Q(partnership=None) | Q(revealed_at__isnull=False),
                name="a_case_follows_names_that_were_revealed",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Invitee(models.Model):
    """A brief in an introduction, and the answer of its organisation; only the broker sees `reason`."""

    introduction = models.ForeignKey(Introduction, models.CASCADE, related_name="invitees")
    brief = models.ForeignKey(Brief, models.PROTECT, related_name="invitations")
    is_yes = models.BooleanField(_("oui"), null=True, blank=True)
    reason = models.TextField(_("raison"), max_length=600, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("organisation mise en relation")
        verbose_name_plural = _("organisations mises en relation")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["introduction", "brief"], name="a_brief_is_introduced_once"),
            models.CheckConstraint(
                condition=Q(is_yes=None, answered_at=None, answered_by=None)
                | Q(is_yes__isnull=False, answered_at__isnull=False, answered_by__isnull=False),
                name="an_answer_knows_who_gave_it_and_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.introduction_id} {self.brief_id}"
