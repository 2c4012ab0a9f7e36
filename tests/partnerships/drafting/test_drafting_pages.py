"""The drafting pages: rights, adding and removing clauses, concurrent revisions, freezing, amendments."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from partnerships.charter.terms import Terms
from partnerships.charter.texts import BudgetLineText, Heading, PaymentText
from partnerships.drafting.actions import clauses as drafting
from partnerships.lifecycle import Case, Edition
from partnerships.models import Roadmap, Stance
from partnerships.negotiation.actions import negotiation
from partnerships.text import agreement, references
from tests import make

pytestmark = pytest.mark.django_db

ASKING = {"days": "5", "rule": "open"}


@pytest.fixture
def draft(cast):
    return make.partnership(cast, until=Edition.DRAFTING)


def address(case, name="drafting", *args):
    return reverse(f"partnerships:{name}", args=[case.reference, *args])


@pytest.mark.parametrize("name", ["ada", "ben", "carla"])
def test_readers_are_told_who_writes(draft, cast, enter, name):
    answer = enter(getattr(cast, name)).get(address(draft))
    assert answer.status_code == 403
    assert "seul le passeur en écrit le texte" in answer.content.decode()


@pytest.mark.parametrize("name", ["mallory", "root"])
def test_strangers_find_nothing(draft, cast, enter, name):
    assert enter(getattr(cast, name)).get(address(draft)).status_code == 404


def test_the_page_shows_the_text_under_its_headings_and_what_is_missing(draft, cast, enter):
    page = enter(cast.nora).get(address(draft)).content.decode()
    assert page.count('id="rubrique-') >= len(Heading)
    assert "L’attente AE2 ne mène à aucun jalon." in page


def test_a_text_that_is_being_answered_offers_nothing_that_would_be_refused(cast, enter):
    case = make.partnership(cast, until=Edition.NEGOTIATION)
    nora = enter(cast.nora)
    page = nora.get(address(case)).content.decode()
    assert "Les parties répondent à ce texte." in page
    assert address(case, "new_clause", Heading.DISPUTES) not in page
    for speaker in (cast.ada, cast.carla):
        make.say(case, speaker, Stance.QUESTION, at=make.NOON)
    page = nora.get(address(case)).content.decode()
    assert address(case, "new_clause", Heading.DISPUTES) in page


def test_remarks_and_rows_stand_beside_the_clause_they_concern(cast, enter):
    case = make.partnership(cast, until=Edition.NEGOTIATION)
    nora = enter(cast.nora)
    assert "clause-margin" in nora.get(address(case)).content.decode()
    make.say(case, cast.ada, Stance.RESERVATION, reason="Dites qui relit.", at=make.NOON)
    assert "Dites qui relit." not in nora.get(address(case)).content.decode()  # its envelope is sealed
    make.say(case, cast.carla, Stance.AGREE, at=make.NOON)
    page = nora.get(address(case)).content.decode()
    parts = re.split(r'<article class="clause"\s+id="clause-', page)[1:]
    clauses = {part.partition('"')[0]: part for part in parts}
    about = [number for number, part in clauses.items() if "Dites qui relit." in part]
    assert len(about) == 1
    assert "réserve du tour 1" in clauses[about[0]]
    assert "Répondre" in clauses[about[0]]
    assert not any("Dites qui relit." in part for number, part in clauses.items() if number not in about)
    assert "<table" in page
    assert "<table" not in "".join(re.findall(r"<details.*?</details>", page, re.DOTALL))


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


def test_a_concurrent_revision_is_shown_and_the_posted_text_stays(draft, cast, enter):
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


def test_a_change_needs_a_reason_once_the_parties_have_the_text(cast, enter):
    case = make.partnership(cast, until=Edition.AGREED)
    clause = last(case)
    browser = enter(cast.nora)
    answer = browser.post(address(case, "clause", clause.pk), edit(clause, body="Autre."))
    assert answer.status_code == 422
    assert "Écrivez pourquoi" in answer.content.decode()
    assert "Autre." in answer.content.decode()
    given = edit(clause, body="Autre.", reason="Demandé par l’association.")
    assert browser.post(address(case, "clause", clause.pk), given).status_code == 303


def test_a_clause_is_removed_while_no_party_has_read_it(draft, cast, enter):
    clause = last(draft)
    browser = enter(cast.nora)
    browser.post(address(draft, "remove_clause", clause.pk))
    assert last(draft).pk != clause.pk
    browser.post(address(draft, "open_negotiation"), ASKING)
    standing = last(draft)
    # While the round runs the text does not change.
    answer = browser.post(address(draft, "remove_clause", standing.pk), {"reason": "Hors sujet."})
    assert answer.status_code == 422
    assert "Un tour est en cours" in answer.text
    browser.post(address(draft, "cancel_round"), {"reason": "Une clause de trop."})
    # From now on a removal is a revision with a reason, which asks for agreement.
    answer = browser.post(address(draft, "remove_clause", standing.pk))
    assert answer.status_code == 422
    assert "Écrivez pourquoi" in answer.text
    assert last(draft).pk == standing.pk


def test_a_clause_of_another_case_is_out_of_reach(draft, cast, enter):
    other = make.partnership(cast, until=Edition.NEGOTIATION, title="Autre", company=cast.other_company)
    browser = enter(cast.nora)
    for name in ("clause", "remove_clause"):
        assert browser.post(address(draft, name, last(other).pk)).status_code == 404


def test_an_incomplete_text_is_not_sent_to_the_parties(cast, enter):
    case = make.partnership(cast, until=Case.SCOPING)
    browser = enter(cast.nora)
    browser.post(address(case, "prepare"))
    browser.post(
        address(case, "new_clause", Heading.DISPUTES), {"title": "Litiges", "body": "Parler d’abord."}
    )
    page = browser.post(address(case, "open_negotiation"), ASKING).content.decode()
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
def test_only_the_broker_advances_the_text(draft, cast, enter, name, page):
    answer = enter(getattr(cast, name)).post(address(draft, page), {"reason": "Moi."})
    assert answer.status_code in (403, 404)
    assert make.roadmap(draft).state == Edition.DRAFTING


def test_sixty_clauses_cost_no_more_than_nine(cast, enter, django_assert_num_queries):
    browser = enter(cast.nora)
    for clauses in (0, 51):
        case = make.partnership(cast, until=Edition.DRAFTING, clauses=clauses, title=f"{clauses}")
        browser.get(address(case))
        with django_assert_num_queries(15):
            browser.get(address(case))


def test_a_text_with_unresolved_citations_is_not_sent_to_the_parties(draft, cast, enter):
    payment = BudgetLineText(label="Atelier", payer_key="E", amount_minor=100)
    drafting.add_clause(
        partnership_id=draft.pk,
        broker=cast.nora,
        heading=Heading.BUDGET,
        wording=drafting.Wording(
            title="Versements",
            body="Un versement de plus.",
            terms=Terms(
                budget=(payment,),
                payments=(PaymentText(label="Solde", amount_minor=100, payer_key="E", milestone_code="J9"),),
            ),
        ),
        at=make.NOON,
    )
    page = enter(cast.nora).post(address(draft, "open_negotiation"), ASKING).content.decode()
    number = references.number_of(make.roadmap(draft).clauses.get(current__title="Versements"))
    assert f"J9, clause {number} (Budget et versements)" in page
    assert Roadmap.objects.get(partnership=draft).state == Edition.DRAFTING
    with pytest.raises(negotiation.UnresolvedCitations):
        negotiation.open_negotiation(partnership_id=draft.pk, broker=cast.nora, at=make.NOON)
