"""What a text says and what it lacks, item by item, with the way to where it is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.people.queries.mandates import valid_mandates
from partnerships.charter import terms as charter_terms
from partnerships.charter.texts import Heading
from partnerships.checks import completeness, risk
from partnerships.checks.completeness import ClauseFact, CompletenessFacts, JudgedItem, Level, PartyFact
from partnerships.lifecycle import UNDER_WORK
from partnerships.models import Clause, Partnership, Party
from partnerships.text import agreement
from partnerships.text.money import company_commitment_minor

WORDS: Final = {
    Level.NOT_RELEVANT: ("none", _("Sans objet")),
    Level.MISSING: ("late", _("Manque")),
    Level.PARTIAL: ("due", _("En partie")),
    Level.FULL: ("ok", _("Complet")),
}


class ItemShown(NamedTuple):
    """One item; `url` leads to where it is written, on the drafting page or elsewhere in the case."""

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
class Meter:
    """How much of what matters here is said. `lacking` comes with what stops the text first."""

    full: int
    relevant: int
    stopping: Sequence[ItemShown]
    lacking: Sequence[ItemShown]
    settled: Sequence[ItemShown]


def judged(
    partnership: Partnership, clauses: Sequence[Clause], parties: Sequence[Party], *, at: datetime
) -> tuple[JudgedItem, ...]:
    """Return every item with its level at that moment. 1 query."""
    read = [(each, charter_terms.read(each.current.terms)) for each in clauses if each.current]
    terms = charter_terms.together(terms for _clause, terms in read)
    mandates = valid_mandates(
        [each.organisation_id for each in parties],
        amount_minor=company_commitment_minor(terms, parties),
        at=at,
    )
    able = {mandate.organisation_id for mandate in mandates}
    codes = {each.pk: each.code for each in parties}
    facts = CompletenessFacts(
        title=partnership.title,
        parties=tuple(
            PartyFact(
                code=party.code,
                side=party.side,
                has_signatory=party.organisation_id in able,
                declares=party.organisation.declares,
            )
            for party in parties
        ),
        clauses=tuple(
            ClauseFact(
                heading=Heading(each.heading),
                text=f"{each.current.title}.\n\n{each.current.body}\n\n{risk.text_of(own_terms)}",
                responsible=codes.get(each.responsible_id or 0, ""),
            )
            for each, own_terms in read
            if each.current
        ),
        terms=terms,
    )
    return completeness.judge(facts)


def meter(
    partnership: Partnership, clauses: Sequence[Clause], parties: Sequence[Party], *, at: datetime
) -> Meter:
    """Return the meter of a text under work. 1 query."""
    found = judged(partnership, clauses, parties, at=at)
    full, relevant = completeness.score(found)
    rows = [(each, _shown(each, partnership)) for each in found]
    return Meter(
        full=full,
        relevant=relevant,
        stopping=[row for each, row in rows if each.stops],
        lacking=[
            row for each, row in rows if not each.stops and each.level in (Level.MISSING, Level.PARTIAL)
        ],
        settled=[row for each, row in rows if each.level in (Level.FULL, Level.NOT_RELEVANT)],
    )


def stopping(
    partnership: Partnership, clauses: Sequence[Clause], parties: Sequence[Party], *, at: datetime
) -> list[ItemShown]:
    """Return what is mandatory and not fully said, which stops the freezing. 1 query."""
    return [_shown(each, partnership) for each in judged(partnership, clauses, parties, at=at) if each.stops]


def stopping_under_work(partnership: Partnership, *, at: datetime) -> list[ItemShown]:
    """Return what stops the freezing of the text under work, nothing without one. 4 queries."""
    roadmap = partnership.roadmaps.filter(state__in=UNDER_WORK).first()
    if roadmap is None:
        return []
    parties = list(partnership.parties.select_related("organisation").order_by("rank"))
    return stopping(partnership, agreement.clauses_of(roadmap), parties, at=at)


def _shown(each: JudgedItem, partnership: Partnership) -> ItemShown:
    language = get_language() or "fr"
    status, word = WORDS[each.level]
    item = each.item
    if item.heading is None:
        url = reverse("partnerships:scoping", args=[partnership.reference])
    else:
        url = f"{reverse('partnerships:drafting', args=[partnership.reference])}#rubrique-{item.heading:d}"
    return ItemShown(
        code=item.code,
        label=item.say("", language),
        status=status,
        word=str(word),
        hint=item.say("doubt_" if each.is_doubtful else "hint_", language),
        source=item.source,
        url=url,
        is_mandatory=each.is_mandatory,
        is_certain=item.is_certain,
    )
