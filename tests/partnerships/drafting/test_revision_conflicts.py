"""Concurrent revisions of a clause: the second broker sees the conflict and loses no posted text."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from partnerships.charter import terms
from partnerships.charter.texts import Heading
from partnerships.drafting.actions import clause_order, clauses
from partnerships.lifecycle import Edition
from partnerships.models import Clause
from partnerships.text import agreement
from tests import make
from tests.make import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(cast):
    return make.partnership(cast, until=Edition.DRAFTING)


def address(case, name, *args):
    return reverse(f"partnerships:{name}", args=[case.reference, *args])


def last(case):
    return agreement.clauses_of(make.roadmap(case))[-1]


def fields_of(page):
    """Return what the page's hidden fields would post again."""
    return dict(
        re.findall(r'<input\s+type="hidden"\s+name="(kept-[^"]+|seen_number)"\s+value="([^"]*)"\s*>', page)
    )


def rewrite(case, cast, clause, body, title="Le titre d’Oscar"):
    wording = clauses.Wording(title=title, body=body)
    clauses.revise_clause(
        clause_id=clause.pk,
        broker=cast.oscar,
        seen_number=clause.current.number,
        wording=wording,
        reason="",
        at=NOON,
    )


MINE = {"title": "Mon titre", "body": "Le bilan se fait en mai.", "plain_words": "Mon clair.", "reason": ""}


def test_the_second_broker_reads_both_versions_word_by_word(draft, cast, enter):
    clause = last(draft)
    rewrite(draft, cast, clause, "Le bilan se fait en juin.")
    answer = enter(cast.nora).post(address(draft, "clause", clause.pk), {**MINE, "seen_number": "1"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Oscar Médian" in page
    assert '<time datetime="2026-' in page
    assert "Le bilan se fait en <del>juin</del><ins>mai</ins>." in page
    assert "Modifier plutôt son texte" in page
    assert "<ins>Le titre d’Oscar</ins>" in page


def test_the_second_broker_restarts_from_the_other_text_and_restores_her_own(draft, cast, enter):
    clause = last(draft)
    where = address(draft, "clause", clause.pk)
    rewrite(draft, cast, clause, "Le bilan se fait en juin.")
    browser = enter(cast.nora)
    theirs = browser.post(where, {**MINE, "seen_number": "2", "take": "theirs"}).content.decode()
    assert "Le bilan se fait en juin.</textarea>" in theirs
    hidden_fields = fields_of(theirs)
    assert hidden_fields["kept-body"] == MINE["body"]
    typed = {"title": "T", "body": "Un essai raté.", "plain_words": "", "reason": "", **hidden_fields}
    # A save that is refused still carries what was put aside.
    refused = browser.post(where, {**typed, "title": ""}).content.decode()
    assert fields_of(refused)["kept-body"] == MINE["body"]
    mine = browser.post(where, {**typed, "take": "mine"}).content.decode()
    assert "Le bilan se fait en mai.</textarea>" in mine
    assert 'value="Mon titre"' in mine
    assert "kept-" not in mine
    assert browser.post(where, {**MINE, "seen_number": "2"}).status_code == 303
    assert last(draft).current.body == MINE["body"]


def test_rows_of_a_table_are_compared_and_put_aside_too(draft, cast, enter):
    clause = next(
        each for each in agreement.clauses_of(make.roadmap(draft)) if each.heading == Heading.MILESTONES
    )
    wording = clauses.wording_of(clause.current)
    rewrite(draft, cast, clause, wording.body, title=wording.title)
    row = {"code": "J9", "title": "Fête", "owner": "both", "due_date": "2027-05-02", "indicator": "Photo"}
    table = {f"milestones-0-{name}": value for name, value in row.items()}
    size = {"milestones-TOTAL_FORMS": "1", "milestones-INITIAL_FORMS": "0"}
    given = {**MINE, **table, **size, "seen_number": "1"}
    browser = enter(cast.nora)
    page = browser.post(address(draft, "clause", clause.pk), given).content.decode()
    assert re.search(r"<ins>[^<]*Fête", page)
    theirs = browser.post(address(draft, "clause", clause.pk), {**given, "take": "theirs"}).content.decode()
    assert fields_of(theirs)["kept-milestones-0-title"] == "Fête"


def test_a_clause_removed_meanwhile_can_be_added_as_a_new_one(draft, cast, enter):
    clause = last(draft)
    clause_order.remove_clause(clause_id=clause.pk, broker=cast.oscar, at=NOON)
    browser = enter(cast.nora)
    answer = browser.post(address(draft, "clause", clause.pk), {**MINE, "seen_number": "1"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Oscar Médian l’a retirée du texte" in page
    assert MINE["body"] in page
    again = address(draft, "new_clause", clause.heading)
    assert f'formaction="{again}"' in page
    assert browser.post(again, MINE).status_code == 303
    assert browser.get(address(draft, "clause", clause.pk)).status_code == 404
    assert Clause.objects.latest("pk").current.title == "Mon titre"


def test_a_text_frozen_meanwhile_keeps_the_posted_text(cast, enter):
    case = make.partnership(cast, until=Edition.SIGNED)
    clause = last(case)
    given = {**MINE, "reason": "Parce que.", "seen_number": str(clause.current.number)}
    answer = enter(cast.nora).post(address(case, "clause", clause.pk), given)
    assert answer.status_code == 422
    assert MINE["body"] in answer.content.decode()
    assert terms.read(last(case).current.terms) == terms.read(clause.current.terms)
