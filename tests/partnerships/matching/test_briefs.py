"""Briefs: saving drafts, publication, anonymity, withdrawal, concurrent changes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.models import Decision
from accounts.vetting import actions as vetting
from ledger.queries import entries
from ledger.record import Subject
from partnerships.matching.actions import briefs as actions
from partnerships.matching.queries.introductions import IntroductionStatus, status_of
from partnerships.models import Brief
from tests import briefs, make

pytestmark = pytest.mark.django_db


def address(name, *args):
    return reverse(f"partnerships:{name}", args=args)


def form_data(content):
    return {name: list(value) if isinstance(value, tuple) else value for name, value in content.items()}


@pytest.mark.parametrize(("name", "content"), [("ben", briefs.NEED), ("carla", briefs.AIM)])
def test_a_brief_is_written_and_published_through_the_pages(cast, enter, name, content):
    browser = enter(getattr(cast, name))
    assert browser.get(address("briefs")).status_code == 200
    assert browser.post(address("start_brief")).status_code == 303
    draft = Brief.objects.get()
    edit = address("edit_brief", draft.pk)
    saved = browser.post(edit, {"title": content["title"]}, headers={"HX-Request": "true"})
    assert "Brouillon enregistré" in saved.content.decode()
    refused = browser.post(edit, {**form_data(content), "theme": "", "publish": "1"})
    assert refused.status_code == 422
    assert "le thème" in refused.content.decode()
    assert browser.post(edit, {**form_data(content), "publish": "1"}).status_code == 303
    draft.refresh_from_db()
    assert draft.is_published
    assert draft.actions == list(content["actions"])
    assert content["title"] in enter(cast.nora).get(address("brief", draft.pk)).content.decode()
    kinds = [each.kind for each in entries(subject=Subject("organisation", draft.organisation_id))]
    assert kinds[0] == "organisation.brief-published"


def test_a_draft_is_its_organisation_s_alone(cast, enter):
    draft = actions.start_brief(organisation_id=cast.association.pk, author=cast.ada, at=make.NOON)
    for person in (cast.nora, cast.carla, cast.mallory, cast.root):
        assert enter(person).get(address("brief", draft.pk)).status_code == 404
    assert enter(cast.ben).get(address("brief", draft.pk)).status_code == 200


def test_a_published_brief_is_not_read_by_the_other_side(cast, enter):
    published = briefs.brief(cast.association, cast.ada)
    assert enter(cast.carla).get(address("brief", published.pk)).status_code == 404
    blank = actions.BriefContent(**{**briefs.NEED, "title": ""})
    with pytest.raises(actions.BriefIncomplete):
        actions.save_brief(brief_id=published.pk, author=cast.ada, content=blank, at=make.NOON)
    assert enter(cast.nora).post(address("publish_brief", published.pk)).status_code == 403


def test_words_that_name_the_organisation_are_not_published(cast, enter):
    with pytest.raises(actions.BriefNotAnonymous):
        briefs.brief(cast.company, cast.carla, need="Valfictif veut comprendre.")
    draft = Brief.objects.get()
    page = enter(cast.carla).post(address("publish_brief", draft.pk), follow=True).content.decode()
    assert "Remplacez-les" in page
    assert Brief.objects.get().is_draft


def test_a_suspended_organisation_writes_no_brief(cast):
    vetting.decide(
        organisation_id=cast.association.pk,
        broker=cast.nora,
        decision=Decision.SUSPENDED,
        reason="Une pièce a expiré.",
        at=make.NOON,
    )
    with pytest.raises(actions.Refusal):
        actions.start_brief(organisation_id=cast.association.pk, author=cast.ada, at=make.NOON)


def test_a_brief_under_introduction_does_not_change_and_taking_it_back_ends_it(cast):
    introduction = briefs.introduce(cast)
    own = Brief.objects.get(organisation=cast.association)
    later = make.NOON + timedelta(days=1)
    with pytest.raises(actions.BriefInIntroduction):
        actions.save_brief(
            brief_id=own.pk,
            author=cast.ada,
            content=actions.BriefContent(**{**briefs.NEED, "title": "Autre"}),
            at=later,
        )
    actions.withdraw_brief(brief_id=own.pk, author=cast.ada, at=later)
    introduction.refresh_from_db()
    assert status_of(introduction, later) == IntroductionStatus.WITHDRAWN
    with pytest.raises(actions.BriefWithdrawn):
        actions.publish_brief(brief_id=own.pk, author=cast.ada, at=later)


@pytest.mark.parametrize("many", [1, 20])
def test_the_list_costs_the_same(cast, enter, many, django_assert_max_num_queries):
    for _brief in range(many):
        briefs.brief(cast.association, cast.ada)
    browser = enter(cast.ada)
    with django_assert_max_num_queries(8):
        assert browser.get(address("briefs")).status_code == 200


def test_the_second_of_two_writers_gets_a_conflict_and_loses_nothing(cast, enter):
    """A colleague who opened it before reads the other's words beside their own, by name."""
    ada, ben = enter(cast.ada), enter(cast.ben)
    draft = actions.start_brief(organisation_id=cast.association.pk, author=cast.ada, at=make.ago())
    edit = address("edit_brief", draft.pk)
    assert 'name="seen_number" value="0"' in ben.get(edit).content.decode()
    first = {**form_data(briefs.NEED), "need": "Les mots de Ada.", "seen_number": "0"}
    assert ada.post(edit, first).status_code == 303
    mine = {**first, "need": "Les mots de Ben."}
    fragment = ben.post(edit, mine, headers={"HX-Request": "true"}).content.decode()
    assert "Ada Vernet l’a enregistré pendant que vous écriviez" in fragment
    assert "seen_number" not in fragment
    answer = ben.post(edit, {**mine, "publish": "1"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Les mots de Ben." in page
    assert "Les mots de Ada." in page
    assert "Version enregistrée entre-temps" in page
    assert 'name="seen_number" value="1"' in page
    stored = Brief.objects.get()
    assert (stored.need, stored.is_draft, stored.written_by) == ("Les mots de Ada.", True, cast.ada)
    assert ben.post(edit, {**mine, "seen_number": "1"}).status_code == 303
    assert Brief.objects.get().need == "Les mots de Ben."
    assert ada.post(edit, {**first, "seen_number": "1"}).status_code == 422


def test_a_single_writer_never_gets_a_conflict(cast, enter):
    """What is kept as one goes moves the number under one's own eyes; the same words move nothing."""
    browser = enter(cast.ada)
    draft = actions.start_brief(organisation_id=cast.association.pk, author=cast.ada, at=make.ago())
    edit = address("edit_brief", draft.pk)
    for words, number in (("Un", 1), ("Deux", 2), ("Deux", 2)):
        data = {"title": words, "seen_number": "0"}
        page = browser.post(edit, data, headers={"HX-Request": "true"}).content.decode()
        fragment = " ".join(page.split())
        assert f'name="seen_number" value="{number}" id="id_seen_number" hx-swap-oob="true"' in fragment
    assert browser.post(edit, {"title": "Trois", "seen_number": "0"}).status_code == 303
    assert Brief.objects.get().title == "Trois"
