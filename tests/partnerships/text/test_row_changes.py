"""Every field that can be edited in a table or a fact shows when it changes."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date
from typing import Any, get_args, get_type_hints

import pytest

from partnerships.charter.regulation import OTHER, RegulationText
from partnerships.charter.tables import LAYOUT
from partnerships.charter.terms import Terms
from partnerships.charter.texts import MilestoneText
from partnerships.drafting.forms.rows import ROW_FORMS
from partnerships.text.differences.row_changes import row_changes
from partnerships.text.tables import Named

NAMES = {code: Named("association", f"Partie {code}") for code in ("A", "E", "both", "broker")}
OTHERS: dict[str, Any] = {
    "party_key": "E",
    "payer_key": "E",
    "owner": "E",
    "contribution": "in_kind",
    "vat": "borne",
    "serves": ("AA9",),
    "milestone_code": "J9",
    "kind": "service",
    "object_code": "mecenat",
    "advantage_code": "don",
}
FIRST: dict[str, Any] = {
    "party_key": "A",
    "payer_key": "A",
    "owner": "A",
    "contribution": "cash",
    "vat": "recovered",
    "vat_permille": 55,
    "serves": ("AA1",),
    "milestone_code": "J1",
    "kind": "patronage",
    "object_code": OTHER,
    "advantage_code": OTHER,
}


def value(kind: object, name: str, known: dict[str, Any], number: int) -> Any:
    """Return a value of a field, another one for another number."""
    if name in known:
        return known[name]
    kinds = get_args(kind) or (kind,)
    if date in kinds:
        return date(2026, number, 1)
    return number * 100 if int in kinds else f"{name} {number}"


def row_of(name: str) -> Any:
    text_class = ROW_FORMS[name].text_class
    hints = get_type_hints(text_class)
    return text_class(
        **{field.name: value(hints[field.name], field.name, FIRST, 1) for field in fields(text_class)}
    )


CASES = [
    (name, field.name)
    for name, form in ROW_FORMS.items()
    for field in fields(form.text_class)
    if field.name in form.base_fields
]


def test_every_table_is_compared():
    assert {name for name, _title, _columns in LAYOUT} == set(ROW_FORMS)


@pytest.mark.parametrize(("name", "field"), CASES)
def test_a_changed_field_of_a_row_is_shown(name, field):
    before = row_of(name)
    hints = get_type_hints(type(before))
    after = replace(before, **{field: value(hints[field], field, OTHERS, 2)})
    changes = row_changes(Terms(**{name: (before,)}), Terms(**{name: (after,)}), NAMES)
    assert any(piece.kind != "same" for change in changes for piece in change.pieces)


@pytest.mark.parametrize("name", ROW_FORMS)
def test_an_added_and_a_removed_row_are_told_apart(name):
    row = row_of(name)
    alone, none = Terms(**{name: (row,)}), Terms()
    assert [
        (each.kind, {piece.kind for piece in each.pieces}) for each in row_changes(none, alone, NAMES)
    ] == [("added", {"ins"})]
    assert [
        (each.kind, {piece.kind for piece in each.pieces}) for each in row_changes(alone, none, NAMES)
    ] == [("removed", {"del"})]
    assert row_changes(alone, alone, NAMES) == []


@pytest.mark.parametrize("name", ["starts_on", "ends_on", "transparency_object"])
def test_a_changed_fact_is_shown(name):
    hints = get_type_hints(Terms)
    terms = [Terms(**{name: value(hints[name], name, {}, number)}) for number in (1, 2)]
    assert [each.kind for each in row_changes(*terms, NAMES)] == ["changed"]


def test_the_agreement_to_be_published_is_shown():
    changes = row_changes(Terms(), Terms(publication=True), NAMES)
    assert [(each.label, each.kind) for each in changes] == [("Registre public", "added")]


@pytest.mark.parametrize("field", [field.name for field in fields(RegulationText)])
def test_a_changed_answer_to_the_regulations_is_shown(field):
    hints = get_type_hints(RegulationText)
    filled = {
        each.name: value(hints[each.name], each.name, FIRST, 1) if hints[each.name] is not bool else False
        for each in fields(RegulationText)
    }
    other = value(hints[field], field, OTHERS, 2) if hints[field] is not bool else True
    before, after = RegulationText(**filled), RegulationText(**{**filled, field: other})
    assert row_changes(Terms(regulation=before), Terms(regulation=after), NAMES)


def test_a_row_that_moved_is_the_same_row():
    first, second = (
        MilestoneText(code=code, title=f"Étape {code}", owner="A", due_date=date(2026, 5, 1))
        for code in ("J1", "J2")
    )
    moved = replace(first, due_date=date(2026, 6, 1))
    changes = row_changes(Terms(milestones=(first, second)), Terms(milestones=(second, moved)), NAMES)
    assert [
        (each.kind, [piece.text for piece in each.pieces if piece.kind == "del"]) for each in changes
    ] == [("changed", ["mai"])]
