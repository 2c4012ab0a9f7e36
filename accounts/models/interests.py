"""Interests of boards and brokers; rows are replaced, never overwritten."""

from __future__ import annotations

from datetime import date, timedelta
from typing import ClassVar, Final, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models.organisation import Organisation

# A statement must be confirmed each year.
STATEMENT_HOLDS: Final = timedelta(days=365)


class BoardLink(models.Model):
    """A tie of a member of the board or management with industry, or with associations."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="board_links")
    person = models.CharField(_("personne"), max_length=120)
    counterpart = models.CharField(_("avec qui"), max_length=200)
    words = models.CharField(_("lien"), max_length=300)
    since_date = models.DateField(_("depuis le"))
    until_date = models.DateField(_("jusqu’au"), null=True, blank=True)
    declared_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    declared_at = models.DateTimeField()
    replaced_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("lien d’intérêts")
        verbose_name_plural = _("liens d’intérêts")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(until_date=None) | Q(until_date__gte=F("since_date")),
                name="a_link_ends_after_it_begins",
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id}, {self.counterpart}"


class InterestStatement(models.Model):
    """A statement that the list of ties is complete; `links` is their number, 0 for none."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="interest_statements")
    links = models.PositiveSmallIntegerField(_("liens d’intérêts"))
    stated_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    stated_at = models.DateTimeField()

    class Meta:
        verbose_name = _("déclaration de liens d’intérêts")
        verbose_name_plural = _("déclarations de liens d’intérêts")
        indexes: ClassVar = [
            models.Index(fields=["organisation", "-stated_at"], name="latest_statement_first")
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.stated_at:%Y-%m-%d}"


class InterestKind(models.TextChoices):
    FEE = "fee", _("Honoraires reçus")
    LINK = "link", _("Lien d’intérêts")


class BrokerInterestQuerySet(models.QuerySet["BrokerInterest"]):
    def current(self) -> Self:
        return self.filter(replaced_at=None)

    def since(self, day: date) -> Self:
        """Filter those that ran on that day or later; a fee without an end counts for its first day."""
        runs_on = Q(until_date=None, kind=InterestKind.LINK)
        return self.filter(Q(until_date__gte=day) | Q(until_date=None, from_date__gte=day) | runs_on)


class BrokerInterest(models.Model):
    """A fee that a broker received from an organisation, or a tie with it."""

    broker = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="interests")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="broker_interests")
    kind = models.CharField(_("type"), max_length=4, choices=InterestKind)
    amount_minor = models.PositiveBigIntegerField(_("montant"), null=True, blank=True)  # cents of euro
    from_date = models.DateField(_("à partir du"))
    until_date = models.DateField(_("jusqu’au"), null=True, blank=True)
    words = models.CharField(_("de quoi il s’agit"), max_length=300)
    declared_at = models.DateTimeField()
    replaced_at = models.DateTimeField(null=True, blank=True)

    objects = BrokerInterestQuerySet.as_manager()

    class Meta:
        verbose_name = _("intérêt d’un passeur")
        verbose_name_plural = _("intérêts des passeurs")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(kind="fee") | Q(amount_minor__gt=0), name="a_fee_has_an_amount"
            ),
            models.CheckConstraint(
                condition=Q(until_date=None) | Q(until_date__gte=F("from_date")),
                name="an_interest_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.broker_id}, {self.organisation_id}: {self.kind}"
