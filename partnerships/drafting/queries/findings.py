"""Findings on the tables of a text, as sentences: citations without a target, dates, declarations."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from django.utils.text import Truncator
from django.utils.translation import gettext as _

from accounts.templatetags import wording
from partnerships.charter import terms as charter_terms
from partnerships.charter.terms import Terms
from partnerships.charter.texts import HEADING_TITLES, Heading
from partnerships.checks import citations, dates, regulation
from partnerships.models import Clause
from partnerships.text import references

TITLE_LENGTH: Final = 60


def citation_gaps(terms: Terms) -> list[str]:
    """Return sentences on cited codes that no row has, and on expectations without a milestone."""
    unknown_milestones = citations.unknown_milestones(terms, terms)
    unknown_expectations = citations.unknown_expectations(terms, terms)
    return [
        *(_("Aucun jalon n’a le code %(code)s.") % {"code": code} for code in unknown_milestones),
        *(_("Aucune attente n’a le code %(code)s.") % {"code": code} for code in unknown_expectations),
        *(
            _("L’attente %(code)s ne mène à aucun jalon.") % {"code": expectation.code}
            for expectation in terms.expectations
            if not expectation.milestone_code
        ),
    ]


def date_doubts(terms: Terms, findings: Iterable[dates.DateFinding]) -> list[str]:
    """Return findings on the dates of a text as sentences; a broker may leave each date as it is."""
    doubts = {
        "past": _("cette date est passée. Corrigez-la, ou laissez-la si c’est bien elle."),
        "before_start": _(
            "cette date précède la prise d’effet de la charte, le %(start)s. Corrigez l’une des deux."
        ),
        "after_end": _("cette date vient après la fin de la charte, le %(end)s. Corrigez l’une des deux."),
        "far": _("cette date est dans plus de dix ans. Vérifiez l’année, ou laissez-la si c’est bien elle."),
    }
    values = {
        "start": wording.day_text(terms.starts_on) if terms.starts_on else "",
        "end": wording.day_text(terms.ends_on) if terms.ends_on else "",
    }
    return [
        _("%(subject)s, le %(day)s\u00a0: %(doubt)s")
        % {
            "subject": _subject(finding),
            "day": wording.day_text(finding.day),
            "doubt": doubts[finding.doubt] % values,
        }
        for finding in findings
    ]


def _subject(finding: dates.DateFinding) -> str:
    words = {
        "milestone": _("Jalon %(code)s, «\u202f%(title)s\u202f»"),
        "expectation": _("Attente %(code)s, «\u202f%(title)s\u202f»"),
        "start": _("Prise d’effet de la charte"),
        "end": _("Fin de la charte"),
    }
    title = Truncator(finding.title).chars(TITLE_LENGTH)
    return words[finding.subject] % {"code": finding.code, "title": title}


def unresolved_citations(clauses: list[Clause]) -> list[str]:
    """Return each code that a table cites and no row has, with the clause that cites it."""
    clause_terms = [
        (clause, charter_terms.read(clause.current.terms) if clause.current else Terms())
        for clause in clauses
    ]
    all_terms = charter_terms.together(terms for _clause, terms in clause_terms)
    numbers = references.numbers_of(clauses)
    return [
        _("%(code)s, clause %(number)s (%(title)s)")
        % {"code": code, "number": numbers[clause.pk], "title": _(HEADING_TITLES[Heading(clause.heading)])}
        for clause, terms in clause_terms
        for code in (
            *citations.unknown_milestones(terms, all_terms),
            *citations.unknown_expectations(terms, all_terms),
        )
    ]


def regulation_gaps(terms: Terms) -> list[str]:
    """Return sentences on the regulatory typology: what is missing, contradictory or to be checked."""
    sentences = {
        "kind": _("Indiquez s’il s’agit de mécénat, de parrainage, ou de partenariat et prestation."),
        "object": _("Choisissez le motif de la convention dans la liste réglementaire."),
        "object_words": _("Le motif «\u202fautre\u202f» est à préciser."),
        "contradiction": _(
            "La nature du soutien et le motif de la convention se contredisent\u00a0: par exemple, un "
            "partenariat ne donne pas de reçu fiscal de mécénat. À vérifier."
        ),
        "advantage_words": _("L’avantage «\u202fautre\u202f» est à préciser."),
        "event": _("Pour une manifestation, indiquez l’organisateur, le nom, la date et le lieu."),
        "professionals": _(
            "Un professionnel de santé ou un étudiant reçoit quelque chose en personne\u00a0: d’autres "
            "règles s’appliquent, avec une déclaration avant l’avantage (8 jours ouvrés, à vérifier)."
        ),
    }
    return [sentences[code] for code in regulation.lacks(terms)]
