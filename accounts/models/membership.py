"""Memberships, mandates and invitations of an organisation."""

from __future__ import annotations

import hashlib
import uuid
from datetime import datetime
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from accounts.models.document import Document
from accounts.models.organisation import Organisation


class MembershipQuerySet(models.QuerySet["Membership"]):
    def present(self) -> Self:
        return self.filter(left_at=None, user__is_active=True)


class Membership(models.Model):
    """A person in an organisation; each present member may read, roles add rights."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="memberships")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="memberships")
    is_administrator = models.BooleanField(_("gestionnaire"), default=False)
    is_referent = models.BooleanField(_("référent"), default=False)
    is_signatory = models.BooleanField(_("signataire"), default=False)
    joined_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membre")
        verbose_name_plural = _("membres")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user", "organisation"],
                condition=Q(left_at=None),
                name="one_present_membership_for_each_person",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.organisation}"


class Mandate(models.Model):
    """The power of a person to bind an organisation by signing."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="mandates")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="mandates")
    capacity = models.CharField(_("qualité"), max_length=120)
    basis = models.CharField(_("acte qui donne le pouvoir"), max_length=200)
    # None: the power is declared and not proved, which the broker sees.
    document = models.ForeignKey(
        Document, models.PROTECT, related_name="mandates", null=True, blank=True, verbose_name=_("pièce")
    )
    valid_from_date = models.DateField(_("à partir du"))
    valid_until_date = models.DateField(_("jusqu’au"), null=True, blank=True)
    ceiling_minor = models.PositiveBigIntegerField(_("plafond"), null=True, blank=True)
    recorded_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("mandat")
        verbose_name_plural = _("mandats")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(valid_until_date=None) | Q(valid_until_date__gte=models.F("valid_from_date")),
                name="a_mandate_ends_after_it_begins",
            ),
            models.UniqueConstraint(
                fields=["organisation", "user"],
                condition=Q(revoked_at=None),
                name="one_running_mandate_for_each_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.capacity}"


class Invitation(models.Model):
    """An invitation to join an organisation, or the brokers if `organisation` is None."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(
        Organisation, models.CASCADE, related_name="invitations", null=True, blank=True
    )
    email = models.EmailField(_("adresse électronique"))
    full_name = models.CharField(_("prénom et nom"), max_length=120, blank=True)
    is_administrator = models.BooleanField(_("gestionnaire"), default=False)
    is_referent = models.BooleanField(_("référent"), default=False)
    is_signatory = models.BooleanField(_("signataire"), default=False)
    # Only the digest is stored: a reader of the table cannot use the invitation.
    token_digest = models.CharField(max_length=64, unique=True)
    # None: the operator of the installation, who invites the first broker.
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "email"],
                condition=Q(accepted_at=None, revoked_at=None),
                nulls_distinct=False,
                name="one_living_invitation_for_each_address",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at=None) | Q(revoked_at=None),
                name="a_revoked_invitation_is_not_accepted",
            ),
            models.CheckConstraint(
                condition=Q(organisation=None) | Q(invited_by__isnull=False),
                name="a_member_is_invited_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.email

    def is_open(self, at: datetime) -> bool:
        """Return whether the invitation can still be accepted at that moment."""
        return self.accepted_at is None and self.revoked_at is None and at < self.expires_at

    @property
    def token(self) -> str:
        """The secret of the link, derived from SECRET_KEY and the primary key."""
        return salted_hmac("accounts.invitation", str(self.pk), algorithm="sha256").hexdigest()


def digest(token: str) -> str:
    """Return the SHA-256 of a token, as 64 hex digits."""
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()
