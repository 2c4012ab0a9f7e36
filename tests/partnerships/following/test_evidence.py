"""What a party declares done is confirmed or contested by the others; silence accepts; the broker settles a contest."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.html import strip_tags

from ledger import queries as ledger
from ledger.record import Subject
from outbox.models import Delivery, Message
from partnerships import reminders, tasks
from partnerships.case.next_step import Step
from partnerships.case.status import statuses_of
from partnerships.closing.actions import review as closing
from partnerships.following.actions import evidence as actions
from partnerships.lifecycle import Case
from partnerships.models import Evidence, Outcome, Settlement, SharedFile
from partnerships.permissions import BrokerHasNoVoice, NotABroker
from tests import amendments, files, make
from tests.amendments import with_milestones
from tests.make import NOON

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
REASON = "La synthèse de 4 pages manque."


@pytest.fixture
def case(cast):
    return make.partnership(cast, until=Case.ACTIVE)


@pytest.fixture
def given(case, cast):
    return make.complete(case, "J1", cast.ben, at=NOON)


def commitment(case, code="EA1"):
    return case.commitments.get(code=code)


def kept(case, cast, *, at=NOON):
    return actions.complete_commitment(
        commitment_id=commitment(case).pk,
        partnership_id=case.pk,
        speaker=cast.ben,
        evidence=make.EVIDENCE,
        at=at,
    )


def contested(evidence, cast, *, at=NOON + DAY):
    return actions.contest(evidence_id=evidence.pk, speaker=cast.carla, reason=REASON, at=at)


def last_entry(case):
    return ledger.entries(subject=Subject("case", case.pk)).order_by("-sequence")[0]


def step_of(case, user, at=NOON + DAY):
    return statuses_of([case], at, user=user)[case.pk].next_step


class TestTheAnswer:
    def test_is_asked_of_the_other_party_for_seven_whole_days(self, case, given, cast):
        paris = given.answer_until.astimezone(reminders.EVENING.tzinfo)
        assert (paris.date(), paris.hour) == ((NOON + 7 * DAY).date(), 18)
        step = step_of(case, cast.carla)
        assert (step.step, step.parties, step.deadline) == (Step.CONFIRM_DONE, ("E",), given.answer_until)

    def test_given_on_a_weekend_ends_on_a_working_day(self, case, cast):
        saturday = datetime(2026, 3, 7, 20, tzinfo=UTC)
        given = make.complete(case, "J1", cast.ben, at=saturday)
        assert given.answer_until.date() == datetime(2026, 3, 16, tzinfo=UTC).date()
        assert given.answer_until - given.given_at >= 7 * DAY

    def test_that_confirms_settles_it(self, case, given, cast):
        actions.confirm(evidence_id=given.pk, speaker=cast.dan, at=NOON + DAY)
        assert Settlement.objects.get(evidence=given).outcome == Outcome.CONFIRMED
        assert last_entry(case).kind == "evidence.confirm"
        assert step_of(case, cast.carla).step == Step.DELIVER

    def test_that_contests_is_the_brokers_to_settle(self, case, given, cast):
        contested(given, cast)
        assert last_entry(case).facts["reason"] == REASON
        assert step_of(case, cast.nora).step == Step.SETTLE
        assert not Settlement.objects.exists()

    def test_is_given_once(self, given, cast):
        actions.confirm(evidence_id=given.pk, speaker=cast.dan, at=NOON + DAY)
        with pytest.raises(actions.EvidenceIsSettled):
            actions.confirm(evidence_id=given.pk, speaker=cast.carla, at=NOON + DAY)

    def test_comes_after_no_contest(self, given, cast):
        contested(given, cast)
        with pytest.raises(actions.EvidenceAlreadyAnswered):
            actions.confirm(evidence_id=given.pk, speaker=cast.dan, at=NOON + DAY)

    def test_is_not_that_of_the_party_that_gave_it(self, given, cast):
        with pytest.raises(actions.EvidenceOfOwnParty):
            actions.confirm(evidence_id=given.pk, speaker=cast.ada, at=NOON + DAY)

    def test_is_never_the_brokers(self, given, cast):
        with pytest.raises(BrokerHasNoVoice):
            actions.confirm(evidence_id=given.pk, speaker=cast.nora, at=NOON + DAY)

    def test_late_counts_until_silence_is_recorded(self, given, cast):
        actions.confirm(evidence_id=given.pk, speaker=cast.dan, at=given.answer_until + DAY)
        assert Settlement.objects.get(evidence=given).outcome == Outcome.CONFIRMED


class TestSilence:
    def test_accepts_and_names_who_was_silent(self, case, given):
        assert actions.accept_silence(evidence_id=given.pk, at=given.answer_until)
        settlement = Settlement.objects.get(evidence=given)
        assert (settlement.outcome, settlement.silent) == (Outcome.SILENCE, ["E"])
        entry = last_entry(case)
        assert (entry.kind, entry.actor_id, entry.facts["parties_silent"]) == (
            "evidence.silence",
            None,
            ["E"],
        )

    def test_accepts_nothing_before_the_deadline(self, given):
        before = given.answer_until - timedelta(seconds=1)
        assert actions.unanswered(before) == []
        assert not actions.accept_silence(evidence_id=given.pk, at=before)

    def test_accepts_nothing_that_is_contested(self, given, cast):
        contested(given, cast)
        assert actions.unanswered(given.answer_until) == []
        assert not actions.accept_silence(evidence_id=given.pk, at=given.answer_until)

    def test_accepts_once(self, given):
        assert actions.accept_silence(evidence_id=given.pk, at=given.answer_until)
        assert not actions.accept_silence(evidence_id=given.pk, at=given.answer_until + DAY)

    def test_is_accepted_by_the_periodic_task(self, cast):
        case = make.partnership(cast, until=Case.ACTIVE, at=make.ago(days=20))
        late = make.complete(case, "J1", cast.ben, at=make.ago(days=12))
        recent = make.complete(case, "J3", cast.ada, at=make.ago(days=3))
        tasks.accept_unanswered_evidence.apply()
        tasks.accept_evidence.apply([late.pk])
        assert list(Settlement.objects.values_list("evidence", flat=True)) == [late.pk]
        assert recent.pk not in actions.unanswered(make.ago(days=0))


class TestTheBroker:
    def test_accepts_with_a_reason(self, case, given, cast):
        contested(given, cast)
        actions.settle(
            evidence_id=given.pk, broker=cast.nora, is_accepted=True, reason="Lu.", at=NOON + 2 * DAY
        )
        case_row = case.milestones.get(code="J1")
        assert Settlement.objects.get(evidence=given).outcome == Outcome.ACCEPTED
        assert case_row.completed_at == NOON

    def test_opens_it_again_with_its_reminders(self, case, given, cast):
        contested(given, cast)
        planned = Message.objects.waiting().filter(
            kind="milestone-reminder", facts__milestone=given.milestone_id
        )
        assert not planned.exists()
        actions.settle(
            evidence_id=given.pk, broker=cast.nora, is_accepted=False, reason="Non.", at=NOON + 2 * DAY
        )
        assert case.milestones.get(code="J1").completed_at is None
        assert planned.exists()
        again = make.complete(case, "J1", cast.ben, at=NOON + 3 * DAY)
        actions.confirm(evidence_id=again.pk, speaker=cast.dan, at=NOON + 3 * DAY)
        assert case.milestones.get(code="J1").completed_at == NOON + 3 * DAY

    def test_opens_it_again_as_the_text_in_force_has_it(self, case, cast):
        given = make.complete(case, "J3", cast.ada, at=NOON)
        contested(given, cast)
        amendments.amend(case, cast, with_milestones(drop="J3"), at=NOON + 2 * DAY)
        assert case.milestones.get(code="J3").completed_at == NOON
        actions.settle(
            evidence_id=given.pk, broker=cast.nora, is_accepted=False, reason="Non.", at=NOON + 3 * DAY
        )
        row = case.milestones.get(code="J3")
        assert (row.completed_at, row.cancelled_at) == (None, NOON + 3 * DAY)

    def test_settles_nothing_that_nobody_contests(self, given, cast):
        with pytest.raises(actions.EvidenceIsNotContested):
            actions.settle(evidence_id=given.pk, broker=cast.nora, is_accepted=True, reason="Lu.", at=NOON)

    def test_alone_settles(self, given, cast):
        contested(given, cast)
        with pytest.raises(NotABroker):
            actions.settle(evidence_id=given.pk, broker=cast.ada, is_accepted=True, reason="Lu.", at=NOON)


class TestACommitment:
    def test_is_declared_kept_and_confirmed(self, case, cast):
        given = kept(case, cast)
        assert commitment(case).completed_at == NOON
        assert step_of(case, cast.dan).awaited.code == "EA1"
        actions.confirm(evidence_id=given.pk, speaker=cast.dan, at=NOON)
        assert last_entry(case).facts["code"] == "EA1"

    def test_of_another_party_is_out_of_reach(self, case, cast):
        with pytest.raises(actions.OfAnotherParty):
            actions.complete_commitment(
                commitment_id=commitment(case).pk,
                partnership_id=case.pk,
                speaker=cast.dan,
                evidence=make.EVIDENCE,
                at=NOON,
            )

    def test_that_was_opened_again_is_declared_kept_again(self, case, cast):
        given = kept(case, cast)
        contested(given, cast)
        actions.settle(
            evidence_id=given.pk, broker=cast.nora, is_accepted=False, reason="Non.", at=NOON + DAY
        )
        assert commitment(case).completed_at is None
        assert kept(case, cast, at=NOON + 2 * DAY).pk != given.pk


class TestTheMails:
    @pytest.fixture
    def case(self, people, sent):
        case = make.partnership(people, until=Case.ACTIVE, at=NOON - DAY)
        sent(NOON - DAY)
        Message.objects.filter(kind="payment-reminder").update(cancelled_at=NOON - DAY)
        return case

    @pytest.fixture
    def given(self, case, people):
        return make.complete(case, "J1", people.ben, at=NOON)

    def test_ask_the_other_party_and_tell_the_broker(self, case, given, sent):
        mails = sent(NOON)
        assert set(mails) == {("milestone-completed", name) for name in ("Carla", "Dan", "Nora")}
        dan, nora = mails["milestone-completed", "Dan"], mails["milestone-completed", "Nora"]
        assert dan.subject.startswith("Confirmez ou contestez")
        assert reverse("partnerships:answer_evidence", args=[case.reference, given.pk]) in dan.text
        assert "Vous recevrez leur réponse" in nora.text

    def test_remind_only_who_has_not_answered(self, given, sent):
        sent(NOON)
        reminded = [
            name
            for hours in range(6, 24 * 7, 6)
            for kind, name in sent(given.given_at + timedelta(hours=hours))
            if kind == "evidence-reminder"
        ]
        assert sorted(reminded) == ["Carla", "Dan"]

    def test_remind_nobody_of_what_is_answered(self, given, people, sent):
        sent(NOON)
        actions.confirm(evidence_id=given.pk, speaker=people.dan, at=NOON + DAY)
        for hours in range(0, 24 * 8, 6):
            assert not [
                kind
                for kind, _name in sent(NOON + DAY + timedelta(hours=hours))
                if kind == "evidence-reminder"
            ]

    def test_tell_all_who_was_silent(self, case, given, people, sent):
        sent(NOON)
        actions.accept_silence(evidence_id=given.pk, at=given.answer_until)
        mails = {key: mail for key, mail in sent(given.answer_until).items() if key[0] == "evidence-settled"}
        assert {name for _kind, name in mails} == {"Ada", "Ben", "Carla", "Dan", "Nora"}
        words = f"N’ont pas répondu\u00a0: {people.company.name}"
        assert all(words in mail.text for mail in mails.values())

    def test_say_which_payment_becomes_due(self, given, people, sent):
        sent(NOON)
        actions.confirm(evidence_id=given.pk, speaker=people.dan, at=NOON + DAY)
        mails = {key: mail for key, mail in sent(NOON + DAY).items() if key[0] == "evidence-settled"}
        assert all(
            "Versement dû\u00a0: Après l’enquête, 15\u202f000\u202f€." in mail.text for mail in mails.values()
        )
        assert mails

    def test_tell_a_contest_to_the_broker_and_to_who_gave_the_evidence(self, case, given, people, sent):
        contested(given, people, at=NOON)
        mails = sent(NOON)
        assert set(mails) == {("evidence-contested", name) for name in ("Ada", "Ben", "Nora")}
        page = reverse("partnerships:settle_evidence", args=[case.reference, given.pk])
        assert page in mails["evidence-contested", "Nora"].text
        assert all(REASON in mail.text for mail in mails.values())

    def test_tell_the_decision_and_its_reason_to_all_parties(self, given, people, sent):
        contested(given, people, at=NOON)
        sent(NOON)
        actions.settle(
            evidence_id=given.pk,
            broker=people.nora,
            is_accepted=False,
            reason="Il manque 40 réponses.",
            at=NOON + DAY,
        )
        mails = {key: mail for key, mail in sent(NOON + DAY).items() if key[0] == "evidence-settled"}
        assert {name for _kind, name in mails} == {"Ada", "Ben", "Carla", "Dan"}
        assert all("Il manque 40 réponses." in mail.text for mail in mails.values())
        assert not Delivery.objects.exclude(last_error="").exists()


class TestThePages:
    """At the real clock, which pages read."""

    @pytest.fixture
    def case(self, cast):
        return make.partnership(cast, until=Case.ACTIVE, at=make.ago(days=3))

    @pytest.fixture
    def given(self, case, cast):
        return make.complete(case, "J1", cast.ben, at=make.ago(days=1))

    def address(self, case, name="follow_up", *args):
        return reverse(f"partnerships:{name}", args=[case.reference, *args])

    def read(self, browser, *address):
        return " ".join(strip_tags(browser.get(self.address(*address)).content.decode()).split())

    def test_a_file_a_number_and_a_link_are_given_and_read_by_all(self, case, cast, enter):
        milestone = case.milestones.get(code="J1")
        page = self.address(case, "evidence", milestone.pk)
        typed = {
            "text": "274 réponses.",
            "number": "274,5",
            "link": "",
            "file": SimpleUploadedFile("preuve.pdf", files.pdf()),
        }
        assert enter(cast.ben).post(page, typed).status_code == 303
        evidence = Evidence.objects.get()
        assert evidence.number == Decimal("274.5")
        stored = SharedFile.objects.get()
        for reader in (cast.ada, cast.dan, cast.nora):
            answer = enter(reader).get(self.address(case, "case_file", stored.pk))
            assert hashlib.sha256(answer.content).hexdigest() == stored.sha256
            assert answer["Content-Disposition"] == 'attachment; filename="preuve.pdf"'
        assert enter(cast.mallory).get(self.address(case, "case_file", stored.pk)).status_code == 404
        shown = self.read(enter(cast.dan), case)
        assert "Résultat chiffré : 274,50" in shown
        assert "preuve.pdf" in shown

    def test_a_file_waits_while_the_text_is_corrected(self, case, cast, enter):
        page = self.address(case, "evidence", case.milestones.get(code="J1").pk)
        browser = enter(cast.ben)
        refused = browser.post(page, {"text": "", "file": SimpleUploadedFile("preuve.pdf", files.pdf())})
        assert refused.status_code == 422
        assert "Fichier déjà reçu" in refused.content.decode()
        assert browser.post(page, {"text": "274 réponses."}).status_code == 303
        assert SharedFile.objects.get().name == "preuve.pdf"

    def test_a_program_is_refused_and_the_text_kept(self, case, cast, enter):
        page = self.address(case, "evidence", case.milestones.get(code="J1").pk)
        program = SimpleUploadedFile("preuve.pdf", b"MZ program")
        refused = enter(cast.ben).post(page, {"text": "274 réponses.", "file": program})
        assert refused.status_code == 422
        assert "274 réponses." in refused.content.decode()
        assert not Evidence.objects.exists()

    def test_what_is_declared_done_is_not_shown_as_done(self, case, given, cast, enter):
        shown = self.read(enter(cast.ben), case)
        assert "Déclaré fait, à confirmer" in shown
        assert "0 fait sur 3" in shown
        assert cast.company.name in shown.partition("Réponse attendue jusqu’au")[2]

    def test_the_other_party_answers_on_its_page(self, case, given, cast, enter):
        page = self.address(case, "answer_evidence", given.pk)
        browser = enter(cast.dan)
        assert page in browser.get(self.address(case)).content.decode()
        empty = browser.post(page, {"answer": "contest", "reason": " "})
        assert empty.status_code == 422
        assert "Écrivez pourquoi vous contestez" in empty.content.decode()
        both = browser.post(page, {"answer": "confirm", "reason": "Mais."})
        assert both.status_code == 422
        assert "Mais." in both.content.decode()
        assert browser.post(page, {"answer": "contest", "reason": REASON}).status_code == 303
        assert REASON in self.read(browser, case)
        assert "Contesté" in self.read(browser, case)

    def test_the_party_that_gave_it_reads_who_answers(self, case, given, cast, enter):
        page = self.address(case, "answer_evidence", given.pk)
        browser = enter(cast.ben)
        assert "Envoyer la réponse" not in browser.get(page).content.decode()
        refused = browser.post(page, {"answer": "confirm"})
        assert refused.status_code == 422
        assert "ce sont les autres parties qui y répondent" in refused.content.decode()

    def test_the_broker_settles_on_its_page(self, case, given, cast, enter):
        contested(given, cast, at=make.ago(days=0))
        browser = enter(cast.nora)
        page = self.address(case, "settle_evidence", given.pk)
        assert page in browser.get(self.address(case)).content.decode()
        assert browser.post(page, {"decision": "reopen"}).status_code == 422
        assert (
            browser.post(page, {"decision": "reopen", "reason": "Il manque 40 réponses."}).status_code == 303
        )
        assert "Il manque 40 réponses." in self.read(enter(cast.ada), case)

    def test_every_task_is_on_the_home_of_who_does_it(self, case, given, cast, enter):
        company = enter(cast.dan).get(reverse("companies:home")).content.decode()
        assert self.address(case, "answer_evidence", given.pk) in company
        waiting = " ".join(
            strip_tags(enter(cast.ben).get(reverse("associations:home")).content.decode()).split()
        )
        assert "Confirmer ou contester ce qui est déclaré fait, J1" in waiting
        contested(given, cast, at=make.ago(days=0))
        board = " ".join(
            strip_tags(enter(cast.nora).get(reverse("broker:pipeline")).content.decode()).split()
        )
        assert "trancher une contestation, J1" in board
        assert (
            self.address(case, "answer_evidence", given.pk)
            not in enter(cast.dan).get(reverse("companies:home")).content.decode()
        )

    def test_each_reader_of_two_tasks_reads_their_own(self, case, given, cast):
        at = make.ago(days=0)
        assert step_of(case, cast.dan, at).step == Step.CONFIRM_DONE
        other = make.complete(case, "J2", cast.dan, at=at)
        assert step_of(case, cast.ben, at).awaited.id == other.pk
        assert step_of(case, cast.dan, at).awaited.id == given.pk

    def test_a_review_waits_for_the_answers(self, case, cast):
        at = make.ago(days=0)
        for code, speaker in (("J1", cast.ben), ("J2", cast.dan), ("J3", cast.ada)):
            make.complete(case, code, speaker, at=at)
        with pytest.raises(closing.EvidenceIsUnsettled) as refusal:
            closing.start_review(partnership_id=case.pk, broker=cast.nora, at=at)
        assert "J1, J2, J3" in refusal.value.message
