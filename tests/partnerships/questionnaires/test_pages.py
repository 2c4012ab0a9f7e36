"""The pages of a questionnaire: answering, sealing, reading what opened, asking and cancelling."""

import pytest

from partnerships.lifecycle import Case
from partnerships.models import Question
from tests import make
from tests.make import ago
from tests.partnerships.questionnaires import answering
from tests.partnerships.questionnaires.answering import address

pytestmark = pytest.mark.django_db

TYPED = {
    "choice-0": "crossed",
    "reason-0": "Une page du site cite un médicament.",
    "choice-1": "respected",
    "choice-2": "respected",
    "seen_number": "0",
}


@pytest.fixture
def case(cast):
    return make.partnership(cast, until=Case.ACTIVE, at=ago(days=1))


def test_a_party_answers_reads_again_and_seals_with_three_presses(case, cast, enter):
    answering.ask(case, cast.nora, at=ago())
    ada = enter(cast.ada)
    page = ada.get(address(case)).text
    assert "Aucun nom de médicament" in page
    sealing = ada.post(address(case), {**TYPED, "review": "1"}, follow=True).text
    assert "Une page du site cite un médicament." in sealing
    ada.post(address(case, "seal_questionnaire"), {"seen": "1"})
    page = ada.get(address(case)).text
    assert "Rouvrir l’enveloppe" in page
    # Before the opening nobody else reads it.
    for other in (cast.carla, cast.nora, cast.oscar):
        assert "cite un médicament" not in enter(other).get(address(case)).text
    carla = enter(cast.carla)
    answers = {f"choice-{number}": "respected" for number in range(3)} | {"seen_number": "0"}
    last = carla.post(address(case), {**answers, "review": "1"}, follow=True).text
    assert "Sceller et ouvrir" in last
    carla.post(address(case, "seal_questionnaire"), {"seen": "1"})
    opened = enter(cast.nora).get(address(case)).text
    assert "Une page du site cite un médicament." in opened
    assert "1 point à revoir ensemble." in opened


def test_a_draft_keeps_what_is_typed_and_says_what_is_missing(case, cast, enter):
    answering.ask(case, cast.nora, at=ago())
    ada = enter(cast.ada)
    ada.post(address(case), {"choice-0": "crossed", "reason-0": "", "seen_number": "0"})
    page = ada.get(address(case, "seal_questionnaire")).text
    assert "L1, R1, R2" in page
    assert "Sceller l’enveloppe</button>" not in " ".join(page.split())
    refused = ada.post(address(case, "seal_questionnaire"), {"seen": "1"}, follow=True).text
    assert "L1, R1, R2" in refused


def test_what_a_colleague_saved_meanwhile_is_not_lost_unseen(case, cast, enter):
    answering.ask(case, cast.nora, at=ago())
    ada, ben = enter(cast.ada), enter(cast.ben)
    ben.post(address(case), TYPED)
    answer = ada.post(address(case), {**TYPED, "reason-0": "Une autre raison."})
    assert answer.status_code == 422
    assert "Une autre raison." in answer.text
    assert 'name="seen_number" value="1"' in answer.text
    assert (
        ada.post(address(case), {**TYPED, "reason-0": "Une autre raison.", "seen_number": "1"}).status_code
        == 303
    )


def test_what_is_posted_after_the_opening_is_refused_in_words(case, cast, enter):
    answering.ask(case, cast.nora, at=ago())
    for person in (cast.ada, cast.carla):
        answering.answer(case, person, answering.limits(), at=ago())
    answer = enter(cast.ada).post(address(case), TYPED, follow=True)
    assert "Aucun questionnaire n’est en cours" in answer.text


def test_the_broker_of_the_case_does_not_read_what_is_said_of_the_broker(case, cast, enter):
    answering.ask(case, cast.nora, Question.BAROMETER, at=ago())
    answering.answer(case, cast.ada, answering.scores(4, Q9=2), at=ago())
    answering.answer(case, cast.carla, answering.scores(5), at=ago())
    lead = enter(cast.nora).get(address(case)).text
    assert "Un autre passeur lit ces réponses à votre place." in lead
    assert "2, plutôt non" not in lead
    assert "2, plutôt non" in enter(cast.oscar).get(address(case)).text
    assert "2, plutôt non" in enter(cast.carla).get(address(case)).text
    url = answering.reverse("partnerships:fingerprints", args=[case.reference, answering.last_round(case).pk])
    assert enter(cast.nora).get(url).status_code == 404
    assert enter(cast.oscar).get(url).status_code == 200


