"""The form of a clause and its tables, without JavaScript; no posted text is lost."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from partnerships.charter import terms
from partnerships.charter.texts import Heading
from partnerships.lifecycle import Edition
from partnerships.models import Clause
from partnerships.text import agreement
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(cast):
    return make.partnership(cast, until=Edition.DRAFTING)


def address(case, name="drafting", *args):
    return reverse(f"partnerships:{name}", args=[case.reference, *args])


def table(name, *rows):
    """Return the posted fields of a table."""
    posted = {f"{name}-TOTAL_FORMS": str(len(rows)), f"{name}-INITIAL_FORMS": "0"}
    for number, row in enumerate(rows):
        posted |= {f"{name}-{number}-{field}": value for field, value in row.items()}
    return posted


JALON = {"code": "", "title": "Réunion de bilan", "owner": "both", "due_date": "2027-05-02", "indicator": ""}


def test_a_clause_with_its_table_is_added_and_its_rows_are_numbered(draft, cast, enter):
    given = {
        "title": "Le bilan",
        "body": "Les parties se retrouvent.\r\n\r\n- pour compter\r\n- pour décider",
        "plain_words": "",
        "responsible": "A",
        **table("milestones", JALON, {**JALON, "code": "", "title": "", "due_date": ""}),
    }
    answer = enter(cast.nora).post(address(draft, "new_clause", Heading.MILESTONES), given)
    assert (answer.status_code, answer["Location"]) == (303, address(draft) + "#rubrique-9")
    clause = Clause.objects.select_related("current", "responsible").latest("pk")
    assert clause.responsible.code == "A"
    assert clause.current.body == "Les parties se retrouvent.\n\n- pour compter\n- pour décider"
    (milestone,) = terms.read(clause.current.terms).milestones
    assert (milestone.code, milestone.title, milestone.owner) == ("J4", "Réunion de bilan", "both")


def test_adding_a_row_keeps_the_posted_fields(draft, cast, enter):
    given = {
        "title": "Le budget",
        "body": "Les lignes.",
        "add": "budget",
        **table(
            "budget", {"label": "Salle", "payer_key": "E", "amount_minor": "mille", "contribution": "cash"}
        ),
        **table(
            "payments",
            {"label": "À la fin", "amount_minor": "1 200,50", "milestone_code": "J2", "payer_key": "E"},
        ),
    }
    before = Clause.objects.count()
    answer = enter(cast.nora).post(address(draft, "new_clause", Heading.BUDGET), given)
    page = answer.content.decode()
    assert answer.status_code == 200
    for typed in ("Le budget", "Les lignes.", "Salle", "mille", "À la fin", "1 200,50", "J2"):
        assert typed in page
    assert 'name="budget-1-label"' in page
    assert "Erreur" not in page
    assert Clause.objects.count() == before


def test_amounts_are_typed_in_euros_and_stored_in_cents(draft, cast, enter):
    given = {
        "title": "Le budget",
        "body": "Les lignes.",
        **table(
            "budget",
            {"label": "Salle", "payer_key": "E", "amount_minor": "1 200,50 €", "contribution": "cash"},
        ),
        **table("payments"),
        **table("counterparts"),
    }
    browser = enter(cast.nora)
    assert browser.post(address(draft, "new_clause", Heading.BUDGET), given).status_code == 303
    clause = Clause.objects.select_related("current").latest("pk")
    assert terms.read(clause.current.terms).budget[0].amount_minor == 120_050
    assert 'value="1200,50"' in browser.get(address(draft, "clause", clause.pk)).content.decode()


def test_a_wrong_row_is_named_and_nothing_is_lost(draft, cast, enter):
    given = {"title": "Jalons", "body": "Suite.", **table("milestones", {**JALON, "due_date": "bientôt"})}
    answer = enter(cast.nora).post(address(draft, "new_clause", Heading.MILESTONES), given)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Une ligne d’un tableau est à corriger." in page
    assert "Réunion de bilan" in page
    assert "bientôt" in page


def test_a_code_given_twice_is_refused(draft, cast, enter):
    given = {"title": "Jalons", "body": "Suite.", **table("milestones", {**JALON, "code": "j1"})}
    answer = enter(cast.nora).post(address(draft, "new_clause", Heading.MILESTONES), given)
    assert answer.status_code == 422
    assert "Le code J1 est donné deux fois." in answer.content.decode()


def test_a_revision_keeps_its_tables(draft, cast, enter):
    clause = next(
        each for each in agreement.clauses_of(make.roadmap(draft)) if each.heading == Heading.MILESTONES
    )
    browser = enter(cast.nora)
    page = browser.get(address(draft, "clause", clause.pk))
    form = page.context["form"]
    posted = {
        "title": clause.current.title,
        "body": "Autrement dit.",
        "plain_words": "",
        "reason": "",
        "seen_number": "1",
    }
    for each in form.tables:
        posted |= table(each.name, *({f.name: f.value() or "" for f in row} for row in each.forms))
    posted = {
        name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in posted.items()
    }
    assert browser.post(address(draft, "clause", clause.pk), posted).status_code == 303
    revised = Clause.objects.select_related("current").get(pk=clause.pk).current
    assert revised.body == "Autrement dit."
    assert revised.terms == clause.current.terms


@pytest.mark.parametrize(
    ("due_date", "doubt"),
    [
        ("2020-12-25", "cette date est passée"),
        ("2099-01-01", "cette date est dans plus de dix ans"),
    ],
)
def test_a_milestone_of_2020_or_2099_is_saved_and_questioned(draft, cast, enter, due_date, doubt):
    """It passed without a word."""
    given = {
        "title": "Le bilan",
        "body": "Les parties se retrouvent.",
        "plain_words": "",
        "responsible": "",
        **table("milestones", {**JALON, "due_date": due_date}),
    }
    browser = enter(cast.nora)
    page = browser.post(address(draft, "new_clause", Heading.MILESTONES), given, follow=True).content.decode()
    warning = re.compile(
        f"Jalon J4, «\u202fRéunion de bilan\u202f», le [^<]*{doubt}[^<]*laissez-la si c’est bien elle"
    )
    # In the message after the save, and among the checks for as long as it stays.
    assert len(warning.findall(page)) == 2
    assert len(warning.findall(browser.get(address(draft)).content.decode())) == 1
    clause = Clause.objects.select_related("current").latest("pk")
    assert terms.read(clause.current.terms).milestones[0].due_date.isoformat() == due_date


@pytest.mark.parametrize("due_date", ["0027-05-02", "1999-12-31", "2199-05-02"])
def test_a_milestone_of_an_impossible_year_is_refused_in_words(draft, cast, enter, due_date):
    given = {
        "title": "Le bilan",
        "body": "Les parties se retrouvent.",
        "plain_words": "",
        "responsible": "",
        **table("milestones", {**JALON, "due_date": due_date}),
    }
    answer = enter(cast.nora).post(address(draft, "new_clause", Heading.MILESTONES), given)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "semble être une faute de frappe" in page
    assert f'value="{due_date}"' in page
