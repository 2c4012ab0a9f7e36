"""The page of the rounds on a telephone: what all agree to is one line, what is left comes first."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from partnerships.models import Stance
from partnerships.negotiation.queries.positions import Position
from tests import make
from tests.make import ago

pytestmark = pytest.mark.django_db


def test_what_all_agree_to_folds_into_one_line_and_what_is_left_stands_first(cast, enter):
    case = make.partnership(cast, at=ago(days=1))
    make.agree(case, cast.ada, at=ago(days=0.8))
    make.say(case, cast.dan, Stance.RESERVATION, reason="Trop court.", at=ago(days=0.8))
    make.reply_to_all(case, cast.nora, at=ago(days=0.5))
    make.revise(case, cast.nora, at=ago(days=0.4))
    make.ask_again(case, cast.nora, at=ago(days=0.3))
    browser, where = enter(cast.ada), reverse("partnerships:rounds", args=[case.reference])
    page = browser.get(where).text
    left, folded = page.split('<details class="card fold" id="acceptees">')
    assert "9 clauses acceptées par toutes les parties, inchangées" in folded
    assert (articles(left), articles(folded.split('id="summary"')[0])) == ([1], [*range(2, 11)])
    assert "Il vous reste 1 clause" in left
    assert 'href="?clause=1.1#clause-1.1"' in left
    # One that is opened stands apart, in its place, whatever was said of it.
    left, folded = browser.get(where, {"clause": "7"}).text.split('id="acceptees">')
    assert (articles(left), articles(folded.split('id="summary"')[0])) == ([1, 7], [2, 3, 4, 5, 6, 8, 9, 10])
    # What was answered keeps its stance in sight and folds its words; nothing is left to jump to.
    make.draft(case, cast.ada, {make.revision_ids(case)[0]: Position(stance=Stance.AGREE)}, at=ago())
    page = browser.get(where).text
    article = page.split('id="clause-1.1"')[1].split("</article>")[0]
    assert "<ins>" in article.split("<details")[1].split("</details>")[0]
    assert "accord, pas encore scellé" in article
    assert "Il vous reste" not in page


def articles(part):
    return [int(number) for number in re.findall(r'<article class="clause"\s+id="clause-(\d+)\.\d+"', part)]
