"""What the tables of a text cite in vain, in words."""

from __future__ import annotations

from django.utils.translation import gettext as _

from partnerships.charter import terms as charter_terms
from partnerships.charter.terms import Terms
from partnerships.charter.texts import HEADING_TITLES, Heading
from partnerships.checks import citations
from partnerships.models import Clause


def gaps(terms: Terms) -> list[str]:
    """Return in words what the tables cite in vain, and expectations that reach no milestone."""
    lost_milestones = citations.unknown_milestones(terms, terms)
    lost_expectations = citations.unknown_expectations(terms, terms)
    return [
        *(_("Aucun jalon ne porte le code %(code)s.") % {"code": code} for code in lost_milestones),
        *(_("Aucune attente ne porte le code %(code)s.") % {"code": code} for code in lost_expectations),
        *(
            _("L’attente %(code)s ne mène à aucun jalon.") % {"code": expectation.code}
            for expectation in terms.expectations
            if not expectation.milestone_code
        ),
    ]


def cited_in_vain(clauses: list[Clause]) -> list[str]:
    """Return in words each code that a table cites and no table gives, with the clause that cites it."""
    parts = [
        (clause, charter_terms.read(clause.current.terms) if clause.current else Terms())
        for clause in clauses
    ]
    whole = charter_terms.together(terms for _clause, terms in parts)
    return [
        _("%(code)s, clause %(number)s (%(title)s)")
        % {"code": code, "number": clause.position, "title": _(HEADING_TITLES[Heading(clause.heading)])}
        for clause, terms in parts
        for code in (
            *citations.unknown_milestones(terms, whole),
            *citations.unknown_expectations(terms, whole),
        )
    ]
