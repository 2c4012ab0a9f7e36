"""The parts of a clause: its paragraphs, its revisions, and the clause that follows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from django.utils.translation import gettext as _

from partnerships.charter.references import resolved
from partnerships.drafting.queries.clause_form import ClauseFormPage
from partnerships.models import Clause, ClauseRevision
from partnerships.text import overview
from partnerships.text.differences import changes
from partnerships.text.differences.changes import Changes


class FormerRevision(NamedTuple):
    """A revision that may be gone back to; `changes`: from the current one to it, so what the return does."""

    revision: ClauseRevision
    changes: Changes


def paragraphs(body: str) -> list[str]:
    """Return the paragraphs of a text, which blank lines separate."""
    return [part for part in re.split(r"\n[^\S\n]*\n\s*", body.strip()) if part.strip()]


def next_clause(clause: Clause) -> Clause | None:
    """Return the clause that follows under the same heading, None for the last one. 1 query."""
    following = Clause.objects.filter(
        roadmap=clause.roadmap_id, heading=clause.heading, position__gt=clause.position or 0
    )
    return following.select_related("current", "responsible").order_by("position").first()


def displayed_paragraphs(page: ClauseFormPage) -> list[str]:
    """Return the paragraphs of the clause of a page with its references as names."""
    body = page.revision.body if page.revision else ""
    return [resolved(part, page.reference_names) for part in paragraphs(body)]


def former_revisions(page: ClauseFormPage) -> Sequence[FormerRevision]:
    """Return the former revisions of the clause of a page, the latest first. 1 query."""
    current = page.revision
    if current is None:
        return []
    names = overview.names_of(page.parties, _("le passeur"))
    rows = ClauseRevision.objects.filter(clause=page.clause, is_removal=False).exclude(pk=current.pk)
    return [
        FormerRevision(row, changes.between(current, row, names, page.reference_names))
        for row in rows.select_related("written_by").order_by("-number")
    ]
