"""Proposals of introductions, and the page of ranked and excluded pairs."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from partnerships.matching.actions import introductions as actions
from partnerships.models import Brief, Introduction
from tests import briefs, make

pytestmark = pytest.mark.django_db
LATER = make.NOON + timedelta(hours=1)


def test_a_red_line_is_not_proposed(cast, enter):
    one = briefs.brief(cast.association, cast.ada, limits=("content",))
    other = briefs.brief(cast.company, cast.carla, limits=("content_agreed",))
    with pytest.raises(actions.ConflictingLimits):
        actions.propose(brief_ids=[one.pk, other.pk], broker=cast.nora, words="", at=LATER)
    answer = enter(cast.nora).post(
        reverse("broker:propose"), {"associations": [one.pk], "companies": [other.pk], "words": "Bonjour."}
    )
    assert answer.status_code == 422
    assert "se contredisent" in answer.content.decode()
    assert "Bonjour." in answer.content.decode()


def test_the_broker_s_own_words_name_nobody(cast):
    with pytest.raises(actions.ProposalNotAnonymous):
        briefs.introduce(cast, words="Vous connaissez Valfictif ?")
    assert not Introduction.objects.exists()


def test_two_briefs_have_one_open_introduction_at_most(cast):
    introduction = briefs.introduce(cast)
    keys = list(Brief.objects.order_by("pk").values_list("pk", flat=True))
    with pytest.raises(actions.AlreadyIntroduced):
        actions.propose(brief_ids=keys, broker=cast.nora, words="", at=LATER)
    briefs.say(introduction, cast.ada, is_yes=False, at=LATER)
    assert actions.propose(brief_ids=keys, broker=cast.nora, words="", at=LATER).pk != introduction.pk


def test_the_console_ranks_and_says_what_it_left_out(cast, enter):
    briefs.brief(cast.association, cast.ada)
    briefs.brief(cast.company, cast.carla)
    briefs.brief(cast.other_company, cast.mallory, limits=("brand_shown",))
    read = enter(cast.nora).get(reverse("broker:matches")).content.decode()
    assert "1 rapprochement écarté" in read
    assert "le même des deux côtés" in read
    published = Brief.objects.exclude(organisation=cast.other_company).order_by("pk")
    query = {"brief": [str(each.pk) for each in published]}
    page = enter(cast.nora).get(reverse("broker:propose"), query).content.decode()
    assert "Une association de patients" in page
    assert "Une entreprise du médicament" in page


@pytest.mark.parametrize("many", [1, 12])
def test_the_console_costs_the_same(cast, enter, many, django_assert_num_queries):
    for rank in range(many):
        briefs.brief(cast.association, cast.ada, title=f"Besoin {rank}")
        briefs.brief(cast.company, cast.carla, title=f"But {rank}")
    briefs.introduce(cast)
    browser = enter(cast.nora)
    with django_assert_num_queries(8):
        assert browser.get(reverse("broker:matches")).status_code == 200
