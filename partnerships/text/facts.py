"""The facts of a clause beside its text and its tables: dates, and answers to the regulations."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from django.utils.translation import gettext as _

from accounts.templatetags import wording
from partnerships.charter import tables
from partnerships.charter.terms import Terms


class Fact(NamedTuple):
    label: str
    value: str


def facts_of(terms: Terms) -> tuple[Fact, ...]:
    """Return the facts that have a value, in the active language."""
    return tuple(_fact(line) for line in tables.facts(terms))


def _fact(line: tables.FactLine) -> Fact:
    if isinstance(line.value, date):
        return Fact(_(line.label), wording.day(line.value))
    return Fact(_(line.label), _(line.value) if line.is_listed else line.value)
