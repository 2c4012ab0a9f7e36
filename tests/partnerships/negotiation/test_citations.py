"""A clause that cites a changed clause asks again, and only that one."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.urls import reverse

from partnerships.charter.references import cited_keys
from partnerships.drafting.actions import clauses as drafting
from partnerships.drafting.actions.clauses import wording_of, write_revision
from partnerships.lifecycle import Edition
from partnerships.models import Answer, Clause, Stance
from partnerships.negotiation.actions import criticism
from partnerships.negotiation.queries.positions import Position
from partnerships.signing.actions import freezing
from partnerships.text import agreement
from tests import make
from tests.database_owner import owner
from tests.make import ago


def test_a_text_cites_the_clauses_of_its_markers():
    assert cited_keys("Selon {clause:ab12} et {clause:c3}, non {clause:?} ni {clause:}.") == {"ab12", "c3"}
    assert cited_keys("Rien.") == frozenset()


@pytest.fixture
def case(cast):
    """Bring a text to agreement, whose clause 9 cites clause 4."""
    partnership = make.partnership(cast, until=Edition.DRAFTING, at=ago(days=5))
    with owner(triggers=False):
        Clause.objects.filter(pk=make.clause_id(partnership, 4)).update(key="lim4")
    make.revise(
        partnership, cast.nora, position=9, change="Dans les limites de {clause:lim4}.", at=ago(days=4)
    )
    make.STEPS[Edition.NEGOTIATION](partnership, cast, 1, ago(days=3))
    for speaker in (cast.ada, cast.carla):
        make.agree(partnership, speaker, at=ago(days=2))
    return partnership


def agreed(case):
    roadmap = make.roadmap(case)
    clauses = agreement.clauses_of(roadmap)
    parties = list(case.parties.order_by("rank").values_list("pk", flat=True))
    stands = agreement.latest_answers(roadmap.pk)
    left = [each.position for each in agreement.to_answer(clauses, stands, parties[0])]
    return left, agreement.is_agreed(clauses, stands, parties)


def test_a_change_asks_again_for_the_clause_that_cites_and_says_why(case, cast, enter):
    assert agreed(case) == ([], True)
    make.revise(case, cast.nora, position=4, at=ago(days=1))
    assert agreed(case) == ([4, 9], False)
    make.ask_again(case, cast.nora, at=ago(days=0.5))
    page = enter(cast.ada).get(reverse("partnerships:rounds", args=[case.reference]))
    assert [talk.shown.position for talk in page.context["page"].unanswered] == [4, 9]
    assert page.context["page"].unchanged_revisions == []
    citing = enter(cast.ada).get(reverse("partnerships:rounds", args=[case.reference]), {"clause": "9.1"})
    assert "Cette clause cite la clause 4.1, qui a changé" in citing.text
    with pytest.raises(criticism.NotAllAnswered, match=r"4\.1, 9\.1"):
        make.seal(case, cast.ada, at=ago())


def test_a_change_asks_again_for_the_clause_whose_gloss_cites(cast):
    case = make.partnership(cast, until=Edition.DRAFTING, at=ago(days=5))
    with owner(triggers=False):
        Clause.objects.filter(pk=make.clause_id(case, 4)).update(key="lim4")
    clause = agreement.clauses_of(make.roadmap(case))[0]
    drafting.revise_clause(
        clause_id=clause.pk,
        broker=cast.nora,
        seen_number=1,
        wording=replace(wording_of(clause.current), plain_words="Dans les limites de {clause:lim4}."),
        reason="",
        at=ago(days=4),
    )
    make.STEPS[Edition.NEGOTIATION](case, cast, 1, ago(days=3))
    for speaker in (cast.ada, cast.carla):
        make.agree(case, speaker, at=ago(days=2))
    make.revise(case, cast.nora, position=4, at=ago(days=1))
    assert agreed(case) == ([1, 4], False)


def test_agreement_given_after_the_change_stands(case, cast):
    """Though the round was asked at the very moment of the change."""
    moment = ago(days=1)
    make.revise(case, cast.nora, position=4, at=moment)
    make.ask_again(case, cast.nora, at=moment)
    for speaker in (cast.ada, cast.carla):
        positions = {make.revision_ids(case)[place - 1]: Position(stance=Stance.AGREE) for place in (4, 9)}
        make.draft(case, speaker, positions, at=ago())
        make.seal(case, speaker, at=ago())
    assert agreed(case) == ([], True)
    assert make.roadmap(case).state == Edition.AGREED
    assert Answer.objects.filter(revision_id=make.revision_ids(case)[8]).count() == 4


def test_a_text_whose_citations_moved_is_not_frozen(case, cast):
    clause = Clause.objects.get(pk=make.clause_id(case, 4))
    # The broker's own paths take the text back to negotiation; the freeze must not lean on that.
    write_revision(clause, cast.nora, ago(days=1), wording=wording_of(clause.current))
    for party in case.parties.order_by("rank"):
        old = Answer.objects.filter(party=party).order_by("pk")[:1].get()
        with owner(triggers=False):
            Answer.objects.create(
                revision_id=make.revision_ids(case)[3],
                party=party,
                round=old.round,
                stance=Stance.AGREE,
                answered_by=old.answered_by,
                answered_at=old.answered_at,
            )
    with pytest.raises(freezing.NotAgreed):
        freezing.freeze(partnership_id=case.pk, broker=cast.nora, at=ago())
