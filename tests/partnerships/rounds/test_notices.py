"""Messages about rounds of envelopes: question, reminder, sealing without content, extension, opening."""

from __future__ import annotations

from datetime import timedelta

from partnerships.models import Rule
from partnerships.rounds.actions import envelopes, opening
from partnerships.rounds.actions.rounds import RoundSettings
from partnerships.scoping import actions as scoping
from tests.make import NOON
from tests.partnerships.expectations import filing

ALL = {"Ada", "Ben", "Carla", "Dan"}
HALF_TIME = NOON + timedelta(days=4, hours=-3)  # Friday morning
LAST_DAY = NOON + timedelta(days=7, hours=-3)  # Monday morning


def who(mails, kind):
    return {name for each, name in mails if each == kind}


def test_all_receive_the_question_in_the_words_of_the_broker(people, sent, settings):
    case = filing.ask_parties(
        people, at=NOON, asking=RoundSettings(days=5, words="Qu’attendez-vous de ce guide ?")
    )
    mails = sent(NOON)
    assert who(mails, "expectations-asked") == ALL
    mail = mails["expectations-asked", "Ben"]
    assert mail.subject.startswith("Vos attentes avant lun. 9 mars, 18\u202fh\u00a0: ")
    assert "Qu’attendez-vous de ce guide ?" in mail.text
    assert f"{settings.PUBLIC_URL}{filing.address(case)}" in mail.text


def test_a_sealing_is_announced_to_the_others_and_not_to_its_party(people, sent):
    case = filing.ask_parties(people, at=NOON)
    sent(NOON)
    filing.write(case, people.ada, "Ornithorynque", at=NOON)
    filing.seal(case, people.ada, at=NOON)
    mails = sent(NOON + timedelta(minutes=1))
    assert who(mails, "envelope-sealed") == {"Carla", "Dan", "Nora"}
    assert mails["envelope-sealed", "Dan"].subject.startswith("À vous de sceller l’enveloppe\u00a0: ")
    assert "Ornithorynque" not in mails["envelope-sealed", "Nora"].text
    assert "La vôtre est attendue" not in mails["envelope-sealed", "Nora"].text


def test_a_seal_taken_back_before_delivery_is_not_announced(people, sent):
    case = filing.ask_parties(people, at=NOON)
    sent(NOON)
    filing.write(case, people.ada, "Publier", at=NOON)
    filing.seal(case, people.ada, at=NOON)
    envelopes.take_back(round_id=filing.the_round(case).pk, speaker=people.ada, at=NOON)
    assert sent(NOON + timedelta(minutes=1)) == {}


def test_only_parties_that_have_not_sealed_are_reminded(people, sent):
    case = filing.ask_parties(people, at=NOON)
    filing.write(case, people.ada, "Publier", at=NOON)
    filing.seal(case, people.ada, at=NOON)
    sent(NOON)
    mails = sent(HALF_TIME)
    assert set(mails) == {("expectations-reminder", "Carla"), ("expectations-reminder", "Dan")}
    assert mails["expectations-reminder", "Dan"].subject.startswith("Il reste 3 jours pour sceller")
    last = sent(LAST_DAY)
    assert set(last) == set(mails)
    assert last["expectations-reminder", "Dan"].subject.startswith("Scellez aujourd’hui, dernier jour")


def test_an_extension_is_announced_to_all_and_has_new_reminders(people, sent):
    case = filing.ask_parties(people, at=NOON, asking=RoundSettings(days=5, rule=Rule.EXTEND))
    filing.write(case, people.ada, "Publier", at=NOON)
    filing.seal(case, people.ada, at=NOON)
    for moment in (NOON, HALF_TIME, LAST_DAY):
        sent(moment)
    first = filing.the_round(case).deadline_at
    opening.settle(round_id=filing.the_round(case).pk, at=first)
    mails = sent(first)
    assert who(mails, "round-extended") == {*ALL, "Nora"}
    assert mails["round-extended", "Dan"].subject.startswith(
        "Scellez avant lun. 16 mars, 18\u202fh (prolongé)\u00a0: "
    )
    assert mails["round-extended", "Ben"].subject.startswith(
        "Délai prolongé, lun. 16 mars, 18\u202fh\u00a0: "
    )
    assert who(sent(HALF_TIME + timedelta(days=7)), "expectations-reminder") == {"Carla", "Dan"}


def test_the_opening_is_announced_to_all_with_a_link(people, sent, settings):
    case = filing.opened(people, at=NOON)
    mails = sent(NOON)
    assert who(mails, "round-read") == {*ALL, "Nora"}
    assert f"{settings.PUBLIC_URL}{filing.address(case)}" in mails["round-read", "Carla"].text
    assert who(mails, "expectations-asked") == set()
    assert who(mails, "envelope-sealed") == set()
    assert who(sent(HALF_TIME), "expectations-reminder") == set()


def test_the_opening_names_who_did_not_seal(people, sent):
    case = filing.ask_parties(people, at=NOON, asking=RoundSettings(rule=Rule.OPEN))
    filing.write(case, people.ada, "Publier", at=NOON)
    filing.seal(case, people.ada, at=NOON)
    round_ = filing.the_round(case)
    opening.settle(round_id=round_.pk, at=round_.deadline_at)
    mail = sent(round_.deadline_at)["round-read", "Ben"]
    assert "Réponse non reçue à la date limite : Laboratoires Valfictif." in mail.text


def test_an_abandoned_case_sends_no_question_and_no_reminder(people, sent):
    case = filing.ask_parties(people, at=NOON)
    scoping.abandon(partnership_id=case.pk, broker=people.nora, reason="Autre urgence.", at=NOON)
    kinds = {kind for kind, _name in sent(NOON)}
    assert kinds == {"case-abandoned"}
    assert sent(HALF_TIME) == {}
