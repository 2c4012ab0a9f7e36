"""The facts of a clause beside its text and its tables: dates, and answers to the regulations."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from django.utils.translation import gettext as _

from accounts.templatetags import wording
from partnerships.charter import regulation
from partnerships.charter.terms import Terms


class Fact(NamedTuple):
    label: str
    value: str


def facts_of(terms: Terms) -> tuple[Fact, ...]:
    """Return the facts that have a value, in the active language."""
    facts = [
        Fact(_("Début"), wording.day(terms.starts_on)),
        Fact(_("Fin"), wording.day(terms.ends_on)),
        Fact(_("Objet à déclarer"), terms.transparency_object),
        *(_regulation_fact(line) for line in regulation.lines(terms.regulation)),
        Fact(
            _("Registre public"), _("résumé publié une fois la charte scellée") if terms.publication else ""
        ),
    ]
    return tuple(fact for fact in facts if fact.value)


def _regulation_fact(line: regulation.RegulationLine) -> Fact:
    if isinstance(line.value, date):
        return Fact(_(line.label), wording.day(line.value))
    return Fact(_(line.label), _(line.value) if line.is_listed else line.value)
