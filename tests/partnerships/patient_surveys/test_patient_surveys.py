"""Three questions by link and QR code: no name, no cookie, no trace of who answered, counts from ten on."""

from __future__ import annotations

import io

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from ledger import queries as ledger
from ledger.record import Subject
from partnerships.closing.actions import review
from partnerships.lifecycle import Case
from partnerships.models import PatientSurvey, SurveyCount, SurveyLanguage
from partnerships.patient_surveys import actions
from partnerships.patient_surveys.queries import surveys_of
from partnerships.permissions import NotOfAParty
from tests import make

pytestmark = pytest.mark.django_db
YES = {"useful": "yes", "clear": "partly", "advise": "perhaps"}


@pytest.fixture
def case(cast):
    return make.partnership(cast, until=Case.ACTIVE, at=make.ago(days=2))


def open_one(case, person, *, milestone="J1", language=SurveyLanguage.FRENCH):
    milestone_id = case.milestones.get(code=milestone).pk if milestone else None
    return actions.open_survey(
        partnership_id=case.pk,
        person=person,
        subject="Le carnet de voyage",
        language=language,
        milestone_id=milestone_id,
        at=make.ago(days=1),
    )


def answer(survey, times=1, **choices):
    for _time in range(times):
        actions.count_answer(token=survey.token, choices=YES | choices)


def form_of(survey):
    return reverse("patient_survey", args=[survey.token])


def address(case, name="surveys", *args):
    return reverse(f"partnerships:{name}", args=[case.reference, *args])


def test_whoever_has_the_link_answers_without_account_or_cookie(case, cast):
    survey = open_one(case, cast.ada)
    browser = Client(enforce_csrf_checks=True)
    page = browser.get(form_of(survey))
    assert "Le carnet de voyage" in page.text
    assert "Ce travail vous est-il utile" in page.text
    sent = browser.post(form_of(survey), YES)
    assert sent.status_code == 303
    assert "Merci." in browser.get(sent.url).text
    assert not browser.cookies
    assert SurveyCount.objects.get(survey=survey, question="useful", choice="yes").number == 1


def test_a_missing_choice_is_asked_for_and_the_others_are_kept(case, cast):
    survey = open_one(case, cast.ada)
    refused = Client().post(form_of(survey), {"useful": "no"})
    assert refused.status_code == 422
    assert refused.text.count("checked") == 1
    assert not SurveyCount.objects.exclude(number=0).exists()


def test_the_form_speaks_its_own_language_not_that_of_the_browser(case, cast):
    survey = open_one(case, cast.ada, language=SurveyLanguage.ENGLISH)
    page = Client().get(form_of(survey), headers={"Accept-Language": "fr"})
    assert '<html lang="en">' in page.text
    assert "Is this work useful to you?" in page.text


def test_nothing_of_an_answer_is_stored_but_the_counts(case, cast):
    survey = open_one(case, cast.ada)
    before = row_counts()
    Client().post(form_of(survey), YES, REMOTE_ADDR="203.0.113.7")
    assert row_counts() == before
    with connection.cursor() as cursor:
        cursor.execute("SELECT column_name FROM information_schema.columns WHERE table_name = %s", [COUNTS])
        columns = {row[0] for row in cursor.fetchall()}
    assert columns == {"id", "survey_id", "question", "choice", "number"}


COUNTS = "partnerships_surveycount"


def row_counts():
    """Return the number of rows of each table."""
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        counts = {}
        for table in tables:
            cursor.execute(f'SELECT count(*) FROM "{table}"')
            counts[table] = cursor.fetchone()[0]
    return counts


def test_counts_are_shown_from_ten_answers_on(case, cast, enter):
    survey = open_one(case, cast.ada)
    answer(survey, 9)
    (row,) = surveys_of(case)
    assert (row.is_shown, row.number, list(row.questions)) == (False, 0, [])
    assert "Moins de dix réponses" in enter(cast.nora).get(address(case)).text
    answer(survey, useful="no")
    (row,) = surveys_of(case)
    assert row.number == 10
    assert [(choice.value, choice.number, choice.percent) for choice in row.questions[0].choices] == [
        ("yes", 9, 90),
        ("partly", 0, 0),
        ("no", 1, 10),
        ("unknown", 0, 0),
    ]


def test_they_stand_beside_their_milestone_in_the_follow_up(case, cast, enter):
    answer(open_one(case, cast.ada), 10)
    page = enter(cast.carla).get(address(case, "follow_up")).text
    milestone = page.partition('id="jalon-J1"')[2].partition('id="jalon-')[0]
    assert "Oui, utile : 10" in milestone.replace("\u00a0", " ")


