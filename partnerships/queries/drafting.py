"""What the broker sees of a text while writing it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from partnerships.charter.texts import HEADING_TITLES, Heading
from partnerships.models import Clause

# Without these no charter says what is done, for whom, by whom and until when (field.md 1.2).
NEEDED = (
    Heading.PRECISE_ACTION,
    Heading.PATIENT_BENEFIT,
    Heading.EXPECTATIONS,
    Heading.LIMITS,
    Heading.ASSOCIATION_COMMITMENTS,
    Heading.COMPANY_COMMITMENTS,
    Heading.MILESTONES,
)


def missing_headings(clauses: list[Clause]) -> list[str]:
    """Return the titles of the needed headings that no clause fills, in printed order."""
    filled = {clause.heading for clause in clauses}
    return [_(HEADING_TITLES[heading]) for heading in NEEDED if heading not in filled]
