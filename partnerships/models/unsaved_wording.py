"""What a broker has typed in the form of a clause and not yet saved as a revision."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from partnerships.charter.texts import HEADING_TITLES
from partnerships.models.library import LibraryVersion
from partnerships.models.roadmap import Clause, Roadmap


class UnsavedWording(models.Model):
    """The form of a clause as one broker left it; of a new clause under its heading when `clause` is None.

    `library_version`: of a new clause that starts from the library. `submitted`: the fields as they were
    sent, each with its values. `wording`: the checked content, None when the form has errors.
    """

    roadmap = models.ForeignKey(Roadmap, models.CASCADE, related_name="unsaved_wordings")
    broker = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    heading = models.PositiveSmallIntegerField(
        _("rubrique"), choices=[(heading.value, _(title)) for heading, title in HEADING_TITLES.items()]
    )
    clause = models.ForeignKey(Clause, models.CASCADE, null=True, blank=True, related_name="unsaved_wordings")
    library_version = models.ForeignKey(
        LibraryVersion, models.CASCADE, null=True, blank=True, related_name="+"
    )
    submitted = models.JSONField()
    wording = models.JSONField(null=True, blank=True)
    saved_at = models.DateTimeField()

    class Meta:
        verbose_name = _("texte non enregistré")
        verbose_name_plural = _("textes non enregistrés")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["roadmap", "broker", "heading", "clause", "library_version"],
                nulls_distinct=False,
                name="one_unsaved_wording_for_each_form",
            )
        ]

    def __str__(self) -> str:
        return f"{self.roadmap} {self.clause_id or self.heading}"
