"""A party leaves before the end: with notice, with words all agree to, and with what becomes of the money."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from outbox.models import Delivery
from outbox.sending import delivery
from partnerships.case.next_step import Step
from partnerships.closing.actions import early_exit, review
from partnerships.lifecycle import Case
from partnerships.models import EarlyExit, Partnership, PartnershipStatus
from partnerships.permissions import NotABroker
from tests import make
from tests.make import NOON

pytestmark = pytest.mark.django_db
TERMS = early_exit.ExitTerms(wording="L’action s’arrête d’un commun accord.", money="4 000 € sont rendus.")


@pytest.fixture
def case(cast):
    return make.partnership(cast, until=Case.ACTIVE)


def ask(case, person, *, days=90, at=NOON):
    return early_exit.ask_early_exit(
        partnership_id=case.pk,
        person=person,
        reason="Le bureau de l’association change.",
        leaves_on=at.date() + timedelta(days=days),
        terms=TERMS,
        at=at,
    )


def answer(row, person, *, is_agreed=True, number=1, at=NOON):
    return early_exit.answer_early_exit(
        exit_id=row.pk,
        speaker=person,
        seen_number=number,
        is_agreed=is_agreed,
        reason="" if is_agreed else "Le montant rendu est faux.",
        at=at,
    )


def awaited(case):
    return [(row["step"], row["unanswered"]) for row in PartnershipStatus.objects.get(pk=case.pk).awaited]


def start_review(case, cast, at):
    review.start_review(partnership_id=case.pk, broker=cast.nora, at=at)
    return Partnership.objects.get(pk=case.pk).state


def test_terms_are_agreed_by_all_after_a_refusal(case, cast):
    row = ask(case, cast.ada)
    assert (Step.AGREE_EXIT, ["E"]) in awaited(case)
    answer(row, cast.carla, is_agreed=False)
    assert (Step.REWORD_EXIT, []) in awaited(case)
    with pytest.raises(NotABroker):
        early_exit.rewrite_terms(exit_id=row.pk, broker=cast.ada, terms=TERMS, at=NOON)
    early_exit.rewrite_terms(exit_id=row.pk, broker=cast.nora, terms=TERMS, at=NOON)
    assert (Step.AGREE_EXIT, ["A", "E"]) in awaited(case)
    with pytest.raises(early_exit.ExitTermsHaveChanged):
        answer(row, cast.carla, number=1)
    answer(row, cast.carla, number=2)
    answer(row, cast.ada, number=2)
    assert EarlyExit.objects.get(pk=row.pk).agreed_at == NOON
    assert not [step for step, _codes in awaited(case) if "exit" in step]


def test_the_party_that_asks_does_not_answer_itself_and_asks_once(case, cast):
    row = ask(case, cast.ada)
    with pytest.raises(early_exit.ExitTermsAlreadyAnswered):
        answer(row, cast.ben)
    with pytest.raises(early_exit.EarlyExitAlreadyAsked):
        ask(case, cast.carla)
    with pytest.raises(early_exit.ExitDayIsPast):
        ask(make.partnership(cast, until=Case.ACTIVE, title="Autre"), cast.ada, days=0)


def test_with_notice_the_exit_opens_the_review_without_anybodys_agreement(case, cast):
    row = ask(case, cast.ada, days=60)
    with pytest.raises(review.MilestonesAreOpen):
        start_review(case, cast, NOON + timedelta(days=59))
    assert start_review(case, cast, NOON + timedelta(days=60)) == Case.REVIEW
    assert row.agreed_at is None


def test_without_notice_it_needs_the_agreement_of_all(case, cast):
    row = ask(case, cast.ada, days=10)
    with pytest.raises(review.MilestonesAreOpen):
        start_review(case, cast, NOON + timedelta(days=10))
    answer(row, cast.carla, at=NOON + timedelta(days=2))
    assert start_review(case, cast, NOON + timedelta(days=10)) == Case.REVIEW


def test_an_exit_given_up_opens_nothing(case, cast):
    row = ask(case, cast.ada, days=60)
    with pytest.raises(early_exit.ExitOfAnotherParty):
        early_exit.withdraw_early_exit(exit_id=row.pk, person=cast.carla, at=NOON)
    early_exit.withdraw_early_exit(exit_id=row.pk, person=cast.ben, at=NOON)
    with pytest.raises(review.MilestonesAreOpen):
        start_review(case, cast, NOON + timedelta(days=60))
    with pytest.raises(early_exit.EarlyExitIsOver):
        answer(row, cast.carla)


def test_everybody_is_written_to_and_the_broker_on_the_day(case, cast):
    row = ask(case, cast.ada, days=60)
    delivery.deliver_due(at=NOON)
    asked = Delivery.objects.filter(message__kind="exit-asked")
    assert {each.user.pk for each in asked} == {cast.carla.pk, cast.dan.pk, cast.nora.pk}
    answer(row, cast.carla)
    delivery.deliver_due(at=NOON + timedelta(days=61))
    reached = Delivery.objects.filter(message__kind="exit-reached")
    assert {each.user.pk for each in reached} == {cast.nora.pk}


def test_the_pages_ask_answer_and_rewrite(cast, enter):
    case = make.partnership(cast, until=Case.ACTIVE, at=make.ago(days=1))
    browser = enter(cast.ada)
    page = reverse("partnerships:ask_early_exit", args=[case.reference])
    assert browser.get(page).status_code == 200
    typed = {"leaves_on": "2027-06-01", "reason": "Le bureau change.", "wording": "", "money": "Rien."}
    refused = browser.post(page, typed)
    assert refused.status_code == 422
    assert "Le bureau change." in refused.text
    sent = browser.post(page, typed | {"wording": "L’action s’arrête."})
    assert sent.status_code == 303
    shown = enter(cast.carla)
    assert "L’action s’arrête." in shown.get(sent.url).text
    bare = shown.post(sent.url, {"seen_number": 1, "answer": "no", "reason": ""})
    assert bare.status_code == 422
    said = shown.post(sent.url, {"seen_number": 1, "answer": "no", "reason": "Le montant manque."})
    assert said.status_code == 303
    broker = enter(cast.nora)
    terms = reverse("partnerships:rewrite_exit_terms", args=[case.reference, 1])
    assert broker.post(terms, {"wording": "Arrêt convenu.", "money": "4 000 €."}).status_code == 303
    assert "Arrêt convenu." in broker.get(sent.url).text
