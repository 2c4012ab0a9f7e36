"""Model charters: the clauses of the library that begin a text; each change is a new version."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ledger.sealed import append_only


class ModelCharter(models.Model):
    """A model of a charter; its content is in its current version. `key`: of a shipped model, else None."""

    key = models.SlugField(max_length=60, unique=True, null=True, blank=True)
    current = models.OneToOneField(
        "ModelCharterVersion", models.PROTECT, null=True, blank=True, related_name="current_of"
    )

    class Meta:
        verbose_name = _("modèle de charte")
        verbose_name_plural = _("modèles de charte")

    def __str__(self) -> str:
        return str(self.current or self.pk)


class ModelCharterVersion(models.Model):
    """One version of a model charter, in both languages; append-only by trigger.

    `kinds`: codes of `ActionKind` that the model fits. `clause_ids`: keys of `LibraryClause`, in printed
    order. `milestones`: objects with `title`, `title_en`, `indicator`, `indicator_en`, `owner`
    ("association", "company" or "both") and `after_days`, counted from the beginning of the text.
    Shipped versions have no author.
    """

    model_charter = models.ForeignKey(ModelCharter, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    title = models.CharField(_("titre"), max_length=160)
    description = models.TextField(_("description"), max_length=600)
    title_en = models.CharField(_("titre en anglais"), max_length=160)
    description_en = models.TextField(_("description en anglais"), max_length=600)
    kinds = models.JSONField(_("types d’action"), default=list, blank=True)
    clause_ids = models.JSONField(_("clauses"), default=list, blank=True)
    milestones = models.JSONField(_("jalons proposés"), default=list, blank=True)
    is_retired = models.BooleanField(default=False)
    reason = models.TextField(_("pourquoi"), max_length=1000, blank=True)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    written_at = models.DateTimeField()

    class Meta:
        verbose_name = _("version d’un modèle de charte")
        verbose_name_plural = _("versions des modèles de charte")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["model_charter", "number"], name="model_charter_versions_are_numbered"
            ),
            models.CheckConstraint(
                condition=Q(written_by=None) | Q(number=1) | ~Q(reason=""),
                name="a_change_of_a_model_charter_has_a_reason",
            ),
        ]
        triggers: ClassVar = append_only()

    def __str__(self) -> str:
        return f"{self.title}, {self.number}"
