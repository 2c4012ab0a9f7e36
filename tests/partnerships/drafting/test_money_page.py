"""The money of a text on the pages: totals, independence, several parties, the regulatory lists."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from accounts.models import Side
from accounts.organisations.actions import finances
from accounts.registration import actions as registration
from partnerships.charter import terms as charter_terms
from partnerships.charter.terms import Terms
from partnerships.charter.texts import (
    BudgetLineText,
    CommitmentText,
    CounterpartText,
    ExpectationText,
    FeeText,
    Heading,
    MilestoneText,
    PaymentText,
    RedLineText,
)
from partnerships.drafting.actions import clauses
from partnerships.lifecycle import Edition
from partnerships.scoping import actions as scoping
from partnerships.text import agreement
from tests import make
from tests.cast import create_person, register_organisation, verify_organisation
from tests.make import NOON

pytestmark = pytest.mark.django_db


def address(case, name="drafting", *args):
    return reverse(f"partnerships:{name}", args=[case.reference, *args])


def text_of(page):
    return re.sub(r"[ \n]+", " ", re.sub(r"<[^>]+>", " ", page))


def add(case, cast, heading, terms, body="Les tableaux font foi."):
    wording = clauses.Wording(title="Tableaux", body=body, terms=terms)
    clauses.add_clause(partnership_id=case.pk, broker=cast.nora, heading=heading, wording=wording, at=NOON)


@pytest.fixture
def draft(cast):
    return make.partnership(cast, until=Edition.DRAFTING)


LINE = {"text": "Relire", "party_key": "Z"}
MONEY = {"label": "Salle", "amount_minor": 100}
STRANGERS = (
    (Heading.EXPECTATIONS, Terms(expectations=(ExpectationText(code="A1", **LINE),))),
    (Heading.LIMITS, Terms(red_lines=(RedLineText(**LINE),))),
    (Heading.COMPANY_COMMITMENTS, Terms(commitments=(CommitmentText(code="E1", **LINE),))),
    (
        Heading.MILESTONES,
        Terms(milestones=(MilestoneText(code="J1", title="Relire", owner="Z", due_date=NOON.date()),)),
    ),
    (Heading.BUDGET, Terms(budget=(BudgetLineText(payer_key="Z", **MONEY),))),
    (Heading.BUDGET, Terms(payments=(PaymentText(payer_key="Z", **MONEY),))),
    (Heading.BUDGET, Terms(counterparts=(CounterpartText(party_key="Z", **MONEY),))),
    (Heading.BROKER_ROLE, Terms(fees=(FeeText(payer_key="Z", **MONEY),))),
)


def test_no_table_names_a_party_that_the_case_does_not_have(draft, cast):
    for heading, terms in STRANGERS:
        with pytest.raises(clauses.UnknownParty, match="Z"):
            add(draft, cast, heading, terms)
    with pytest.raises(clauses.TableNotAllowed):
        add(draft, cast, Heading.LIMITS, STRANGERS[0][1])


@pytest.fixture
def five_parties(cast):
    """Two associations and three companies around one text."""
    lea, noe = create_person("Léa Quivy"), create_person("Noé Oberlin")
    second = registration.OrganisationIdentity(
        name="Pas à Pas de Fable", city="Toulouse", rna="W000000005", siren="000000059"
    )
    third = registration.OrganisationIdentity(name="Cardiolune Démo", city="Nantes", siren="000000026")
    others = [
        verify_organisation(
            register_organisation(lea, Side.ASSOCIATION, second, at=NOON), cast.nora, at=NOON
        ),
        verify_organisation(register_organisation(noe, Side.COMPANY, third, at=NOON), cast.nora, at=NOON),
    ]
    parties = [cast.association, others[0], cast.company, cast.other_company, others[1]]
    case = scoping.open_case(broker=cast.nora, title="À cinq", organisations=parties, at=NOON)
    make.describe(case, cast.nora, at=NOON)
    scoping.prepare(partnership_id=case.pk, broker=cast.nora, at=NOON)
    return case


def test_every_reader_sees_what_part_of_the_income_the_text_is(cast, enter):
    case = make.partnership(cast)
    for person in (cast.ada, cast.carla, cast.nora):
        page = text_of(enter(person).get(address(case, "roadmap")).content.decode())
        assert "7,3\u202f% des ressources de" in page
        assert "sous nos seuils" in page


@pytest.mark.parametrize(
    ("income", "words"),
    [(9_000_000, "33,3\u202f%|à surveiller"), (7_000_000, "42,9\u202f%|à expliquer")],
)
def test_a_text_above_the_income_threshold_is_marked(draft, cast, enter, income, words):
    finances.record_income(
        organisation_id=cast.association.pk,
        administrator=cast.ada,
        income=finances.Income(NOON.year, income, 0),
        at=NOON,
    )
    page = text_of(enter(cast.nora).get(address(draft)).content.decode())
    for each in words.split("|"):
        assert each in page


def test_a_text_without_money_has_no_ratio(five_parties, cast, enter):
    page = enter(cast.nora).get(address(five_parties)).content.decode()
    assert 'id="independance"' not in page


def test_two_associations_and_three_companies(five_parties, cast, enter, django_assert_max_num_queries):
    codes = {party.organisation.name: party.code for party in five_parties.parties.all()}
    payers = [codes[name] for name in ("Laboratoires Valfictif", "Exempharma France", "Cardiolune Démo")]
    budget = tuple(
        BudgetLineText(label=f"Ligne {n}", payer_key=code, amount_minor=4_120_000)
        for n, code in enumerate(payers)
    )
    payments = tuple(
        PaymentText(label=f"Versement {n}", payer_key=code, amount_minor=4_120_000)
        for n, code in enumerate(payers[:2])
    )
    add(five_parties, cast, Heading.BUDGET, Terms(budget=budget, payments=payments))
    expected = tuple(
        ExpectationText(code=f"A{n}", party_key=code, text=f"Attente {n}")
        for n, code in enumerate(codes.values())
    )
    add(five_parties, cast, Heading.EXPECTATIONS, Terms(expectations=expected))
    browser = enter(cast.nora)
    with django_assert_max_num_queries(15):
        page = browser.get(address(five_parties)).content.decode()
    visible_text = text_of(page)
    assert (
        "Budget en argent de 41\u202f200\u202f€, mais 0\u202f€ dans l’échéancier\u00a0: Cardiolune Démo."
        in visible_text
    )
    assert visible_text.count("30\u202f% des ressources de") == 2
    assert visible_text.count("Exempharma France\u00a0: 10\u202f%") == 2
    assert "comme si chaque association le recevait en entier" in visible_text
    (expectations,) = [
        each.pk
        for each in agreement.clauses_of(make.roadmap(five_parties))
        if each.heading == Heading.EXPECTATIONS
    ]
    compact = re.sub(r">\s+<", "><", page)
    assert compact.count(f'class="missing"><a href="{address(five_parties, "clause", expectations)}"') == 5
    for heading in (Heading.ASSOCIATION_COMMITMENTS, Heading.COMPANY_COMMITMENTS):
        assert f'class="missing"><a href="{address(five_parties, "new_clause", heading)}"' in compact


def table(name, *rows):
    posted = {f"{name}-TOTAL_FORMS": str(len(rows)), f"{name}-INITIAL_FORMS": "0"}
    for number, row in enumerate(rows):
        posted |= {f"{name}-{number}-{field}": value for field, value in row.items()}
    return posted


LINE = {"label": "Salle", "payer_key": "E", "amount_minor": "100,10", "contribution": "cash"}


def test_a_line_with_vat_is_typed_and_shown(draft, cast, enter):
    given = {
        "title": "Budget",
        "body": "Les lignes.",
        **table("budget", {**LINE, "vat": "borne", "vat_permille": "55"}),
        **table("payments"),
        **table("counterparts", {"label": "Mention", "party_key": "E", "amount_minor": "10"}),
    }
    browser = enter(cast.nora)
    assert browser.post(address(draft, "new_clause", Heading.BUDGET), given).status_code == 303
    page = text_of(browser.get(address(draft)).content.decode())
    assert "5,5\u202f%, non récupérée" in page
    assert "105,61\u202f€" in page
    assert "Mention" in page


@pytest.mark.parametrize("vat", ["", "none"])
def test_a_vat_rate_needs_a_vat_treatment(draft, cast, enter, vat):
    given = {
        "title": "Budget",
        "body": "Les lignes.",
        **table("budget", {**LINE, "vat": vat, "vat_permille": "200"}),
        **table("payments"),
        **table("counterparts"),
    }
    answer = enter(cast.nora).post(address(draft, "new_clause", Heading.BUDGET), given)
    assert answer.status_code == 422
    assert "Indiquez si cette TVA est récupérée" in answer.content.decode()


def test_the_regulatory_typology_is_saved_and_shown(draft, cast, enter):
    given = {
        "title": "Transparence",
        "body": "Le soutien se voit.",
        "regulation-kind": "patronage",
        "regulation-object_code": "mecenat",
        "regulation-event_name": "Journée d’écoute",
        "regulation-event_date": "2027-05-02",
        "regulation-has_professionals": "on",
    }
    browser = enter(cast.nora)
    assert browser.post(address(draft, "new_clause", Heading.TRANSPARENCY), given).status_code == 303
    (clause,) = [
        each for each in agreement.clauses_of(make.roadmap(draft)) if each.current.title == "Transparence"
    ]
    stored = charter_terms.read(clause.current.terms).regulation
    assert (stored.kind, stored.object_code, stored.event_date.isoformat()) == (
        "patronage",
        "mecenat",
        "2027-05-02",
    )
    page = text_of(browser.get(address(draft)).content.decode())
    for words in ("Journée d’écoute", "2 mai 2027", "8 jours ouvrés, à vérifier", "indiquez l’organisateur"):
        assert words in page
    form = browser.get(address(draft, "clause", clause.pk)).content.decode()
    assert '<option value="mecenat" selected>' in form
    assert "Réduction d’impôt" in form


@pytest.mark.parametrize("code", ["object_code", "advantage_code"])
def test_other_needs_its_words(draft, cast, enter, code):
    given = {"title": "T", "body": "B", f"regulation-{code}": "autre"}
    answer = enter(cast.nora).post(address(draft, "new_clause", Heading.TRANSPARENCY), given)
    assert answer.status_code == 422
    assert "est à préciser en toutes lettres" in answer.content.decode()


def test_a_clause_without_typology_stores_none(draft, cast, enter):
    given = {"title": "Rien", "body": "B"}
    enter(cast.nora).post(address(draft, "new_clause", Heading.TRANSPARENCY), given)
    assert agreement.clauses_of(make.roadmap(draft))[-1].current.terms == {}
