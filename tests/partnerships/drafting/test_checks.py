"""Checks of the budget and of the regulatory typology of a text: pure functions, as tables of cases."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partnerships.charter import terms as charter_terms
from partnerships.charter.regulation import (
    ADVANTAGES,
    CONTRADICTIONS,
    CONVENTION_OBJECTS,
    EVENTS,
    RegulationText,
)
from partnerships.charter.terms import Terms
from partnerships.charter.texts import BudgetLineText, CommitmentText, CounterpartText, PaymentText
from partnerships.checks import budget, regulation
from tests import wording

SIDES = {"A": "association", "E": "company", "F": "company"}
LINE = BudgetLineText(label="Salle", payer_key="E", amount_minor=100_000)
PAID = PaymentText(label="À la signature", amount_minor=100_000, payer_key="E")
TERMS = Terms(budget=(LINE,), payments=(PAID,))


def troubles(terms):
    return [(each.trouble, each.party) for each in budget.findings(terms, SIDES)]


@pytest.mark.parametrize(
    ("minor", "permille", "vat"),
    [(541_667, 200, 108_333), (100, 55, 6), (1, 55, 0), (10, 55, 1), (9, 55, 0), (250, 200, 50)],
)
def test_vat_is_rounded_to_the_cent_half_a_cent_up(minor, permille, vat):
    line = replace(LINE, amount_minor=minor, vat="borne", vat_permille=permille)
    assert (line.vat_minor, line.with_vat_minor, line.cost_minor) == (vat, minor + vat, minor + vat)


def test_vat_costs_only_when_nobody_recovers_it():
    recovered = replace(LINE, vat="recovered", vat_permille=200)
    assert (recovered.with_vat_minor, recovered.cost_minor) == (120_000, 100_000)


@given(st.integers(0, 10**12), st.sampled_from([0, 55, 100, 200]))
def test_amounts_stay_whole_cents_within_half_a_cent(minor, permille):
    line = replace(LINE, amount_minor=minor, vat="borne", vat_permille=permille)
    assert type(line.vat_minor) is int
    assert abs(line.vat_minor * 1000 - minor * permille) <= 500


def test_a_budget_that_adds_up_has_no_finding():
    assert troubles(TERMS) == []
    sound = charter_terms.together(words.terms for _h, _p, words in wording.text(date(2026, 11, 23), 0))
    assert budget.findings(sound, {"A": "association", "E": "company"}) == []


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"payments": (replace(PAID, amount_minor=99_999),)}, [("too_little", "E")]),
        ({"payments": (PAID, PAID)}, [("too_much", "E")]),
        ({"payments": ()}, [("too_little", "E")]),
        ({"payments": (replace(PAID, payer_key=None),)}, [("nobody_pays", ""), ("too_little", "E")]),
        ({"budget": (LINE, replace(LINE, payer_key="A"))}, []),
        ({"payments": (PAID, replace(PAID, payer_key="A"))}, [("too_much", "A")]),
        ({"budget": (LINE, replace(LINE, payer_key="F"))}, [("too_little", "F")]),
        ({"budget": (replace(LINE, vat="borne", vat_permille=200),)}, [("too_little", "E")]),
        ({"budget": (LINE, replace(LINE, contribution="in_kind"))}, []),
    ],
)
def test_each_payer_pays_the_cash_it_brings(change, expected):
    assert troubles(replace(TERMS, **change)) == expected


@pytest.mark.parametrize(("promised", "is_reported"), [(100_000, False), (150_000, False), (120_000, True)])
def test_an_amount_promised_is_that_of_the_budget(promised, is_reported):
    terms = replace(
        TERMS,
        budget=(LINE, replace(LINE, amount_minor=50_000, contribution="in_kind")),
        commitments=(CommitmentText(code="E1", party_key="E", text="Verser.", amount_minor=promised),),
    )
    assert (("promised_otherwise", "E") in troubles(terms)) is is_reported


@pytest.mark.parametrize(
    ("kind", "back", "is_reported"),
    [
        ("patronage", 25_000, False),
        ("patronage", 25_001, True),
        ("sponsorship", 90_000, False),
        ("service", 90_000, False),
    ],
)
def test_patronage_gives_back_a_quarter_at_most(kind, back, is_reported):
    terms = replace(
        TERMS,
        counterparts=(CounterpartText(label="Mention", party_key="E", amount_minor=back),),
        regulation=RegulationText(kind=kind, object_code="mecenat"),
    )
    assert (("gives_back_too_much", "E") in troubles(terms)) is is_reported


def test_the_sums_of_a_budget():
    lines = (
        replace(LINE, vat="borne", vat_permille=200),
        replace(LINE, vat="recovered", vat_permille=55),
    )
    assert budget.totals(replace(TERMS, budget=lines)) == budget.Totals(
        without_vat=200_000, vat=25_500, with_vat=225_500, cost=220_000, scheduled=100_000
    )


REGULATION = RegulationText(kind="service", object_code="partenariat")
EVENT = {
    "event_organiser": "A",
    "event_name": "Journée",
    "event_date": date(2027, 5, 2),
    "event_place": "Lyon",
}


@pytest.mark.parametrize(
    ("regulation_text", "expected"),
    [
        (None, ["kind", "object"]),
        (REGULATION, []),
        (replace(REGULATION, kind=""), ["kind"]),
        (replace(REGULATION, object_code="autre"), ["object_words"]),
        (replace(REGULATION, object_code="autre", other_words="Un film"), []),
        (replace(REGULATION, kind="patronage"), ["contradiction"]),
        (replace(REGULATION, advantage_code="autre"), ["advantage_words"]),
        (replace(REGULATION, event_name="Journée"), ["event"]),
        (replace(REGULATION, object_code="intervenant"), ["event"]),
        (replace(REGULATION, object_code="intervenant", **EVENT), []),
        (replace(REGULATION, has_professionals=True), ["professionals"]),
    ],
)
def test_regulation_gaps_of_a_typology(regulation_text, expected):
    assert regulation.lacks(Terms(regulation=regulation_text)) == expected


def test_the_lists_are_those_of_the_decree():
    assert (len(CONVENTION_OBJECTS), len(ADVANTAGES)) == (22, 19)
    cited = EVENTS.union(*CONTRADICTIONS.values())
    assert cited <= CONVENTION_OBJECTS.keys()


def test_stored_terms_are_read_back_unchanged():
    terms_before = replace(TERMS, regulation=replace(REGULATION, **EVENT))
    assert charter_terms.read(charter_terms.store(terms_before)) == terms_before
    assert "vat" not in charter_terms.store(TERMS)["budget"][0]
