"""The end of a case: no review while a promise is open, no closing without what was learned."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from outbox.models import Message
from partnerships.closing.actions import review
from partnerships.lifecycle import Case, TransitionNotAllowed
from partnerships.models import Partnership, Question
from partnerships.permissions import NotABroker
from tests import make
from tests.partnerships.closing import parts
from tests.partnerships.questionnaires import answering

pytestmark = pytest.mark.django_db


def address(case, name="closing"):
    return reverse(f"partnerships:{name}", args=[case.reference])


def state(case):
    return Partnership.objects.get(pk=case.pk).state


def settle_everything(case, cast):
    """Complete the checklist but for the evaluation, by the acts of both sides."""
    at = make.ago()
    for code, person in (("A", cast.ben), ("E", cast.dan)):
        parts.write(case, code, person, at=at)
    for code, person in (("A", cast.dan), ("E", cast.ben)):
        if parts.row_of(case, code).budget:
            parts.confirm(case, code, person, at=at)
    case.commitments.update(completed_at=at)
    case.payments.update(
        declared_at=at, paid_on=at.date(), declared_by=cast.dan, received_at=at, received_by=cast.ben
    )


def test_open_milestones_block_the_review_and_are_named(cast, enter):
    case = make.partnership(cast, until=Case.ACTIVE)
    page = enter(cast.nora).post(address(case, "start_review"), follow=True).content.decode()
    assert "Des jalons restent ouverts" in page
    assert "J1" in page
    assert state(case) == Case.ACTIVE


def test_the_broker_reviews_and_closes_with_lessons(cast, enter):
    case = make.partnership(cast, until=Case.ACTIVE)
    for code, speaker, other in (("J1", cast.ben, cast.dan), ("J2", cast.dan, cast.ben)):
        make.complete_and_confirm(case, code, speaker, other, at=make.NOON)
    # As an amendment drops it: what is not to be done any more holds up no review.
    case.milestones.filter(code="J3").update(cancelled_at=make.NOON)
    waiting = Message.objects.filter(kind__startswith="milestone-", cancelled_at=None, fanned_out_at=None)
    waiting = waiting.exclude(kind="milestone-completed")
    assert waiting.exists()
    browser = enter(cast.nora)
    assert browser.post(address(case, "start_review")).status_code == 303
    assert browser.post(address(case), {"lessons": ""}).status_code == 422
    refused = browser.post(address(case), {"lessons": "Prévoir plus tôt."})
    assert refused.status_code == 422
    assert "Il manque encore : " in refused.text.replace("\u00a0", " ")
    assert "Évaluation croisée des attentes" in refused.text
    assert "Prévoir plus tôt." in refused.text
    typed = {"lessons": "Prévoir plus tôt.", "incomplete_reason": "Une partie a fermé."}
    assert browser.post(address(case), typed).status_code == 303
    assert state(case) == Case.CLOSED
    assert not waiting.exists()
    assert "Prévoir plus tôt." in enter(cast.carla).get(address(case)).content.decode()


def test_a_case_closes_on_the_evaluation_of_both_sides(cast, enter):
    case = make.partnership(cast, until=Case.REVIEW, at=make.ago(days=1))
    browser = enter(cast.nora)
    answering.ask(case, cast.nora, Question.EVALUATION, at=make.ago())
    running = browser.post(address(case), {"lessons": "Trop tôt."}).text
    assert "Les parties répondent encore : Évaluation croisée" in running.replace("\u00a0", " ")
    met = {code: {"choice": "met"} for code in ("AA1", "AE1", "AE2")}
    for person in (cast.ada, cast.carla):
        answering.answer(case, person, met, at=make.ago())
    settle_everything(case, cast)
    assert "incomplete_reason" not in browser.get(address(case)).text
    assert browser.post(address(case), {"lessons": "Prévoir plus tôt."}).status_code == 303
    assert state(case) == Case.CLOSED


def test_no_review_starts_while_the_parties_answer(cast, enter):
    case = make.partnership(cast, until=Case.ACTIVE, at=make.ago(days=1))
    case.milestones.update(cancelled_at=make.ago())
    answering.ask(case, cast.nora, at=make.ago())
    page = enter(cast.nora).post(address(case, "start_review"), follow=True).text
    assert "Les parties répondent encore" in page
    assert state(case) == Case.ACTIVE


@pytest.mark.parametrize("name", ["ada", "carla", "mallory", "root"])
@pytest.mark.parametrize("page", ["closing", "start_review"])
def test_nobody_else_closes(cast, enter, name, page):
    case = make.partnership(cast, until=Case.REVIEW)
    answer = enter(getattr(cast, name)).post(address(case, page), {"lessons": "Moi."})
    assert answer.status_code in (403, 404)
    assert state(case) == Case.REVIEW


@pytest.mark.parametrize("until", [Case.SCOPING, Case.ACTIVE, Case.REVIEW, Case.CLOSED])
def test_every_party_reads_the_state_of_the_closing(cast, enter, until):
    case = make.partnership(cast, until=until)
    assert enter(cast.ben).get(address(case)).status_code == 200


def test_no_case_closes_on_the_word_of_one_side_the_day_it_was_signed(cast):
    case = make.partnership(cast, until=Case.ACTIVE)
    make.complete(case, "J1", cast.ben, at=make.NOON)
    make.complete(case, "J2", cast.dan, at=make.NOON)
    make.complete(case, "J3", cast.carla, at=make.NOON)
    # Whoever asks: a party may not, and the broker waits for what the other side says, or for its silence.
    for person in (cast.ada, cast.carla):
        with pytest.raises(NotABroker):
            review.start_review(partnership_id=case.pk, broker=person, at=make.NOON)
    with pytest.raises(review.EvidenceIsUnsettled):
        review.start_review(partnership_id=case.pk, broker=cast.nora, at=make.NOON)
    words = review.ClosingWords(lessons="Tout est fait.", incomplete_reason="Une partie le dit.")
    with pytest.raises(TransitionNotAllowed):
        review.close(partnership_id=case.pk, broker=cast.nora, words=words, at=make.NOON)
    assert state(case) == Case.ACTIVE


def test_a_review_closes_without_a_reason_only_when_both_sides_had_their_say(cast):
    case = make.partnership(cast, until=Case.REVIEW)
    parts.write(case, "E", cast.dan, at=make.NOON)
    words = review.ClosingWords(lessons="Tout est fait.")
    with pytest.raises(review.ChecklistIncomplete) as refused:
        review.close(partnership_id=case.pk, broker=cast.nora, words=words, at=make.NOON)
    for missing in ("Comptes : Laboratoires Valfictif", "Leçons : Souffle Imaginaire", "Évaluation croisée"):
        assert missing in refused.value.message.replace("\u00a0", " ")
    assert state(case) == Case.REVIEW


def test_the_page_costs_the_same_for_more_payments(cast, enter, django_assert_num_queries):
    case = make.partnership(cast, until=Case.REVIEW, at=make.ago(days=1))
    browser = enter(cast.nora)
    browser.get(address(case))
    with CaptureQueriesContext(connection) as one:
        browser.get(address(case))
    payment = case.payments.order_by("pk")[0]
    for number in range(5):
        payment.pk, payment.label = None, f"Versement {number}"
        payment.save()
    with django_assert_num_queries(len(one)):
        browser.get(address(case))
