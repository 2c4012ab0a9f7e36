"""Handovers after a departure, and changes of address."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from accounts.models.organisation import Organisation


class Handover(models.Model):
    """What only the leaver did in an organisation, handed over to an administrator, the heir."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="handovers")
    leaver = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    heir = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="handovers")
    letter_count = models.PositiveIntegerField(_("invitations écrites"), default=0)
    was_only_referent = models.BooleanField(_("seul référent"), default=False)
    was_only_signatory = models.BooleanField(_("seul signataire"), default=False)
    handed_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("passage de relais")
        verbose_name_plural = _("passages de relais")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(leaver=models.F("heir")), name="nobody_hands_over_to_themselves"
            )
        ]

    def __str__(self) -> str:
        return f"{self.leaver}, {self.organisation}"


class AddressChange(models.Model):
    """A verified new address, to be confirmed from the current one."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="address_changes")
    old_email = models.EmailField(_("adresse actuelle"))
    new_email = models.EmailField(_("nouvelle adresse"))
    # Only the digest is stored: a reader of the table cannot use the link.
    token_digest = models.CharField(max_length=64, unique=True)
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("changement d’adresse")
        verbose_name_plural = _("changements d’adresse")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(ended_at=None),
                name="one_waiting_address_for_each_person",
            )
        ]

    def __str__(self) -> str:
        return self.new_email

    def is_open(self, at: datetime) -> bool:
        """Return whether the change can still be confirmed or refused at that moment."""
        return self.ended_at is None and at < self.expires_at

    @property
    def token(self) -> str:
        """The secret of the link, derived from SECRET_KEY and the primary key."""
        return salted_hmac("accounts.address", str(self.pk), algorithm="sha256").hexdigest()
