"""The case opened from an introduction that all accepted, with the content of the briefs."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.registration import actions as registration
from partnerships.lifecycle import Case
from partnerships.matching.actions import introductions as actions
from tests import briefs, make
from tests.cast import create_person, register_organisation, verify_organisation

pytestmark = pytest.mark.django_db
LATER = make.NOON + timedelta(hours=1)


@pytest.fixture
def now(cast):
    """An introduction that pages, which read the real clock, find running."""
    return briefs.introduce(cast, at=make.ago(days=1), words="Vous cherchez la même chose.")


def test_a_case_opens_from_it_with_its_evidence_and_its_canvas(cast, enter, now):
    console = reverse("broker:introduction", args=[now.pk])
    assert enter(cast.nora).post(console, {"title": "Trop tôt"}).status_code == 422
    for speaker in (cast.ada, cast.carla):
        briefs.say(now, speaker, at=make.ago())
    assert enter(cast.nora).post(console, {"title": "Voyager"}).status_code == 303
    now.refresh_from_db()
    case = now.partnership
    assert case.state == Case.SCOPING
    assert "188 répondants" in case.evidence_of_need
    canvas = case.canvases.get()
    assert canvas.need == briefs.NEED["need"]
    assert canvas.company_hopes == briefs.AIM["need"]
    assert "Aucun nom de marque" in canvas.limits
    assert (
        briefs.AIM["title"]
        in enter(cast.ada).get(reverse("partnerships:scoping", args=[case.reference])).content.decode()
    )
    with pytest.raises(actions.IntroductionClosed):
        actions.open_case_from_introduction(
            introduction_id=now.pk, broker=cast.nora, title="Encore", at=make.ago()
        )


def test_two_associations_and_three_companies_meet_at_once(cast):
    published = [briefs.brief(cast.association, cast.ada), briefs.brief(cast.company, cast.carla)]
    speakers = [cast.ada, cast.carla, cast.mallory]
    published.append(briefs.brief(cast.other_company, cast.mallory))
    for side, first, name, siren in (
        ("association", "Zoé Rein", "Alliance Fable", "000000034"),
        ("company", "Yann Pont", "Orthofable", "000000117"),
    ):
        founder = create_person(first)
        identity = registration.OrganisationIdentity(name=name, city="Lille", siren=siren)
        row = register_organisation(founder, side, identity, at=make.NOON)
        row = verify_organisation(row, cast.nora, at=make.NOON)
        published.append(briefs.brief(row, founder))
        speakers.append(founder)
    introduction = actions.propose(
        brief_ids=[each.pk for each in published], broker=cast.nora, words="", at=make.NOON
    )
    for rank, speaker in enumerate(speakers):
        introduction.refresh_from_db()
        assert introduction.revealed_at is None, rank
        briefs.say(introduction, speaker, at=LATER)
    case = actions.open_case_from_introduction(
        introduction_id=introduction.pk, broker=cast.nora, title="À cinq", at=LATER
    )
    assert list(case.parties.order_by("rank").values_list("code", flat=True)) == [
        "A1",
        "A2",
        "E1",
        "E2",
        "E3",
    ]
