"""The risks that the rules find in each clause, and the reason of the broker for each accepted risk."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from django.http import Http404
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from partnerships.charter import terms as charter_terms
from partnerships.checks import risk
from partnerships.lifecycle import UNDER_WORK
from partnerships.models import Clause, ClauseRevision, Partnership
from partnerships.text import agreement, references

STATUSES: Final = {"high": "late", "medium": "due", "low": "doubt"}
SEVERITIES: Final = {
    "high": gettext_lazy("Risque élevé"),
    "medium": gettext_lazy("Risque moyen"),
    "low": gettext_lazy("Risque faible"),
}
EXPOSED: Final = {
    "association": gettext_lazy("l’association"),
    "company": gettext_lazy("l’entreprise"),
    "both": gettext_lazy("toutes les parties"),
}


class RiskAcceptance(NamedTuple):
    """The reason of the broker for a clause that a rule blocks."""

    code: str
    title: str
    reason: str
    by: str
    at: datetime


class ClauseAtRisk(NamedTuple):
    """A clause and what one rule finds in it; `risk` is None when it finds nothing."""

    clause: Clause
    number: str
    revision: ClauseRevision
    risk: RiskRow | None


class RiskRow(NamedTuple):
    """One finding as displayed; `suggestion` is in the language of the charter."""

    code: str
    status: str
    severity: str
    title: str
    words: str
    exposed: str
    why: str
    suggestion: str
    basis: str
    is_certain: bool
    stops: bool
    may_be_kept: bool
    acceptance: RiskAcceptance | None

    @property
    def is_open(self) -> bool:
        """Whether the broker must still revise the clause or accept the risk with a reason."""
        return self.stops and self.acceptance is None


def products_of(partnership: Partnership) -> tuple[str, ...]:
    """Return the product names that the text of a case must not contain."""
    return tuple(name for line in partnership.product_names.splitlines() if (name := line.strip()))


def acceptances_of_clause(clause: Clause) -> tuple[RiskAcceptance, ...]:
    """Return the accepted risks of the current revision of a clause from `agreement.clauses_of`."""
    return acceptances_from_rows(getattr(clause, "risk_acceptances", None) or ())


def acceptances_from_rows(rows: Sequence[dict[str, Any]]) -> tuple[RiskAcceptance, ...]:
    """Return the acceptances of rows of `agreement.RISK_ACCEPTANCES`, oldest first."""
    language = get_language() or "fr"
    return tuple(
        RiskAcceptance(
            code=row["rule"],
            title=risk.RULES[row["rule"]].say("title", language),
            reason=row["reason"],
            by=row["by"],
            at=datetime.fromisoformat(row["at"]),
        )
        for row in sorted(rows, key=lambda row: row["at"])
        if row["rule"] in risk.RULES
    )


def findings_in_clause(clause: Clause, products: tuple[str, ...]) -> tuple[risk.RiskFinding, ...]:
    """Return what the rules find in the current revision of a clause."""
    current = clause.current
    if current is None:
        return ()
    return risk.findings(current.body, risk.text_of(charter_terms.read(current.terms)), products)


def beside(clause: Clause, products: tuple[str, ...]) -> list[RiskRow]:
    """Return the findings of a clause as displayed, with their acceptances. No query."""
    return shown(findings_in_clause(clause, products), acceptances_of_clause(clause))


def shown(findings: Sequence[risk.RiskFinding], acceptances: Sequence[RiskAcceptance] = ()) -> list[RiskRow]:
    """Return findings as displayed, the most severe first."""
    language = get_language() or "fr"
    acceptances_by_code = {acceptance.code: acceptance for acceptance in acceptances}
    rows = []
    for finding in findings:
        rule = risk.RULES[finding.code]
        rows.append(
            RiskRow(
                code=finding.code,
                status=STATUSES[rule.severity],
                severity=str(SEVERITIES[rule.severity]),
                title=rule.say("title", language),
                words=finding.words,
                exposed=str(EXPOSED[rule.exposed]),
                why=rule.say("why", language),
                suggestion=rule.say("suggestion", "fr"),
                basis=rule.basis,
                is_certain=rule.is_certain,
                stops=rule.stops,
                may_be_kept=rule.may_be_kept,
                acceptance=acceptances_by_code.get(finding.code),
            )
        )
    return sorted(rows, key=lambda row: list(STATUSES.values()).index(row.status))


def unsettled(clauses: Sequence[Clause], products: tuple[str, ...]) -> list[str]:
    """Return a description of each blocking finding that the broker has not accepted."""
    numbers = references.numbers_of(clauses)
    return [
        _("clause %(number)s, %(title)s (%(code)s)")
        % {"number": numbers[clause.pk], "title": row.title, "code": row.code}
        for clause in clauses
        for row in beside(clause, products)
        if row.is_open
    ]


def is_too_long(clauses: Sequence[Clause]) -> bool:
    """Say whether a text has too many words (rule R16)."""
    return risk.word_count(each.current.body for each in clauses if each.current) > risk.LONG_TEXT


def clause_at_risk(partnership: Partnership, clause_id: int, code: str) -> ClauseAtRisk:
    """Return a clause of the current draft and what one rule finds in it. Raises Http404. 2 queries."""
    roadmap = partnership.roadmaps.filter(state__in=UNDER_WORK).first()
    clauses = agreement.clauses_of(roadmap) if roadmap else []
    clause = next((each for each in clauses if each.pk == clause_id), None)
    if clause is None or clause.current is None or code not in risk.RULES:
        raise Http404
    rows = beside(clause, products_of(partnership))
    return ClauseAtRisk(
        clause=clause,
        number=references.numbers_of(clauses)[clause.pk],
        revision=clause.current,
        risk=next((each for each in rows if each.code == code), None),
    )


def risks_page(partnership: Partnership) -> Sequence[tuple[Clause, str, Sequence[RiskRow]]]:
    """Return the clauses of the current draft with findings, their numbers and their findings. 2 queries."""
    roadmap = partnership.roadmaps.filter(state__in=UNDER_WORK).first()
    products = products_of(partnership)
    clauses = agreement.clauses_of(roadmap) if roadmap else []
    numbers = references.numbers_of(clauses)
    rows = [(each, numbers[each.pk], beside(each, products)) for each in clauses]
    return [(clause, number, findings) for clause, number, findings in rows if findings]
