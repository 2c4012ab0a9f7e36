"""The page of a running round: one clause with its form, the list of the others, nothing unread called agreed."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from partnerships.models import Stance
from partnerships.negotiation.queries.positions import Position
from tests import make
from tests.make import ago

pytestmark = pytest.mark.django_db


def test_a_later_round_asks_for_what_changed_and_the_rest_stands_without_a_press(cast, enter):
    case = make.partnership(cast, at=ago(days=1))
    browser, where = enter(cast.ada), reverse("partnerships:rounds", args=[case.reference])
    first = browser.get(where).text
    assert "votre accord reste valable" not in first
    assert "inchangée" not in first
    make.agree(case, cast.ada, at=ago(days=0.8))
    make.say(case, cast.dan, Stance.RESERVATION, reason="Trop court.", at=ago(days=0.8))
    make.reply_to_all(case, cast.nora, at=ago(days=0.5))
    make.revise(case, cast.nora, at=ago(days=0.4))
    make.ask_again(case, cast.nora, at=ago(days=0.3))
    page = browser.get(where).text
    assert articles(page) == [1]
    assert "9 clauses que vous avez acceptées n’ont pas changé\u00a0: votre accord reste valable." in page
    assert "/accord/" not in page
    assert articles(browser.get(where, {"clause": "7"}).text) == [7]
    make.draft(case, cast.ada, {make.revision_ids(case)[0]: Position(stance=Stance.AGREE)}, at=ago())
    page = browser.get(where).text
    assert "1 réponse sur 1" in page
    assert "Relire et sceller" in page


def articles(page):
    return [int(number) for number in re.findall(r'<article class="clause"\s+id="clause-(\d+)\.\d+"', page)]
