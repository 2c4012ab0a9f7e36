"""The headings that a text needs: to be put to the parties, and to be frozen."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from django.utils.translation import gettext as _

from partnerships.charter.texts import HEADING_TITLES, Heading
from partnerships.checks import completeness

# The minimum of a charter: what is done, for whom, by whom and until when (field.md 1.2).
REQUIRED_HEADINGS: Final = (
    Heading.PRECISE_ACTION,
    Heading.PATIENT_BENEFIT,
    Heading.EXPECTATIONS,
    Heading.LIMITS,
    Heading.ASSOCIATION_COMMITMENTS,
    Heading.COMPANY_COMMITMENTS,
    Heading.MILESTONES,
)
# Those, and every heading under which a mandatory item of the completeness is written.
MANDATORY_HEADINGS: Final = tuple(
    heading for heading in Heading if heading in {*REQUIRED_HEADINGS, *completeness.mandatory_headings()}
)


def missing_titles(headings: Iterable[int]) -> list[str]:
    """Return the titles of the headings required to put a text to the parties that are not in `headings`."""
    used = set(headings)
    return [_(HEADING_TITLES[heading]) for heading in REQUIRED_HEADINGS if heading not in used]
