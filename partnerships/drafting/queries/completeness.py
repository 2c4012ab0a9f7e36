"""The completeness of a text, item by item, each with a link to where it is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple

from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from accounts.people.queries.mandates import valid_mandates
from partnerships.charter import terms as charter_terms
from partnerships.charter.texts import Heading
from partnerships.checks import completeness, risk
from partnerships.checks.completeness import ClauseFact, CompletenessFacts, JudgedItem, Level, PartyFact
from partnerships.drafting.queries.blanks import blank_rows
from partnerships.lifecycle import UNDER_WORK
from partnerships.models import Clause, Partnership, Party
from partnerships.text import agreement
from partnerships.text.money import company_commitment_minor

LEVEL_BADGES: Final = {
    Level.NOT_RELEVANT: ("none", gettext_lazy("Sans objet")),
    Level.MISSING: ("late", gettext_lazy("Manque")),
    Level.PARTIAL: ("due", gettext_lazy("En partie")),
    Level.FULL: ("ok", gettext_lazy("Complet")),
}


class CompletenessRow(NamedTuple):
    """One item as displayed; `status`: of its badge; `url`: the page where it is written."""

    code: str
    label: str
    status: str
    word: str
    hint: str
    source: str
    url: str
    is_mandatory: bool
    is_certain: bool


@dataclass(frozen=True, kw_only=True)
class CompletenessMeter:
    """Counts of full and relevant items, the blanks, and the items by what is left to do."""

    full: int
    relevant: int
    blanks: Sequence[CompletenessRow]
    blocking: Sequence[CompletenessRow]
    incomplete: Sequence[CompletenessRow]
    complete: Sequence[CompletenessRow]


def evaluate(
    partnership: Partnership, clauses: Sequence[Clause], parties: Sequence[Party], *, at: datetime
) -> tuple[JudgedItem, ...]:
    """Return every item with its level at `at`, which decides whether a mandate is valid. 1 query."""
    clause_terms = [
        (clause, charter_terms.read(clause.current.terms)) for clause in clauses if clause.current
    ]
    terms = charter_terms.together(terms for _clause, terms in clause_terms)
    mandates = valid_mandates(
        [party.organisation_id for party in parties],
        amount_minor=company_commitment_minor(terms, parties),
        at=at,
    )
    signatory_organisation_ids = {mandate.organisation_id for mandate in mandates}
    codes = {party.pk: party.code for party in parties}
    facts = CompletenessFacts(
        title=partnership.title,
        parties=tuple(
            PartyFact(
                code=party.code,
                side=party.side,
                has_signatory=party.organisation_id in signatory_organisation_ids,
                declares=party.organisation.declares,
            )
            for party in parties
        ),
        clauses=tuple(
            ClauseFact(
                heading=Heading(clause.heading),
                text=f"{clause.current.title}.\n\n{clause.current.body}\n\n{risk.text_of(own_terms)}",
                responsible=codes.get(clause.responsible_id or 0, ""),
            )
            for clause, own_terms in clause_terms
            if clause.current
        ),
        terms=terms,
    )
    return completeness.judge(facts)


def meter_of(
    partnership: Partnership, clauses: Sequence[Clause], parties: Sequence[Party], *, at: datetime
) -> CompletenessMeter:
    """Return the completeness of a text under work. 1 query."""
    results = evaluate(partnership, clauses, parties, at=at)
    full, relevant = completeness.score(results)
    rows = [(result, _completeness_item(result, partnership)) for result in results]
    return CompletenessMeter(
        full=full,
        relevant=relevant,
        blanks=_blank_items(partnership, clauses),
        blocking=[row for result, row in rows if result.stops],
        incomplete=[
            row for result, row in rows if not result.stops and result.level in (Level.MISSING, Level.PARTIAL)
        ],
        complete=[row for result, row in rows if result.level in (Level.FULL, Level.NOT_RELEVANT)],
    )


def blocking_items(
    partnership: Partnership, clauses: Sequence[Clause], parties: Sequence[Party], *, at: datetime
) -> list[CompletenessRow]:
    """Return the blanks and the incomplete mandatory items, which block the freezing. 1 query."""
    results = evaluate(partnership, clauses, parties, at=at)
    items = [_completeness_item(result, partnership) for result in results if result.stops]
    return [*_blank_items(partnership, clauses), *items]


def blocking_items_under_work(partnership: Partnership, *, at: datetime) -> list[CompletenessRow]:
    """Return the blocking items of the text under work, none without such a text. 4 queries."""
    roadmap = partnership.roadmaps.filter(state__in=UNDER_WORK).first()
    if roadmap is None:
        return []
    parties = list(partnership.parties.select_related("organisation").order_by("rank"))
    return blocking_items(partnership, agreement.clauses_of(roadmap), parties, at=at)


def _blank_items(partnership: Partnership, clauses: Sequence[Clause]) -> list[CompletenessRow]:
    return [
        CompletenessRow(
            code=_("Blanc"),
            label=row.label,
            status="late",
            word=_("À compléter"),
            hint=_("Clause %(number)s, %(title)s") % {"number": row.position, "title": row.clause_title},
            source="",
            url=row.url,
            is_mandatory=True,
            is_certain=True,
        )
        for row in blank_rows(partnership, clauses)
    ]


def _completeness_item(result: JudgedItem, partnership: Partnership) -> CompletenessRow:
    language = get_language() or "fr"
    status, word = LEVEL_BADGES[result.level]
    item = result.item
    if item.heading is None:
        url = reverse("partnerships:scoping", args=[partnership.reference])
    else:
        url = f"{reverse('partnerships:drafting', args=[partnership.reference])}#rubrique-{item.heading:d}"
    return CompletenessRow(
        code=item.code,
        label=item.say("", language),
        status=status,
        word=str(word),
        hint=item.say("doubt_" if result.is_doubtful else "hint_", language),
        source=item.source,
        url=url,
        is_mandatory=result.is_mandatory,
        is_certain=item.is_certain,
    )
