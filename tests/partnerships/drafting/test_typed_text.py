"""What a broker types into a clause is read alike on the page, in the PDF and in the JSON, or is refused."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from partnerships.charter.texts import Heading
from partnerships.drafting.actions import clauses
from partnerships.lifecycle import Edition
from partnerships.models import Clause
from partnerships.text import agreement
from tests import make
from tests.make import NOON

pytestmark = pytest.mark.django_db

# Inputs of the kind of a clause copied from elsewhere: a sum reversed on the screen, a list with text between.
REVERSED = "Le versement est de 10\u202e0001\u202c euros."
NUMBERED = "1. Objet\r\n\r\nCe que couvre l'objet.\r\n\r\n2. Durée\r\n\r\nUn an (voir 3).\r\n\r\n3. Fin"


@pytest.fixture
def draft(cast):
    return make.partnership(cast, until=Edition.DRAFTING)


def address(case, name="drafting", *args):
    return reverse(f"partnerships:{name}", args=[case.reference, *args])


def add(browser, case, body, title="Le prix"):
    given = {"title": title, "body": body, "plain_words": "", "responsible": ""}
    return browser.post(address(case, "new_clause", Heading.DISPUTES), given)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (REVERSED, "change le sens de lecture (U+202E)"),
        ("Une puce \uf123 inconnue.", "qui ne peut pas être affiché (U+F123)"),
        ("Un sourire 😀.", "😀 (U+1F600)"),
    ],
)
def test_a_clause_that_would_be_read_otherwise_is_refused_and_what_was_typed_stays(
    draft, cast, enter, body, words
):
    before = Clause.objects.count()
    answer = add(enter(cast.nora), draft, body)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    assert "<textarea" in page
    assert Clause.objects.count() == before


def test_a_reversed_title_is_refused_too(draft, cast, enter):
    assert add(enter(cast.nora), draft, "Un texte.", title="Le prix \u202e001").status_code == 422


def test_the_page_numbers_a_list_as_it_was_typed(draft, cast, enter):
    browser = enter(cast.nora)
    assert add(browser, draft, NUMBERED).status_code == 303
    stored = Clause.objects.select_related("current").latest("pk").current.body
    assert stored == NUMBERED.replace("\r\n", "\n").replace("l'objet", "l’objet")
    page = browser.get(address(draft)).content.decode()
    assert re.findall(r'<span class="number">(.+?)</span>', page)[-3:] == ["1.", "2.", "3."]


@pytest.mark.parametrize(
    "change",
    [
        lambda body: body + "\u200b",
        lambda body: body.replace(" ", "\u00a0", 1),
        lambda body: body + "  \r\n\r\n",
        lambda body: body.replace(" ", "  ", 1),
        "\u00ad".join,
    ],
)
def test_a_change_that_nobody_sees_is_no_revision_and_the_agreement_stays(cast, enter, change):
    case = make.partnership(cast, until=Edition.AGREED)
    clause = agreement.clauses_of(make.roadmap(case))[-1]
    current = clause.current
    given = {
        "title": current.title,
        "body": change(current.body),
        "plain_words": current.plain_words,
        "reason": "Une coquille.",
        "seen_number": current.number,
    }
    answer = enter(cast.nora).post(address(case, "clause", clause.pk), given)
    assert answer.status_code == 422
    assert "Rien n’a changé" in answer.content.decode()
    assert make.roadmap(case).state == Edition.AGREED
    assert Clause.objects.get(pk=clause.pk).current_id == current.pk


def test_an_action_called_with_such_a_change_refuses_it_too(draft, cast):
    clause = agreement.clauses_of(make.roadmap(draft))[-1]
    wording = clauses.wording_of(clause.current)
    unseen = clauses.Wording(
        title=wording.title,
        body=wording.body + "\u2060",
        plain_words=wording.plain_words,
        terms=wording.terms,
    )
    with pytest.raises(clauses.RevisionUnchanged):
        clauses.revise_clause(
            clause_id=clause.pk,
            broker=cast.nora,
            seen_number=clause.current.number,
            wording=unseen,
            reason="",
            at=NOON,
        )
