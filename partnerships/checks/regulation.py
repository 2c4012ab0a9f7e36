"""Completeness and consistency of the answers that the regulations require."""

from __future__ import annotations

from typing import Literal

from partnerships.charter.regulation import CONTRADICTIONS, EVENTS, OTHER
from partnerships.charter.terms import Terms

type RegulationGap = Literal[
    "kind",
    "object",
    "object_words",
    "advantage_words",
    "event",
    "contradiction",
    "professionals",
]


def lacks(terms: Terms) -> list[RegulationGap]:
    """Return what is missing, contradictory or needs care, in the order of the form."""
    regulation = terms.regulation
    if regulation is None:
        return ["kind", "object"]
    needs_event = regulation.has_event or regulation.object_code in EVENTS
    is_event_complete = all(
        (regulation.event_organiser, regulation.event_name, regulation.event_date, regulation.event_place)
    )
    gaps: list[tuple[RegulationGap, bool]] = [
        ("kind", not regulation.kind),
        ("object", not regulation.object_code),
        ("object_words", regulation.object_code == OTHER and not regulation.other_words),
        ("contradiction", regulation.object_code in CONTRADICTIONS.get(regulation.kind, ())),
        ("advantage_words", regulation.advantage_code == OTHER and not regulation.advantage_words),
        ("event", needs_event and not is_event_complete),
        ("professionals", regulation.has_professionals),
    ]
    return [name for name, is_open in gaps if is_open]
