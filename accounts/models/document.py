"""Documents of an organisation: replaced by newer ones, never overwritten."""

from __future__ import annotations

import uuid
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models.organisation import Organisation

MAX_BYTES = 10 * 1024 * 1024


class DocumentKind(models.TextChoices):
    STATUTES = "statutes", _("Statuts")
    RECEIPT = "receipt", _("Récépissé ou Journal officiel")
    MINUTES = "minutes", _("Procès-verbal qui donne le mandat")
    ACCOUNTS = "accounts", _("Comptes annuels")
    KBIS = "kbis", _("Extrait Kbis")
    BANK_DETAILS = "bank_details", _("Coordonnées bancaires")
    APPROVAL = "approval", _("Décision d’agrément")
    ETHICS_CHARTER = "ethics_charter", _("Charte éthique")
    POWER = "power", _("Pouvoir ou délégation de signature")


COMPANY_KINDS = (
    DocumentKind.KBIS,
    DocumentKind.POWER,
    DocumentKind.STATUTES,
    DocumentKind.ACCOUNTS,
    DocumentKind.BANK_DETAILS,
    DocumentKind.ETHICS_CHARTER,
)
KINDS_OF = {
    "association": tuple(kind for kind in DocumentKind if kind != DocumentKind.KBIS),
    "company": COMPANY_KINDS,
}
# Kinds that vetting usually needs; a missing one blocks nothing.
EXPECTED_OF = {
    "association": (DocumentKind.STATUTES, DocumentKind.RECEIPT, DocumentKind.MINUTES, DocumentKind.ACCOUNTS),
    "company": (DocumentKind.KBIS, DocumentKind.POWER),
}


class DocumentQuerySet(models.QuerySet["Document"]):
    def current(self) -> Self:
        return self.filter(replaced_at=None)


class Document(models.Model):
    """One uploaded file; `sha256` is the checksum of its content, as 64 hex digits."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="documents")
    kind = models.CharField(_("pièce"), max_length=20, choices=DocumentKind)
    name = models.CharField(_("nom du fichier"), max_length=200)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()  # bytes
    sha256 = models.CharField(max_length=64)
    file = models.FileField(upload_to="organisations/")
    expires_date = models.DateField(_("valable jusqu’au"), null=True, blank=True)
    brought_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    brought_at = models.DateTimeField()
    replaced_at = models.DateTimeField(null=True, blank=True)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("pièce")
        verbose_name_plural = _("pièces")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "kind"],
                condition=Q(replaced_at=None),
                name="one_current_document_of_each_kind",
            ),
            models.CheckConstraint(
                condition=Q(size__gte=1, size__lte=MAX_BYTES), name="a_document_is_neither_empty_nor_huge"
            ),
            models.CheckConstraint(
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="a_document_bears_its_checksum"
            ),
            models.CheckConstraint(
                condition=Q(content_type__in=["application/pdf", "image/jpeg", "image/png"]),
                name="a_document_is_a_pdf_or_a_picture",
            ),
        ]

    def __str__(self) -> str:
        return self.name
