"""The clause library: models of clauses, each change being a new version."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ledger.sealed import append_only
from partnerships.charter.texts import HEADING_TITLES


class LibraryClause(models.Model):
    """A clause of the library; its text is in its current version. `key`: of a shipped clause, else None."""

    key = models.SlugField(max_length=60, unique=True, null=True, blank=True)
    heading = models.PositiveSmallIntegerField(
        _("rubrique"), choices=[(heading.value, _(title)) for heading, title in HEADING_TITLES.items()]
    )
    current = models.OneToOneField(
        "LibraryVersion", models.PROTECT, null=True, blank=True, related_name="current_of"
    )

    class Meta:
        verbose_name = _("clause de la bibliothèque")
        verbose_name_plural = _("clauses de la bibliothèque")

    def __str__(self) -> str:
        return f"{self.get_heading_display()}, {self.pk}"


class LibraryVersion(models.Model):
    """One version of the text of a library clause in both languages; append-only by trigger.

    `rule`: the risk that an example illustrates, "" for a sound clause. Shipped versions have no author.
    """

    clause = models.ForeignKey(LibraryClause, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    title = models.CharField(_("titre"), max_length=160)
    body = models.TextField(_("texte"), max_length=8000)
    plain_words = models.TextField(_("en clair"), max_length=600)
    title_en = models.CharField(_("titre en anglais"), max_length=160)
    body_en = models.TextField(_("texte en anglais"), max_length=8000)
    plain_words_en = models.TextField(_("en clair, en anglais"), max_length=600)
    source = models.CharField(_("source"), max_length=300)
    rule = models.CharField(_("risque montré"), max_length=3, blank=True)
    is_retired = models.BooleanField(default=False)
    reason = models.TextField(_("pourquoi"), max_length=1000, blank=True)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    written_at = models.DateTimeField()

    class Meta:
        verbose_name = _("version d’une clause de la bibliothèque")
        verbose_name_plural = _("versions des clauses de la bibliothèque")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["clause", "number"], name="library_versions_are_numbered"),
            models.CheckConstraint(
                condition=Q(written_by=None) | Q(number=1) | ~Q(reason=""),
                name="a_change_of_the_library_says_why",
            ),
        ]
        triggers: ClassVar = append_only()

    def __str__(self) -> str:
        return f"{self.title}, {self.number}"
