"""The frozen text, its signatures, its voiding and its sealed PDF: four append-only tables."""

from __future__ import annotations

import uuid
from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Mandate
from ledger.sealed import CheckedAtCommit, EnforcedTrigger, append_only
from partnerships.models.partnership import Partnership, Party
from partnerships.models.roadmap import Roadmap


class Charter(models.Model):
    """A frozen snapshot of an agreed roadmap; people sign its fingerprint."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="charters")
    roadmap = models.ForeignKey(Roadmap, models.PROTECT, related_name="charters")
    # At most one valid charter follows another; voided ones may share it. A trigger checks both.
    previous = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="successors")
    canonical_json = models.BinaryField()
    fingerprint = models.CharField(_("empreinte"), max_length=64, unique=True)
    verification_code = models.CharField(_("code de vérification"), max_length=20, unique=True)
    amount_minor = models.PositiveBigIntegerField(default=0)  # company money bound by it, in cents
    frozen_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    frozen_at = models.DateTimeField()

    class Meta:
        verbose_name = _("charte")
        verbose_name_plural = _("chartes")
        triggers: ClassVar = [
            *append_only(),
            EnforcedTrigger(
                name="freezes_agreed_text", operation=pgtrigger.Insert, function="partnerships_charter_stands"
            ),
            CheckedAtCommit(
                name="in_ledger", operation=pgtrigger.Insert, function="partnerships_charter_in_ledger"
            ),
        ]

    def __str__(self) -> str:
        return self.verification_code


class VoidedCharter(models.Model):
    """The voiding of a frozen text before all had signed, with its reason."""

    charter = models.OneToOneField(Charter, models.PROTECT, primary_key=True, related_name="voided")
    reason = models.TextField(_("motif"), max_length=2000)
    voided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    voided_at = models.DateTimeField()

    class Meta:
        verbose_name = _("version annulée")
        verbose_name_plural = _("versions annulées")
        triggers: ClassVar = [
            *append_only(),
            EnforcedTrigger(
                name="voids_unsigned_text", operation=pgtrigger.Insert, function="partnerships_voiding_stands"
            ),
            CheckedAtCommit(
                name="in_ledger", operation=pgtrigger.Insert, function="partnerships_voiding_in_ledger"
            ),
        ]

    def __str__(self) -> str:
        return str(self.charter_id)


class FingerprintMatches(EnforcedTrigger):
    """Trigger that refuses a signature whose fingerprint is not that of its charter."""

    name = "fingerprint_matches"
    operation = pgtrigger.Insert
    function = "partnerships_same_text"


class Signature(models.Model):
    """The consent of one signatory to one fingerprint, with its evidence; that of the broker has no party."""

    charter = models.ForeignKey(Charter, models.PROTECT, related_name="signatures")
    party = models.ForeignKey(Party, models.PROTECT, null=True, blank=True, related_name="signatures")
    signatory = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="signatures")
    mandate = models.ForeignKey(Mandate, models.PROTECT, null=True, blank=True, related_name="signatures")
    fingerprint = models.CharField(_("empreinte lue"), max_length=64)
    typed_name = models.CharField(_("nom saisi"), max_length=120)
    capacity = models.CharField(_("qualité"), max_length=120)
    mandate_words = models.CharField(_("acte qui donne le pouvoir"), max_length=200, blank=True)
    consent_words = models.TextField(_("consentement"))
    method = models.CharField(_("identité confirmée par"), max_length=20)
    address = models.GenericIPAddressField(null=True, blank=True)
    user_agent = models.CharField(max_length=300, blank=True)
    signed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("signature")
        verbose_name_plural = _("signatures")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["charter", "party"], name="each_party_signs_a_charter_once"),
            models.UniqueConstraint(
                fields=["charter"], condition=Q(party=None), name="one_witness_for_each_charter"
            ),
            models.CheckConstraint(
                condition=Q(party=None) | Q(mandate__isnull=False),
                name="a_party_signs_under_a_mandate",
            ),
        ]
        triggers: ClassVar = [
            *append_only(),
            FingerprintMatches(),
            EnforcedTrigger(
                name="mandated_signatory",
                operation=pgtrigger.Insert,
                function="partnerships_signature_stands",
            ),
            CheckedAtCommit(
                name="in_ledger", operation=pgtrigger.Insert, function="partnerships_signature_in_ledger"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.charter} {self.typed_name}"


class SealObstacle(models.TextChoices):
    """Why a signed charter cannot be sealed."""

    LEDGER = "ledger", _("le journal ne concorde pas")
    FONTS = "fonts", _("les polices manquent")
    KEY = "key", _("la clé du sceau n’est pas utilisable")
    TIMESTAMP = "timestamp", _("l’horodatage est refusé")


class SealRefusal(models.Model):
    """The last attempt to seal a signed charter, which failed; deleted once the charter is sealed.

    `attempts`: how many failed, `next_at`: when the next one is due.
    """

    charter = models.OneToOneField(
        Charter, models.PROTECT, primary_key=True, related_name="seal_refusal", verbose_name=_("charte")
    )
    obstacle = models.CharField(_("obstacle"), max_length=10, choices=SealObstacle)
    attempts = models.PositiveIntegerField(default=0)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    next_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("refus de sceller")
        verbose_name_plural = _("refus de sceller")

    def __str__(self) -> str:
        return f"{self.charter_id} {self.obstacle}"


class SealedCharter(models.Model):
    """The sealed PDF of a charter."""

    charter = models.OneToOneField(Charter, models.PROTECT, primary_key=True, related_name="sealed")
    pdf = models.BinaryField()
    sha256 = models.CharField(max_length=64, unique=True)
    timestamped = models.BooleanField(default=False)
    sealed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("charte scellée")
        verbose_name_plural = _("chartes scellées")
        triggers: ClassVar = [
            *append_only(),
            EnforcedTrigger(
                name="seals_signed_text", operation=pgtrigger.Insert, function="partnerships_seal_stands"
            ),
            CheckedAtCommit(
                name="in_ledger", operation=pgtrigger.Insert, function="partnerships_seal_in_ledger"
            ),
        ]

    def __str__(self) -> str:
        return self.sha256[:12]