def test_the_barometer_shows_each_index_and_the_gap(case, cast, enter):
    answering.ask(case, cast.nora, Question.BAROMETER, at=ago())
    answering.answer(case, cast.ada, answering.scores(3), at=ago())
    answering.answer(case, cast.carla, answering.scores(5), at=ago())
    page = enter(cast.ada).get(address(case)).text
    assert "50 sur 100" in page
    assert "100 sur 100" in page
    assert "50 points" in page
    assert "Confiance en danger" in page


def test_a_comment_on_the_barometer_is_read_again_sealed_and_opened(case, cast, enter):
    answering.ask(case, cast.nora, Question.BAROMETER, at=ago())
    comment = "Nous avançons,\nmais deux dates ont changé."
    ada = enter(cast.ada)
    typed = {f"choice-{number}": "4" for number in range(10)} | {"comment": comment, "seen_number": "0"}
    sealing = ada.post(address(case), {**typed, "review": "1"}, follow=True).text
    assert "Nous avançons,<br>mais deux dates ont changé." in sealing
    assert comment in ada.get(address(case)).text
    ada.post(address(case, "seal_questionnaire"), {"seen": "1"})
    assert "mais deux dates ont changé." in ada.get(address(case)).text
    for other in (cast.carla, cast.nora, cast.oscar):
        assert "mais deux dates" not in enter(other).get(address(case)).text
    answering.answer(case, cast.carla, answering.scores(4), at=ago())
    for reader in (cast.ada, cast.carla, cast.nora, cast.oscar):
        opened = enter(reader).get(address(case)).text
        assert opened.count("mais deux dates ont changé.") == 1


def test_only_a_barometer_asks_for_a_comment(case, cast, enter):
    answering.ask(case, cast.nora, at=ago())
    assert 'name="comment"' not in enter(cast.ada).get(address(case)).text


def test_an_evaluation_says_how_many_expectations_are_not_obtained(cast, enter):
    case = make.partnership(cast, until=Case.REVIEW, at=ago(days=1))
    answering.ask(case, cast.nora, Question.EVALUATION, at=ago())
    codes = [item["code"] for item in answering.last_round(case).items]
    best = {code: {"choice": "met"} for code in codes}
    answering.answer(case, cast.ada, best | {codes[0]: {"choice": "partly", "reason": "Un peu."}}, at=ago())
    answering.answer(case, cast.carla, best, at=ago())
    page = " ".join(enter(cast.nora).get(address(case)).text.split())
    assert f"1 attente sur {len(codes)} n’est pas obtenue en entier" in page
    assert "à revoir ensemble" not in page


def test_a_broker_asks_and_cancels_with_a_reason(case, cast, enter):
    nora = enter(cast.nora)
    asked = {"question": "limits", "days": "5", "rule": "all", "words": ""}
    assert nora.post(address(case, "ask_questionnaire"), {**asked, "days": "99"}).status_code == 422
    assert nora.post(address(case, "ask_questionnaire"), asked).status_code == 303
    assert "Les parties répondent déjà" in nora.get(address(case, "ask_questionnaire")).text
    assert nora.post(address(case, "cancel_questionnaire"), {"reason": ""}).status_code == 422
    nora.post(address(case, "cancel_questionnaire"), {"reason": "Posée trop tôt."})
    assert "Posée trop tôt." in enter(cast.ada).get(address(case)).text


def test_a_case_that_is_not_signed_has_no_questionnaire_and_says_when(cast, enter):
    case = make.partnership(cast, at=ago(days=1))
    assert "Aucun point d’étape pour l’instant" in enter(cast.ada).get(address(case)).text
    assert "Rien à demander pour l’instant" in enter(cast.nora).get(address(case, "ask_questionnaire")).text
