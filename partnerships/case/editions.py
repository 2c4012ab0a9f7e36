"""The editions of a text, who may read them, and their charters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import Exists, Max, OuterRef, Q
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from accounts.templatetags import wording
from partnerships.case.status import CaseStatus
from partnerships.lifecycle import Edition
from partnerships.models import Charter, Partnership, Question, Roadmap, Round


@dataclass(frozen=True, kw_only=True)
class CharterShown:
    """A charter that is not void; `pdf_url` is "" until it is sealed."""

    edition: int
    fingerprint: str
    verification_code: str
    frozen_at: datetime
    signed_at: datetime | None
    sealed_at: datetime | None
    timestamped: bool
    pdf_url: str


class EditionLink(NamedTuple):
    label: str
    state: str
    url: str
    is_current: bool


def readable(case: CaseStatus, *, is_broker: bool) -> list[Roadmap]:
    """Return the editions that the reader may read, latest first. At most 1 query.

    A broker reads them all. Parties read a text once it was submitted to all of them.
    """
    first = case.edition
    if first and first.edition == 1 and first.state != Edition.SIGNED:
        # Only a signed text is amended, so there is no other edition yet.
        return [first] if is_broker or first.state != Edition.DRAFTING else []
    rounds = Round.objects.filter(
        partnership=case.partnership, question=Question.CRITICISM, asked_at__gte=OuterRef("opened_at")
    )
    editions = case.partnership.roadmaps.order_by("-edition")
    if not is_broker:
        # A void edition was submitted to the parties if a round was about it.
        editions = editions.exclude(state=Edition.DRAFTING).filter(~Q(state=Edition.VOID) | Exists(rounds))
    return list(editions)


def charters_of(partnership: Partnership) -> dict[UUID, CharterShown]:
    """Return the valid charter of each edition, by primary key of the edition, without its PDF. 1 query."""
    rows = (
        Charter.objects.filter(partnership=partnership, voided=None)
        .annotate(signed_at=Max("signatures__signed_at"))
        .order_by("-roadmap__edition", "pk")
        .values_list(
            "roadmap_id",
            "roadmap__edition",
            "roadmap__state",
            "fingerprint",
            "verification_code",
            "frozen_at",
            "signed_at",
            "sealed__sealed_at",
            "sealed__timestamped",
            named=True,
        )
    )
    return {
        row.roadmap_id: CharterShown(
            edition=row.roadmap__edition,
            fingerprint=row.fingerprint,
            verification_code=row.verification_code,
            frozen_at=row.frozen_at,
            signed_at=row.signed_at if row.roadmap__state == Edition.SIGNED else None,
            sealed_at=row.sealed__sealed_at,
            timestamped=bool(row.sealed__timestamped),
            pdf_url=pdf_url(partnership.reference, row.roadmap__edition) if row.sealed__sealed_at else "",
        )
        for row in rows
    }


def pdf_url(reference: str, edition: int) -> str:
    """Return the address of a sealed charter."""
    return reverse("partnerships:charter_pdf", args=[reference, edition])


def edition_name(edition: int) -> str:
    """Return the name of an edition: the first is the charter, the later ones amend it."""
    return _("Charte") if edition == 1 else _("Avenant %(number)s") % {"number": edition - 1}


def edition_status_text(roadmap: Roadmap, charter: CharterShown | None) -> str:
    """Return the state of an edition in a few words."""
    version = {"version": f"v0.{roadmap.version}"}
    match Edition(roadmap.state):
        case Edition.DRAFTING:
            return _("texte en rédaction, %(version)s") % version
        case Edition.NEGOTIATION:
            return _("texte en négociation, %(version)s") % version
        case Edition.SIGNED if charter and charter.signed_at:
            return format_html(_("signée le {day}"), day=wording.day(charter.signed_at))
        case state:
            return STATES[state]()


STATES = {
    Edition.AGREED: lambda: _("acceptée par tous, à figer"),
    Edition.SIGNING: lambda: _("figée, à signer"),
    Edition.SIGNED: lambda: _("signée"),
    Edition.VOID: lambda: _("version annulée"),
}


def links(
    editions: Sequence[Roadmap], shown: Roadmap, charters: dict[UUID, CharterShown], reference: str
) -> list[EditionLink]:
    """Return one link for each edition, none when there is only one."""
    if len(editions) <= 1:
        return []
    page = reverse("partnerships:roadmap", args=[reference])
    return [
        EditionLink(
            label=edition_name(edition.edition),
            state=edition_status_text(edition, charters.get(edition.pk)),
            url=f"{page}?edition={edition.edition}",
            is_current=edition == shown,
        )
        for edition in editions
    ]
