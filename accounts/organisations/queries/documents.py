"""What can be asked about what an organisation brought, what is missing, and what the registers said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from accounts import registers
from accounts.models import (
    EXPECTED_OF,
    KINDS_OF,
    Document,
    DocumentKind,
    Membership,
    Organisation,
    RegisterEvidence,
    User,
)

SOON = timedelta(days=30)


class Shelf(NamedTuple):
    """One kind of paper: the one that counts, those it replaced (latest first); `status` of its badge."""

    kind: DocumentKind
    current: Document | None
    earlier: list[Document]
    is_expected: bool
    status: str

    @property
    def label(self) -> str:
        return str(self.kind.label)


@dataclass(frozen=True, kw_only=True)
class PapersPage:
    """The papers of an organisation; `brings`: whether the reader may bring some."""

    organisation: Organisation
    shelves: list[Shelf]
    brings: bool

    @property
    def brought(self) -> list[Shelf]:
        return [shelf for shelf in self.shelves if shelf.current]

    @property
    def missing(self) -> list[Shelf]:
        return [shelf for shelf in self.shelves if shelf.is_expected and not shelf.current]


class Wish(NamedTuple):
    """What would help the broker: the papers that are missing, and whether income and mandate are."""

    papers: list[str]
    income: bool
    mandate: bool


class Compared(NamedTuple):
    """One field as it was declared and as the register gives it."""

    name: str
    declared: str
    found: str
    is_same: bool


class Asked(NamedTuple):
    """One answer of a register, field by field; `is_active` is None when the register does not say."""

    evidence: RegisterEvidence
    fields: list[Compared]
    is_active: bool | None


@dataclass(frozen=True, kw_only=True)
class RegisterPage:
    """What the registers said of an organisation, latest first; `question` is None without a number."""

    organisation: Organisation
    question: registers.Question | None
    is_on: bool
    asked: list[Asked]


def papers_page(organisation: Organisation, *, user: User, at: datetime) -> PapersPage:
    """Return every kind of paper of the organisation with what was brought. 2 queries."""
    rows = organisation.documents.select_related("brought_by").order_by("-brought_at", "-pk")
    known: dict[str, list[Document]] = {}
    for row in rows:
        known.setdefault(row.kind, []).append(row)
    kinds = list(dict.fromkeys((*EXPECTED_OF[organisation.side], *KINDS_OF[organisation.side])))
    administers = Membership.objects.present().filter(
        organisation=organisation, user=user, is_administrator=True
    )
    return PapersPage(
        organisation=organisation,
        shelves=[_shelf(organisation, kind, known.get(kind, []), at) for kind in kinds],
        brings=administers.exists(),
    )


def _shelf(organisation: Organisation, kind: DocumentKind, rows: list[Document], at: datetime) -> Shelf:
    current = next((row for row in rows if row.replaced_at is None), None)
    earlier = [row for row in rows if row.replaced_at]
    is_expected = kind in EXPECTED_OF[organisation.side]
    return Shelf(kind, current, earlier, is_expected, _status(current, at, is_expected=is_expected))


def _status(current: Document | None, at: datetime, *, is_expected: bool) -> str:
    if current is None:
        return "missing" if is_expected else "none"
    today = timezone.localdate(at)
    if current.expires_date is None or current.expires_date > today + SOON:
        return "ok"
    return "late" if current.expires_date < today else "due"


def document_of(organisation: Organisation, document_id: UUID) -> Document | None:
    """Return a paper of that organisation, replaced ones included. 1 query."""
    return organisation.documents.filter(pk=document_id).first()


def next_kind(organisation: Organisation) -> DocumentKind:
    """Return the paper that is most likely brought next: the first that is asked for and missing. 1 query."""
    brought = _kinds_brought(organisation)
    wanted = (*EXPECTED_OF[organisation.side], *KINDS_OF[organisation.side])
    return next((kind for kind in wanted if kind not in brought), wanted[0])


def _kinds_brought(organisation: Organisation) -> set[str]:
    current = Document.objects.current().filter(organisation=organisation)
    return set(current.values_list("kind", flat=True))


def wish_for(organisation: Organisation) -> Wish | None:
    """Return what would help the broker to verify, None when nothing would. 3 queries at most."""
    if organisation.state not in ("pending", "to_complete"):
        return None
    brought = _kinds_brought(organisation)
    papers = [str(kind.label) for kind in EXPECTED_OF[organisation.side] if kind not in brought]
    income = organisation.side == "association" and not organisation.incomes.exists()
    mandate = not organisation.mandates.filter(revoked_at=None).exists()
    return Wish(papers, income, mandate) if papers or income or mandate else None


def register_page(organisation: Organisation) -> RegisterPage:
    """Return what the registers said so far, and whether one can be asked. 1 query."""
    question = registers.question(rna=organisation.rna, siren=organisation.siren, siret=organisation.siret)
    rows = organisation.evidence.select_related("asked_by").order_by("-asked_at", "-pk")
    return RegisterPage(
        organisation=organisation,
        question=question,
        is_on=bool(question and settings.REGISTER_LOOKUP_URLS[question.source]),
        asked=[_asked(organisation, row) for row in rows],
    )


def _asked(organisation: Organisation, row: RegisterEvidence) -> Asked:
    question = registers.Question("associations" if row.source == "associations" else "companies", row.number)
    found = registers.extract(question, row.answer)
    if found is None:
        return Asked(row, [], None)
    pairs = (("name", organisation.name, found.name), ("city", organisation.city, found.city))
    fields = [Compared(name, mine, theirs, registers.is_same(mine, theirs)) for name, mine, theirs in pairs]
    return Asked(row, fields, found.is_active)
