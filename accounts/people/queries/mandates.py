"""Mandates: the rule that says who may sign for an organisation, used by every page, mail and action."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.models import (
    Document,
    DocumentKind,
    Mandate,
    Membership,
    Organisation,
)

# Kinds of documents that prove a power to sign.
PROOF_KINDS = (DocumentKind.MINUTES, DocumentKind.POWER)


# An end is announced so many days before.
ENDING_DAYS = 30


class MandateStatus(NamedTuple):
    """`expired`: those whose last day has passed; `has_valid`: at least one binds today, for some amount.

    `ending`: those that bind today and whose last day comes within ENDING_DAYS.
    """

    expired: list[Mandate]
    has_valid: bool
    ending: list[Mandate]


def legal_day(at: datetime) -> date:
    """Return the day by which mandates are judged: that of the installation, wherever the reader is."""
    return timezone.localdate(at, timezone.get_default_timezone())


def is_expired(at: datetime) -> Q:
    """Return the condition on a mandate that its last day has passed."""
    return Q(valid_until_date__lt=legal_day(at))


def signatory_mandates(organisation_ids: Iterable[UUID]) -> QuerySet[Mandate]:
    """Return the mandates of the signatories of these organisations, whatever their dates and ceilings.

    Neither revoked, nor of somebody who left, lost the role of signatory, can no longer sign in or became a
    broker: a broker never consents. With their users, the one recorded first comes first. 1 query.
    """
    signatories = Membership.objects.present().filter(
        organisation=OuterRef("organisation"), user=OuterRef("user"), is_signatory=True
    )
    mandates = Mandate.objects.filter(
        Exists(signatories), organisation__in=organisation_ids, revoked_at=None, user__is_broker=False
    )
    return mandates.select_related("user").order_by("recorded_at", "pk")


def valid_mandates(organisation_ids: Iterable[UUID], *, amount_minor: int, at: datetime) -> QuerySet[Mandate]:
    """Return the mandates that bind these organisations on that day for that amount, in cents. 1 query."""
    return signatory_mandates(organisation_ids).filter(_binds(amount_minor, at))


def mandate_status(organisation_id: UUID, *, at: datetime) -> MandateStatus:
    """Return what the people of an organisation must know of its mandates. 1 query."""
    mandates = signatory_mandates([organisation_id])
    rows = list(mandates.annotate(has_expired=is_expired(at), is_valid=_binds(0, at)))
    soon = legal_day(at) + timedelta(days=ENDING_DAYS)
    return MandateStatus(
        expired=[row for row in rows if row.has_expired],
        has_valid=any(row.is_valid for row in rows),
        ending=[
            row
            for row in rows
            if row.is_valid and row.valid_until_date is not None and row.valid_until_date <= soon
        ],
    )


def _binds(amount_minor: int, at: datetime) -> Q:
    has_begun = Q(valid_from_date__lte=legal_day(at))
    covers_amount = Q(ceiling_minor=None) | Q(ceiling_minor__gte=amount_minor)
    return has_begun & ~is_expired(at) & covers_amount


class MandateProof(NamedTuple):
    """A document as a choice of a form: its primary key and its label."""

    key: str
    label: str


def mandate_proofs(organisation: Organisation) -> list[MandateProof]:
    """Return the current documents of an organisation that can prove a mandate. 1 query."""
    current = Document.objects.current().filter(organisation=organisation, kind__in=PROOF_KINDS)
    return [
        MandateProof(str(document.pk), f"{DocumentKind(document.kind).label} · {document.name}")
        for document in current.order_by("kind", "pk")
    ]
