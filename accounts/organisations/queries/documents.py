"""Documents of an organisation: current, replaced, missing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.utils import timezone

from accounts.models import (
    EXPECTED_OF,
    KINDS_OF,
    Document,
    DocumentKind,
    Membership,
    Organisation,
    User,
)

EXPIRES_SOON = timedelta(days=30)


class DocumentKindRow(NamedTuple):
    """Documents of one kind: the current one and those it replaced, latest first; `status` of the badge."""

    kind: DocumentKind
    current: Document | None
    earlier: list[Document]
    is_expected: bool
    status: str

    @property
    def label(self) -> str:
        return str(self.kind.label)


@dataclass(frozen=True, kw_only=True)
class OrganisationDocuments:
    """Documents of an organisation by kind, expected kinds first; `may_add`: if the reader may add some."""

    organisation: Organisation
    rows: list[DocumentKindRow]
    may_add: bool

    @property
    def present(self) -> list[DocumentKindRow]:
        return [row for row in self.rows if row.current]

    @property
    def missing(self) -> list[DocumentKindRow]:
        return [row for row in self.rows if row.is_expected and not row.current]


class MissingForVetting(NamedTuple):
    """What a broker misses to verify: labels of documents, and whether income and mandate are missing."""

    papers: list[str]
    income: bool
    mandate: bool


def organisation_documents(organisation: Organisation, *, user: User, at: datetime) -> OrganisationDocuments:
    """Return the documents of an organisation by kind, kinds without any included. 2 queries."""
    documents = organisation.documents.select_related("brought_by").order_by("-brought_at", "-pk")
    by_kind: dict[str, list[Document]] = {}
    for document in documents:
        by_kind.setdefault(document.kind, []).append(document)
    kinds = list(dict.fromkeys((*EXPECTED_OF[organisation.side], *KINDS_OF[organisation.side])))
    administrator = Membership.objects.present().filter(
        organisation=organisation, user=user, is_administrator=True
    )
    return OrganisationDocuments(
        organisation=organisation,
        rows=[_kind_row(organisation, kind, by_kind.get(kind, []), at) for kind in kinds],
        may_add=administrator.exists(),
    )


def _kind_row(
    organisation: Organisation, kind: DocumentKind, documents: list[Document], at: datetime
) -> DocumentKindRow:
    current = next((document for document in documents if document.replaced_at is None), None)
    earlier = [document for document in documents if document.replaced_at]
    is_expected = kind in EXPECTED_OF[organisation.side]
    return DocumentKindRow(kind, current, earlier, is_expected, _status(current, at, is_expected=is_expected))


def _status(current: Document | None, at: datetime, *, is_expected: bool) -> str:
    if current is None:
        return "missing" if is_expected else "none"
    today = timezone.localdate(at)
    if current.expires_date is None or current.expires_date > today + EXPIRES_SOON:
        return "ok"
    return "late" if current.expires_date < today else "due"


def document_by_id(organisation: Organisation, document_id: UUID) -> Document | None:
    """Return a document of an organisation, replaced ones included. 1 query."""
    return organisation.documents.filter(pk=document_id).first()


def next_expected_kind(organisation: Organisation) -> DocumentKind:
    """Return the first kind without a current document, expected kinds first. 1 query."""
    present = _current_kinds(organisation)
    kinds = (*EXPECTED_OF[organisation.side], *KINDS_OF[organisation.side])
    return next((kind for kind in kinds if kind not in present), kinds[0])


def _current_kinds(organisation: Organisation) -> set[str]:
    current = Document.objects.current().filter(organisation=organisation)
    return set(current.values_list("kind", flat=True))


def missing_for_vetting(organisation: Organisation) -> MissingForVetting | None:
    """Return what is missing to verify an organisation, None if nothing is. 3 queries at most."""
    if organisation.state not in ("pending", "to_complete"):
        return None
    present = _current_kinds(organisation)
    papers = [str(kind.label) for kind in EXPECTED_OF[organisation.side] if kind not in present]
    income = organisation.side == "association" and not organisation.incomes.exists()
    mandate = not organisation.mandates.filter(revoked_at=None).exists()
    return MissingForVetting(papers, income, mandate) if papers or income or mandate else None
