"""The part of each party, its accounts, and the report that is printed once and never changes."""

from __future__ import annotations

import io

import pikepdf
import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from pypdf import PdfReader

from ledger import queries as ledger
from ledger.record import Subject
from outbox.models import Message
from partnerships.case.next_step import Step
from partnerships.case.status import statuses_of
from partnerships.closing.actions import reports, review
from partnerships.closing.report_text import report_from_json
from partnerships.lifecycle import Case
from partnerships.models import ClosingRecord, ClosingReport, Partnership, PartnershipStatus, Question
from partnerships.permissions import BrokerHasNoVoice
from tests import make
from tests.partnerships.closing import parts
from tests.partnerships.questionnaires import answering

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(cast):
    return make.partnership(cast, until=Case.REVIEW, at=make.ago(days=2))


def address(case, name="closing", *args):
    return reverse(f"partnerships:{name}", args=[case.reference, *args])


def awaited(case):
    return [(row["step"], row["unanswered"]) for row in PartnershipStatus.objects.get(pk=case.pk).awaited]


def step_of(case, person):
    case = Partnership.objects.get(pk=case.pk)
    return statuses_of([case], make.ago(), user=person)[case.pk].next_step.step


def close(case, cast, **words):
    at = make.ago()
    words = {"lessons": "Prévoir plus tôt.", "incomplete_reason": "Une partie a fermé.", **words}
    return review.close(partnership_id=case.pk, broker=cast.nora, words=review.ClosingWords(**words), at=at)


def test_each_party_writes_its_part_and_the_other_confirms_its_accounts(case, cast):
    at = make.ago(days=1)
    assert (Step.WRITE_PART, ["E"]) in awaited(case)
    part = parts.write(case, "E", cast.dan, spent=1_250_00, at=at)
    assert [line["spent_minor"] for line in part.lines] == [1_250_00] * len(part.lines)
    assert part.lines
    assert (Step.WRITE_PART, ["E"]) not in awaited(case)
    assert (Step.CONFIRM_ACCOUNTS, ["A"]) in awaited(case)
    with pytest.raises(review.AccountsOfOwnParty):
        parts.confirm(case, "E", cast.carla, at=at)
    parts.confirm(case, "E", cast.ben, is_confirmed=False, at=at)
    assert (Step.WRITE_PART, ["E"]) in awaited(case)
    assert step_of(case, cast.ben) == Step.WRITE_PART
    again = parts.write(case, "E", cast.dan, spent=1_250_00, at=at)
    # A contest is answered by new accounts, were they the same.
    assert again.accounts_number == again.number == 2
    parts.confirm(case, "E", cast.ben, at=at)
    with pytest.raises(review.AccountsAlreadyAnswered):
        parts.confirm(case, "E", cast.ada, at=at)
    assert parts.row_of(case, "E").is_confirmed


def test_new_lessons_leave_confirmed_accounts_confirmed(case, cast):
    at = make.ago(days=1)
    parts.write(case, "E", cast.dan, spent=100, at=at)
    parts.confirm(case, "E", cast.ben, at=at)
    parts.write(case, "E", cast.carla, spent=100, at=at)
    assert parts.row_of(case, "E").is_confirmed
    parts.write(case, "E", cast.carla, spent=200, at=at)
    assert not parts.row_of(case, "E").is_confirmed


def test_no_colleague_overwrites_unseen_words_and_no_broker_writes_for_a_party(case, cast):
    at = make.ago(days=1)
    parts.write(case, "A", cast.ben, at=at)
    with pytest.raises(review.ClosingPartHasChanged):
        parts.write(case, "A", cast.ada, seen=0, at=at)
    with pytest.raises(review.PartOfAnotherParty):
        parts.write(case, "E", cast.ada, at=at)
    with pytest.raises(BrokerHasNoVoice):
        parts.write(case, "A", cast.nora, at=at)


def test_the_part_is_written_in_the_page_and_kept_when_refused(case, cast, enter):
    browser = enter(cast.dan)
    page = address(case, "closing_part", parts.party_of(case, "E").pk)
    assert "Budget signé" in browser.get(page).text
    typed = {"seen_number": 0, "lesson": "Écouter plus tôt.", "data_state": "done", "logo_state": "not_yet"}
    lines = len(parts.row_of(case, "E").budget)
    refused = browser.post(page, typed)
    assert refused.status_code == 422
    assert "Écouter plus tôt." in refused.text
    spent = {f"spent-{number}": "1 200,50" for number in range(lines)}
    assert browser.post(page, typed | spent).status_code == 303
    assert parts.row_of(case, "E").part.lines[0]["spent_minor"] == 1_200_50
    listed = enter(cast.nora).get(address(case)).text
    assert "pas encore fait" in listed


