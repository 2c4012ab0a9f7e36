"""Forms that were submitted, so that a second press gives the first result."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class FormSubmission(models.Model):
    """The last successful submission of one rendered form, without what was typed.

    `key`: digest of the user, the one-time token of the form and its address. `digest`: of the data, which
    include the token, so that nobody can guess them from it.
    """

    key = models.CharField(max_length=64, primary_key=True)
    digest = models.CharField(max_length=64)
    # Null only inside the transaction of the first submission.
    result = models.JSONField(_("résultat"), null=True)
    submitted_at = models.DateTimeField()

    class Meta:
        verbose_name = _("formulaire envoyé")
        verbose_name_plural = _("formulaires envoyés")

    def __str__(self) -> str:
        return self.key