def test_both_sides_and_the_broker_open_one_and_all_are_written_to(case, cast, sent):
    for person in (cast.ada, cast.dan, cast.nora):
        open_one(case, person, milestone="")
    with pytest.raises(NotOfAParty):
        open_one(case, cast.mallory)
    mails = sent(make.ago())
    assert ("survey-opened", "Carla") in mails
    assert ("survey-opened", "Ada") in mails
    kinds = [entry.kind for entry in ledger.entries(subject=Subject("case", case.pk)).order_by("sequence")]
    assert kinds[-3:] == ["survey.open"] * 3


def test_six_at_most_are_open(case, cast):
    for _number in range(6):
        open_one(case, cast.ada)
    with pytest.raises(actions.TooManySurveys):
        open_one(case, cast.ada)


def test_none_before_the_signature(cast):
    case = make.partnership(cast, title="Pas encore signé")
    with pytest.raises(actions.SurveyNotAllowed):
        open_one(case, cast.ada, milestone="")


def test_a_closed_form_takes_no_answer(case, cast):
    survey = open_one(case, cast.ada)
    actions.close_survey(survey_id=survey.pk, person=cast.dan, at=make.ago())
    with pytest.raises(actions.SurveyIsClosed):
        answer(survey)
    assert Client().post(form_of(survey), YES).status_code == 410
    assert Client().get(reverse("patient_survey", args=["inconnu"])).status_code == 404


def test_the_closing_of_the_case_closes_it(cast):
    case = make.partnership(cast, until=Case.REVIEW, at=make.ago(days=2))
    survey = open_one(case, cast.ada, milestone="")
    words = review.ClosingWords(lessons="Prévoir plus tôt.", incomplete_reason="Rien de plus.")
    review.close(partnership_id=case.pk, broker=cast.nora, words=words, at=make.ago())
    assert PatientSurvey.objects.get(pk=survey.pk).closed_at
    with pytest.raises(actions.SurveyIsClosed):
        answer(survey)


def test_a_flood_from_one_address_is_slowed_and_another_address_still_answers(case, cast):
    survey = open_one(case, cast.ada)
    statuses = [Client().post(form_of(survey), YES).status_code for _time in range(7)]
    assert statuses == [303] * 6 + [429]
    limited = Client().post(form_of(survey), YES)
    assert limited.text.count("checked") == 3
    elsewhere = Client().post(form_of(survey), YES, REMOTE_ADDR="198.51.100.9")
    assert elsewhere.status_code == 303


def test_a_flood_from_many_addresses_is_slowed_in_all(case, cast):
    survey = open_one(case, cast.ada)
    statuses = [
        Client().post(form_of(survey), YES, REMOTE_ADDR=f"198.51.100.{number}").status_code
        for number in range(61)
    ]
    assert statuses == [303] * 60 + [429]


def test_the_poster_is_a_pdf_with_its_code_and_its_address(case, cast, enter):
    survey = open_one(case, cast.ada, language=SurveyLanguage.ENGLISH)
    browser = enter(cast.ben)
    poster = browser.get(address(case, "survey_poster", survey.pk))
    assert poster["Content-Type"] == "application/pdf"
    words = " ".join(PdfReader(io.BytesIO(poster.content)).pages[0].extract_text().split())
    assert "Your opinion counts" in words
    assert len(PdfReader(io.BytesIO(poster.content)).pages) == 1
    assert survey.token in words.replace(" ", "")
    code = browser.get(address(case, "survey_qr", survey.pk))
    assert code["Content-Type"] == "image/svg+xml"
    assert b"<svg" in code.content


def test_the_page_opens_and_closes_one(case, cast, enter):
    browser = enter(cast.ada)
    page = address(case, "open_survey")
    assert browser.get(page).status_code == 200
    assert browser.post(page, {"subject": "", "language": "fr", "milestone": ""}).status_code == 422
    typed = {"subject": "Le carnet", "language": "fr", "milestone": case.milestones.get(code="J1").pk}
    assert browser.post(page, typed).status_code == 303
    survey = PatientSurvey.objects.get()
    assert survey.milestone.code == "J1"
    assert form_of(survey) in browser.get(address(case)).text
    assert browser.post(address(case, "close_survey", survey.pk)).status_code == 303
    assert PatientSurvey.objects.get().closed_at


def test_the_number_of_queries_does_not_grow(case, cast, enter, django_assert_max_num_queries):
    open_one(case, cast.ada)
    browser = enter(cast.nora)
    with django_assert_max_num_queries(40) as one:
        browser.get(address(case))
    for _number in range(4):
        open_one(case, cast.ada)
    with django_assert_max_num_queries(len(one)):
        browser.get(address(case))