def test_the_checklist_says_what_is_missing_and_who_must_act(case, cast, enter):
    page = enter(cast.nora).get(address(case)).text
    for words in ("Comptes", "Données rendues ou supprimées", "Noms et logos retirés", "Leçons"):
        assert words in page
    assert "Souffle" in page or case.parties.get(code="A").organisation.name in page


def test_closing_keeps_a_record_from_which_one_report_is_printed_and_mailed(case, cast, enter):
    at = make.ago(days=1)
    answering.ask(case, cast.nora, Question.EVALUATION, at=at)
    choices = {code: {"choice": "partly", "reason": "Deux mois de retard."} for code in ("AA1", "AE1", "AE2")}
    for person in (cast.ada, cast.carla):
        answering.answer(case, person, choices, at=at)
    parts.write(case, "E", cast.dan, spent=1_250_00, at=at)
    record = close(case, cast, outcome="104 carnets recueillis.")
    text = report_from_json(bytes(record.canonical_json))
    assert {result.choice for row in text.expectations for result in row.results} == {"partly"}
    assert [row.code for row in text.milestones] == ["J1", "J2", "J3"]
    assert text.words.missing
    assert text.words.incomplete_reason == "Une partie a fermé."
    assert reports.unwritten() == [case.pk]
    report = reports.write_report(partnership_id=case.pk, at=make.ago())
    assert reports.unwritten() == []
    assert reports.write_report(partnership_id=case.pk, at=make.ago()) is None
    words = "".join(page.extract_text() for page in PdfReader(io.BytesIO(bytes(report.pdf))).pages)
    for expected in ("Rapport de clôture", "104 carnets recueillis.", "Deux mois de retard.", "en partie"):
        assert expected in " ".join(words.split())
    answer = enter(cast.ben).get(address(case, "closing_report"))
    assert answer.content == bytes(report.pdf)
    kinds = [entry.kind for entry in ledger.entries(subject=Subject("case", case.pk)).order_by("sequence")]
    assert kinds[-2:] == ["case.close", "closing.report"]


def test_the_report_is_mailed_to_all_with_the_file(case, cast, sent, mailoutbox):
    close(case, cast)
    report = reports.write_report(partnership_id=case.pk, at=make.ago())
    mails = sent(make.ago())
    people = {who for kind, who in mails if kind == "closing-report"}
    assert people == {"Ada", "Ben", "Carla", "Dan", "Nora"}
    files = [bytes(part.content) for mail in mailoutbox for part in mail.attachments]
    assert files.count(bytes(report.pdf)) == len(people)


def test_the_report_is_a_tagged_pdf_a_with_its_own_content_attached(case, cast):
    record = close(case, cast)
    report = reports.write_report(partnership_id=case.pk, at=make.ago())
    with pikepdf.open(io.BytesIO(bytes(report.pdf))) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang).startswith("fr")
        metadata = pdf.open_metadata()
        assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("3", "A")
        attached = pdf.attachments["rapport.json"].get_file().read_bytes()
    assert attached == bytes(record.canonical_json)


def test_the_report_has_the_same_bytes_for_the_same_record(case, cast):
    close(case, cast)
    report = reports.write_report(partnership_id=case.pk, at=make.ago())
    record = ClosingRecord.objects.get(pk=case.pk)
    printed = reports.compose(report_from_json(bytes(record.canonical_json)), record.fingerprint)
    assert reports.printing.pdf_of(printed) == bytes(report.pdf)


@pytest.mark.parametrize("table", ["closingreport", "closingrecord", "closingpart", "accountanswer"])
@pytest.mark.parametrize("words", ["UPDATE partnerships_{} SET {} = {}", "DELETE FROM partnerships_{}"])
def test_nothing_of_it_changes_afterwards_not_even_by_sql(case, cast, table, words):
    at = make.ago(days=1)
    parts.write(case, "E", cast.dan, at=at)
    parts.confirm(case, "E", cast.ben, at=at)
    close(case, cast)
    reports.write_report(partnership_id=case.pk, at=make.ago())
    column = {
        "closingreport": "sha256",
        "closingrecord": "outcome",
        "closingpart": "lesson",
        "accountanswer": "reason",
    }[table]
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(words.format(table, column, column))
    assert ClosingReport.objects.count() == 1


def test_the_result_is_looked_at_again_on_its_day(case, cast):
    today = make.ago().date()
    with pytest.raises(review.ReviewDayIsPast):
        close(case, cast, outcome="Un guide.", review_on=today)
    later = today.replace(year=today.year + 1)
    close(case, cast, outcome="Un guide.", review_on=later)
    message = Message.objects.get(kind="outcome-review")
    assert message.due_at.date() == later


def test_a_closed_case_takes_no_more_parts(case, cast):
    close(case, cast)
    with pytest.raises(review.CaseIsNotInReview):
        parts.write(case, "A", cast.ben, at=make.ago())
