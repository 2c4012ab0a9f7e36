"""What a clerical correction may change, and what it may not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partnerships.checks.clerical import MEANING, ClericalFaultKind, ComparedClause, faults

SENTENCE = "L’association Soufle remet le guide à 400 patients avant le 3 mai 2026, voir la clause 12."


def clause(body: str = SENTENCE, **change: object) -> ComparedClause:
    words = ComparedClause(number=4, place=(6, "A"), texts=("Remise du guide", body, ""), rows={})
    return words._replace(**change)  # type: ignore[arg-type]


def found(after: str, before: str = SENTENCE) -> list[ClericalFaultKind]:
    return [each.fault for each in faults({"k": clause(before)}, {"k": clause(after)})]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Soufle", "Souffle"),
        ("remet", "remèt"),
        ("clause 12", "clause 13"),
        ("clause 12", "{clause:a1b2}"),
        ("guide à", "guide, à"),
        ("le guide", "guide"),
        ("voir la", "voir la la"),
    ],
)
def test_a_slip_of_the_pen_is_one(old, new):
    assert found(SENTENCE.replace(old, new)) == []
    assert found(SENTENCE, SENTENCE.replace(old, new)) == [] or "la la" in new


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("400", "40", ClericalFaultKind.MEANING),
        ("3 mai", "13 mai", ClericalFaultKind.MEANING),
        ("mai", "mars", ClericalFaultKind.MEANING),
        ("remet", "ne remet pas", ClericalFaultKind.MEANING),
        ("avant", "après", ClericalFaultKind.MEANING),
        ("remet", "retire", ClericalFaultKind.OTHER_WORD),
        ("patients", "médecins", ClericalFaultKind.OTHER_WORD),
        ("remet", "remet gratuitement", ClericalFaultKind.OTHER_WORD),
        ("patients", "impatients", ClericalFaultKind.OTHER_WORD),
        ("remet le guide à", "donne un exemplaire du livre sans frais à", ClericalFaultKind.LONG),
    ],
)
def test_another_meaning_is_none(old, new, fault):
    assert fault in found(SENTENCE.replace(old, new))


@pytest.mark.parametrize(
    ("after", "fault"),
    [
        ({}, ClericalFaultKind.REMOVED),
        ({"k": clause(), "new": clause()}, ClericalFaultKind.ADDED),
        ({"k": clause(place=(7, "A"))}, ClericalFaultKind.PLACE),
        ({"k": clause(place=(6, "E"))}, ClericalFaultKind.PLACE),
        ({"k": clause(rows={"milestones": [{"code": "J1"}]})}, ClericalFaultKind.ROWS),
    ],
)
def test_a_clause_its_place_and_its_rows_are_of_substance(after, fault):
    assert [each.fault for each in faults({"k": clause()}, after)] == [fault]


def test_many_slips_together_are_of_substance():
    before = " ".join(f"motif{letter} soufle" for letter in "abcdefghijklmn")
    assert found(before.replace("soufle", "souffle"), before) == [ClericalFaultKind.LONG]


words = st.sampled_from(sorted(MEANING))


@given(words, words)
def test_no_word_of_number_date_or_negation_is_corrected(old, new):
    if old != new:
        assert found(f"Le guide {new} paraît.", f"Le guide {old} paraît.") != []


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_no_number_is_corrected(old, new):
    after, before = (f"Elle verse {number} fois le guide." for number in (new, old))
    assert (found(after, before) == []) == (old == new)


def test_nothing_changed_is_no_fault():
    assert faults({"k": clause()}, {"k": clause()}) == []
