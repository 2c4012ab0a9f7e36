"""The broker's desk: clauses with their tables, rows added without script, a colleague who was faster."""

from __future__ import annotations

import pytest
from django.urls import reverse

from partnerships.actions import drafting
from partnerships.charter import terms
from partnerships.charter.texts import Heading
from partnerships.lifecycle import Case, Edition
from partnerships.models import Clause, Roadmap
from partnerships.queries import agreement
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


@pytest.mark.parametrize("name", ["ada", "ben", "carla"])
def test_readers_are_told_who_writes(draft, cast, enter, name):
    answer = enter(getattr(cast, name)).get(address(draft))
    assert answer.status_code == 403
    assert "seul le passeur en écrit le texte" in answer.content.decode()


@pytest.mark.parametrize("name", ["mallory", "root"])
def test_strangers_find_nothing(draft, cast, enter, name):
    assert enter(getattr(cast, name)).get(address(draft)).status_code == 404


def test_the_text_stands_under_its_headings_with_what_it_lacks(draft, cast, enter):
    page = enter(cast.nora).get(address(draft)).content.decode()
    assert page.count('id="rubrique-') >= len(Heading)
    assert "L’attente AE2 ne mène à aucun jalon." in page


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


def test_one_more_row_keeps_all_that_was_typed(draft, cast, enter):
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


def test_amounts_are_typed_in_euros_and_kept_in_cents(draft, cast, enter):
    given = {
        "title": "Le budget",
        "body": "Les lignes.",
        **table(
            "budget",
            {"label": "Salle", "payer_key": "E", "amount_minor": "1 200,50 €", "contribution": "cash"},
        ),
        **table("payments"),
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


def edit(clause, **changes):
    """Return what the form of a clause of words alone posts."""
    current = clause.current
    return {
        "title": current.title,
        "body": current.body,
        "plain_words": current.plain_words,
        "reason": "",
        "seen_number": str(current.number),
        **changes,
    }


def last(case):
    """Return the last clause, which is of words alone."""
    return agreement.clauses_of(make.roadmap(case))[-1]


def test_a_revision_keeps_its_tables(draft, cast, enter):
    clause = next(
        each for each in agreement.clauses_of(make.roadmap(draft)) if each.heading == Heading.MILESTONES
    )
    browser = enter(cast.nora)
    page = browser.get(address(draft, "clause", clause.pk))
    form = page.context["form"]
    posted = edit(clause, body="Autrement dit.")
    for each in form.tables:
        posted |= table(each.name, *({f.name: f.value() or "" for f in row} for row in each.forms))
    posted = {
        name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in posted.items()
    }
    assert browser.post(address(draft, "clause", clause.pk), posted).status_code == 303
    revised = Clause.objects.select_related("current").get(pk=clause.pk).current
    assert revised.body == "Autrement dit."
    assert revised.terms == clause.current.terms


def test_who_was_faster_is_shown_beside_and_nothing_is_lost(draft, cast, enter):
    clause = last(draft)
    mine = edit(clause, body="Mon texte à moi.")
    wording = drafting.Wording(title=clause.current.title, body="Le texte d’Oscar.")
    drafting.revise_clause(
        clause_id=clause.pk, broker=cast.oscar, seen_number=1, wording=wording, reason="", at=make.NOON
    )
    browser = enter(cast.nora)
    answer = browser.post(address(draft, "clause", clause.pk), mine)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Mon texte à moi." in page
    assert "Le texte d’Oscar." in page
    assert "Oscar Médian" in page
    assert 'name="seen_number" value="2"' in page
    again = browser.post(address(draft, "clause", clause.pk), {**mine, "seen_number": "2"})
    assert again.status_code == 303
    assert last(draft).current.body == "Mon texte à moi."


def test_once_the_parties_have_the_text_a_change_says_why(cast, enter):
    case = make.partnership(cast, until=Edition.NEGOTIATION)
    clause = last(case)
    browser = enter(cast.nora)
    answer = browser.post(address(case, "clause", clause.pk), edit(clause, body="Autre."))
    assert answer.status_code == 422
    assert "Dites pourquoi" in answer.content.decode()
    assert "Autre." in answer.content.decode()
    given = edit(clause, body="Autre.", reason="Demandé par l’association.")
    assert browser.post(address(case, "clause", clause.pk), given).status_code == 303


def test_a_clause_is_taken_out_while_nobody_has_read_it(draft, cast, enter):
    clause = last(draft)
    browser = enter(cast.nora)
    browser.post(address(draft, "remove_clause", clause.pk))
    assert last(draft).pk != clause.pk
    browser.post(address(draft, "open_negotiation"))
    standing = last(draft)
    page = browser.post(address(draft, "remove_clause", standing.pk), follow=True).content.decode()
    assert "Le dossier a changé d’étape entre-temps" in page
    assert last(draft).pk == standing.pk


def test_a_clause_of_another_case_is_out_of_reach(draft, cast, enter):
    other = make.partnership(cast, until=Edition.NEGOTIATION, title="Autre", company=cast.other_company)
    browser = enter(cast.nora)
    for name in ("clause", "remove_clause"):
        assert browser.post(address(draft, name, last(other).pk)).status_code == 404


def test_an_incomplete_text_is_not_put_to_the_parties(cast, enter):
    case = make.partnership(cast, until=Case.SCOPING)
    browser = enter(cast.nora)
    browser.post(address(case, "prepare"))
    browser.post(
        address(case, "new_clause", Heading.DISPUTES), {"title": "Litiges", "body": "Parler d’abord."}
    )
    page = browser.post(address(case, "open_negotiation"), follow=True).content.decode()
    assert "Il manque au texte" in page
    assert Roadmap.objects.get(partnership=case).state == Edition.DRAFTING


def test_freeze_withdraw_and_amend_from_the_pages(cast, enter):
    case = make.partnership(cast, until=Edition.AGREED)
    browser = enter(cast.nora)
    assert browser.post(address(case, "freeze"))["Location"] == address(case, "charter")
    assert browser.post(address(case, "withdraw"), {"reason": ""}).status_code == 422
    assert browser.post(address(case, "withdraw"), {"reason": "Une coquille."}).status_code == 303
    assert Roadmap.objects.get(partnership=case).state == Edition.NEGOTIATION


def test_an_amendment_begins_from_the_signed_text(cast, enter):
    case = make.partnership(cast, until=Case.ACTIVE)
    browser = enter(cast.nora)
    assert browser.post(address(case, "open_amendment"))["Location"] == address(case)
    assert make.roadmap(case).edition == 2
    assert "Édition 2" in browser.get(address(case)).content.decode()


@pytest.mark.parametrize("name", ["ada", "carla", "mallory", "root"])
@pytest.mark.parametrize("page", ["open_negotiation", "freeze", "withdraw", "open_amendment"])
def test_nobody_else_sends_the_text_on_its_way(draft, cast, enter, name, page):
    answer = enter(getattr(cast, name)).post(address(draft, page), {"reason": "Moi."})
    assert answer.status_code in (403, 404)
    assert make.roadmap(draft).state == Edition.DRAFTING


@pytest.mark.parametrize("clauses", [1, 20])
def test_the_page_costs_the_same(cast, enter, clauses, django_assert_max_num_queries):
    case = make.partnership(cast, until=Edition.DRAFTING, clauses=clauses)
    browser = enter(cast.nora)
    with django_assert_max_num_queries(18):
        browser.get(address(case))
