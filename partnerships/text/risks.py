"""The clauses that hurt, beside each clause: what a rule found, and why it is kept if it is."""

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
from partnerships.text import agreement

STATUSES: Final = {"high": "late", "medium": "due", "low": "doubt"}
SEVERITIES: Final = {
    "high": gettext_lazy("Risque grave"),
    "medium": gettext_lazy("Risque sérieux"),
    "low": gettext_lazy("À relire"),
}
EXPOSED: Final = {
    "association": gettext_lazy("l’association"),
    "company": gettext_lazy("l’entreprise"),
    "both": gettext_lazy("toutes les parties"),
}


class Kept(NamedTuple):
    """Why the broker keeps a clause that a rule stops."""

    code: str
    title: str
    reason: str
    by: str
    at: datetime


class ClauseAtRisk(NamedTuple):
    """A clause and what one rule finds in it; `risk` is None once it finds nothing more."""

    clause: Clause
    number: int
    revision: ClauseRevision
    risk: RiskShown | None


class RiskShown(NamedTuple):
    """One finding in words; `suggestion` is in the language of the charter."""

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
    kept: Kept | None

    @property
    def is_open(self) -> bool:
        """Whether the text waits for the broker to change this, or to say why it is kept."""
        return self.stops and self.kept is None


def products_of(partnership: Partnership) -> tuple[str, ...]:
    """Return the names of products that the text of a case must not hold."""
    return tuple(name for line in partnership.product_names.splitlines() if (name := line.strip()))


def kept_on(clause: Clause) -> tuple[Kept, ...]:
    """Return what is kept on the current revision of a clause that `agreement.clauses_of` gave."""
    return kept_in(getattr(clause, "kept", None) or ())


def kept_in(rows: Sequence[dict[str, Any]]) -> tuple[Kept, ...]:
    """Return what is kept, as `agreement.KEPT` tells it, the first kept first."""
    language = get_language() or "fr"
    return tuple(
        Kept(
            code=row["rule"],
            title=risk.RULES[row["rule"]].say("title", language),
            reason=row["reason"],
            by=row["by"],
            at=datetime.fromisoformat(row["at"]),
        )
        for row in sorted(rows, key=lambda row: row["at"])
        if row["rule"] in risk.RULES
    )


def found_in(clause: Clause, products: tuple[str, ...]) -> tuple[risk.RiskFinding, ...]:
    """Return what the rules find in the current revision of a clause."""
    current = clause.current
    if current is None:
        return ()
    return risk.findings(current.body, risk.text_of(charter_terms.read(current.terms)), products)


def beside(clause: Clause, products: tuple[str, ...]) -> list[RiskShown]:
    """Return what the rules find in a clause, in words, with what is kept. No query."""
    return shown(found_in(clause, products), kept_on(clause))


def shown(found: Sequence[risk.RiskFinding], kept: Sequence[Kept] = ()) -> list[RiskShown]:
    """Return findings in words, the gravest first."""
    language = get_language() or "fr"
    reasons = {each.code: each for each in kept}
    rows = []
    for each in found:
        rule = risk.RULES[each.code]
        rows.append(
            RiskShown(
                code=each.code,
                status=STATUSES[rule.severity],
                severity=str(SEVERITIES[rule.severity]),
                title=rule.say("title", language),
                words=each.words,
                exposed=str(EXPOSED[rule.exposed]),
                why=rule.say("why", language),
                suggestion=rule.say("suggestion", "fr"),
                basis=rule.basis,
                is_certain=rule.is_certain,
                stops=rule.stops,
                may_be_kept=rule.may_be_kept,
                kept=reasons.get(each.code),
            )
        )
    return sorted(rows, key=lambda row: list(STATUSES.values()).index(row.status))


def unsettled(clauses: Sequence[Clause], products: tuple[str, ...]) -> list[str]:
    """Return in words each rule that stops a clause and that nobody answers for."""
    return [
        _("clause %(number)s, %(title)s (%(code)s)")
        % {"number": clause.position, "title": row.title, "code": row.code}
        for clause in clauses
        for row in beside(clause, products)
        if row.is_open
    ]


def is_too_long(clauses: Sequence[Clause]) -> bool:
    """Say whether a text has more words than anybody reads (rule R16)."""
    return risk.word_count(each.current.body for each in clauses if each.current) > risk.LONG_TEXT


def clause_at_risk(partnership: Partnership, clause_id: int, code: str) -> ClauseAtRisk:
    """Return a clause of the text under work and what one rule finds in it. Raises Http404. 2 queries."""
    roadmap = partnership.roadmaps.filter(state__in=UNDER_WORK).first()
    clauses = agreement.clauses_of(roadmap) if roadmap else []
    clause = next((each for each in clauses if each.pk == clause_id), None)
    if clause is None or clause.current is None or code not in risk.RULES:
        raise Http404
    rows = beside(clause, products_of(partnership))
    return ClauseAtRisk(
        clause=clause,
        number=clause.position or 0,
        revision=clause.current,
        risk=next((each for each in rows if each.code == code), None),
    )


def risks_page(partnership: Partnership) -> Sequence[tuple[Clause, Sequence[RiskShown]]]:
    """Return the clauses of the text under work in which a rule finds something. 2 queries."""
    roadmap = partnership.roadmaps.filter(state__in=UNDER_WORK).first()
    products = products_of(partnership)
    rows = [(each, beside(each, products)) for each in (agreement.clauses_of(roadmap) if roadmap else [])]
    return [(clause, found) for clause, found in rows if found]
