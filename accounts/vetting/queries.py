"""Checks of the pass in progress, and answers of public registers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from django.conf import settings

from accounts import lifecycle
from accounts.models import (
    ApprovalLevel,
    CheckResult,
    Decision,
    Organisation,
    RegisterEvidence,
    VettingCheck,
)
from accounts.organisations.checklist import ChecklistItem, checklist_for
from accounts.vetting import registers

if TYPE_CHECKING:
    pass


def applicable_checks(organisation: Organisation) -> list[ChecklistItem]:
    """Return the checks that apply to an organisation, in order. 1 query at most."""
    # An association that declared nothing about an approval has no row.
    approval = getattr(organisation, "approval", None)
    is_approved = approval is not None and approval.level != ApprovalLevel.NONE
    return checklist_for(organisation.side, is_approved=is_approved)


def open_checks(organisation: Organisation) -> dict[str, VettingCheck]:
    """Return the checks of the pass in progress, by code. 1 query."""
    rows = organisation.vetting_checks.filter(vetting=None).select_related("checked_by")
    return {row.code: row for row in rows.order_by("pk")}


def is_only_suspended(organisation: Organisation) -> bool:
    """Return whether the organisation was verified when it was suspended. 2 queries.

    False for one that was pending when it was suspended.
    """
    if organisation.state != lifecycle.State.SUSPENDED:
        return False
    decided = organisation.vettings.exclude(decision=Decision.SUSPENDED).order_by("-decided_at", "-pk")
    decision = decided.values_list("decision", flat=True).first()
    return decision == Decision.VERIFIED and not organisation.identity_changes.filter(vetting=None).exists()


def unsettled_checks(organisation: Organisation) -> list[str]:
    """Return the codes of the checks not passed in the pass in progress. 2 queries at most."""
    checks = open_checks(organisation)
    return [
        item.code
        for item in applicable_checks(organisation)
        if item.code not in checks or checks[item.code].result != CheckResult.OK
    ]


class FieldComparison(NamedTuple):
    """One field as declared and as registered."""

    name: str
    declared: str
    registered: str
    is_same: bool


class RegisterAnswer(NamedTuple):
    """One answer of a register, field by field; `is_active` is None if the register does not tell."""

    evidence: RegisterEvidence
    fields: list[FieldComparison]
    is_active: bool | None


@dataclass(frozen=True, kw_only=True)
class RegisterPage:
    """Answers of registers about an organisation, latest first; `query` is None without a number."""

    organisation: Organisation
    query: registers.RegisterQuery | None
    is_enabled: bool
    answers: list[RegisterAnswer]


def register_page(organisation: Organisation) -> RegisterPage:
    """Return the answers of registers, and whether one can be queried. 1 query."""
    query = registers.register_query(rna=organisation.rna, siren=organisation.siren, siret=organisation.siret)
    rows = organisation.evidence.select_related("asked_by").order_by("-asked_at", "-pk")
    return RegisterPage(
        organisation=organisation,
        query=query,
        is_enabled=bool(query and settings.REGISTER_LOOKUP_URLS[query.source]),
        answers=[_register_answer(organisation, row) for row in rows],
    )


def _register_answer(organisation: Organisation, row: RegisterEvidence) -> RegisterAnswer:
    query = registers.RegisterQuery(
        "associations" if row.source == "associations" else "companies", row.number
    )
    extract = registers.extract(query, row.answer)
    if extract is None:
        return RegisterAnswer(row, [], None)
    pairs = (("name", organisation.name, extract.name), ("city", organisation.city, extract.city))
    fields = [
        FieldComparison(name, mine, theirs, registers.is_same(mine, theirs)) for name, mine, theirs in pairs
    ]
    return RegisterAnswer(row, fields, extract.is_active)
