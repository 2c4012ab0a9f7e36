"""Two associations and three companies: one envelope each, and nothing agreed before the last one."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from partnerships.actions import criticism, envelopes
from partnerships.lifecycle import Edition
from partnerships.models import Stance
from partnerships.queries.said import Said
from tests import make, several
from tests.make import ago


@pytest.fixture
def crowd(cast):
    return several.assemble(cast)


def test_the_round_opens_with_the_last_of_five_envelopes(cast, crowd, enter):
    case = several.negotiated(cast, crowd, at=ago(days=1))
    for rank, speaker in enumerate(crowd.speakers, 1):
        page = enter(crowd.speakers[-1]).get(reverse("partnerships:rounds", args=[case.reference]))
        assert sum(each.state == "sealed" for each in page.context["page"].envelopes) == rank - 1
        assert make.roadmap(case).state == Edition.NEGOTIATION
        make.agree(case, speaker, at=ago())
    assert make.roadmap(case).state == Edition.AGREED


def test_one_of_five_holds_up_the_text(cast, crowd, enter):
    case = several.negotiated(cast, crowd, at=ago(days=1))
    *most, last = crowd.speakers
    for speaker in most:
        make.agree(case, speaker, at=ago(days=0.5))
    make.say(case, last, Stance.OBJECTION, at=ago(days=0.5))
    assert make.roadmap(case).state == Edition.NEGOTIATION
    page = enter(cast.nora).get(reverse("partnerships:rounds", args=[case.reference])).context["page"]
    assert [len(talk.stances) for talk in page.talks[:1]] == [5]
    assert [(row.side, row.counts) for row in page.convergence.rows] == [
        ("association", (20, 0, 0, 0, 0)),
        ("company", (29, 0, 0, 1, 0)),
    ]


def test_who_has_sealed_cannot_be_taken_back_once_the_other_side_has(cast, crowd):
    case = several.negotiated(cast, crowd, at=ago(days=1))
    first, second, third = crowd.speakers[0], crowd.speakers[1], crowd.speakers[2]
    make.agree(case, first, at=ago())
    make.agree(case, second, at=ago())
    envelopes.take_back(round_id=make.running(case).pk, speaker=second, at=ago())
    make.agree(case, third, at=ago())
    with pytest.raises(envelopes.OtherSideHasSealed):
        envelopes.take_back(round_id=make.running(case).pk, speaker=first, at=ago())
    with pytest.raises(criticism.NotAllAnswered):
        make.draft(case, crowd.speakers[3], {make.revision_ids(case)[0]: Said(stance=Stance.AGREE)}, at=ago())
        make.seal(case, crowd.speakers[3], at=ago())


def test_sixty_clauses_and_six_rounds_cost_no_more_queries_than_nine_and_two(cast, crowd, enter):
    counted = []
    for clauses, rounds in ((9, 2), (60, 6)):
        case = several.negotiated(cast, crowd, clauses=clauses, at=ago(days=2), title=f"Action {clauses}")
        several.play(case, crowd, cast.nora, rounds=rounds)
        browser = enter(crowd.speakers[0])
        browser.get(reverse("partnerships:rounds", args=[case.reference]))
        with CaptureQueriesContext(connection) as queries:
            page = browser.get(reverse("partnerships:rounds", args=[case.reference]))
        assert page.text.count('class="answer"') == 1
        counted.append(len(queries))
    assert counted[0] == counted[1]
