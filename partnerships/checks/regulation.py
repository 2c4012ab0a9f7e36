"""Whether what the regulations ask of a text is said, and holds together."""

from __future__ import annotations

from typing import Literal

from partnerships.charter.terms import Terms
from partnerships.charter.typology import CONTRADICTIONS, EVENTS, OTHER

type Lack = Literal[
    "kind",
    "object",
    "object_words",
    "advantage_words",
    "event",
    "contradiction",
    "professionals",
]


def lacks(terms: Terms) -> list[Lack]:
    """Return what is missing, contradicts itself or asks for care, in the order of the form."""
    told = terms.regulation
    if told is None:
        return ["kind", "object"]
    wants_event = told.has_event or told.object_code in EVENTS
    is_told = all((told.event_organiser, told.event_name, told.event_date, told.event_place))
    found: list[tuple[Lack, bool]] = [
        ("kind", not told.kind),
        ("object", not told.object_code),
        ("object_words", told.object_code == OTHER and not told.other_words),
        ("contradiction", told.object_code in CONTRADICTIONS.get(told.kind, ())),
        ("advantage_words", told.advantage_code == OTHER and not told.advantage_words),
        ("event", wants_event and not is_told),
        ("professionals", told.has_professionals),
    ]
    return [name for name, is_found in found if is_found]
