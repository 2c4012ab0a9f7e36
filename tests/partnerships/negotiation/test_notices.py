"""Messages about rounds on the text: opening, reminders, revisions, agreement, cancellation."""

from __future__ import annotations

from datetime import timedelta

from partnerships import reminders
from partnerships.lifecycle import Edition
from partnerships.models import Stance
from partnerships.negotiation.actions import negotiation
from partnerships.scoping import actions as scoping
from tests import make
from tests.make import NOON

# Monday 2 March 2026 at noon: half time is Thursday night, the last day begins on Sunday at noon.
HALF_TIME = NOON + timedelta(days=4, hours=-3)  # Friday morning
LAST_DAY = NOON + timedelta(days=7, hours=-3)  # Monday morning


def test_everybody_who_answers_is_informed_of_the_round(people, sent, settings):
    make.partnership(people, until=Edition.NEGOTIATION)
    mails = sent(NOON)
    assert {who for kind, who in mails if kind == "round-opened"} == {"Ada", "Ben", "Carla", "Dan"}
    mail = mails["round-opened", "Ben"]
    assert mail.subject.startswith("Répondez avant lun. 9 mars, 18\u202fh\u00a0: ")
    assert "Il vous reste 7 jours, jusqu’au 9 mars 2026 à 18\u202fh\u202f00 (heure de Paris)." in mail.text
    assert "Vous recevez ce message comme référent\u00a0: Souffle Imaginaire." in mail.html
    assert mail.text.count(f"{settings.PUBLIC_URL}/dossiers/") == 1


def test_only_the_party_that_has_not_answered_is_reminded(people, sent):
    case = make.partnership(people, until=Edition.NEGOTIATION)
    make.agree(case, people.ben, at=NOON)
    sent(NOON)
    mails = sent(HALF_TIME)
    assert {who for kind, who in mails if kind == "round-reminder"} == {"Carla", "Dan"}
    assert mails["round-reminder", "Dan"].subject.startswith("Il reste 3 jours pour répondre")


def test_the_last_day_says_so(people, sent):
    make.partnership(people, until=Edition.NEGOTIATION)
    sent(NOON)
    sent(HALF_TIME)
    mails = sent(LAST_DAY)
    assert mails["round-reminder", "Ada"].subject.startswith("Répondez aujourd’hui, dernier jour")


def test_a_party_that_seals_before_delivery_is_not_reminded(people, sent):
    """The reminder of the half time waits for the morning; the party seals in the night."""
    case = make.partnership(people, until=Edition.NEGOTIATION)
    sent(NOON)
    make.agree(case, people.ada, at=HALF_TIME - timedelta(hours=9))
    assert {who for kind, who in sent(HALF_TIME) if kind == "round-reminder"} == {"Carla", "Dan"}


def test_a_revised_text_is_announced_to_all_without_its_content(people, sent):
    case = make.partnership(people, until=Edition.NEGOTIATION)
    make.say(case, people.ada, Stance.RESERVATION, reason="Le secret de Polichinelle.", at=NOON)
    make.agree(case, people.carla, at=NOON)
    sent(NOON)
    later = NOON + timedelta(hours=1)
    make.revise(case, people.nora, change="Une phrase neuve.", at=later)
    assert ("clause-revised", "Ada") not in sent(later)
    mails = sent(later + reminders.REVISION_PAUSE)
    assert {who for kind, who in mails if kind == "clause-revised"} == {"Ada", "Ben", "Carla", "Dan"}
    words = "".join(mail.subject + mail.text + mail.html for mail in mails.values())
    assert "Polichinelle" not in words
    assert "Une phrase neuve" not in words
    assert "À qui d’agir\u00a0: Au passeur" in mails["clause-revised", "Dan"].text


def test_a_cancelled_round_is_announced_to_all_with_its_reason_and_has_no_reminder(people, sent):
    case = make.partnership(people, until=Edition.NEGOTIATION)
    sent(NOON)
    later = NOON + timedelta(hours=1)
    negotiation.cancel_round(partnership_id=case.pk, broker=people.nora, reason="La loi change.", at=later)
    mails = sent(later)
    assert set(mails) == {("round-cancelled", who) for who in ("Ada", "Ben", "Carla", "Dan")}
    assert "La loi change." in mails["round-cancelled", "Ada"].text
    assert sent(HALF_TIME) == {}


def test_an_agreement_is_announced_to_all_and_requests_only_the_broker(people, sent):
    make.partnership(people, until=Edition.AGREED)
    mails = sent(NOON)
    agreed = {who: mail for (kind, who), mail in mails.items() if kind == "text-agreed"}
    assert set(agreed) == {"Nora", "Ada", "Ben", "Carla", "Dan"}
    assert agreed["Nora"].subject.startswith("Figez le texte convenu")
    assert "À qui d’agir\u00a0: Au passeur" in agreed["Dan"].text
    assert not any(kind == "round-opened" for kind, _who in mails)


def test_a_new_round_is_announced_to_all_again(people, sent):
    case = make.partnership(people, until=Edition.NEGOTIATION)
    make.say(case, people.ada, Stance.QUESTION, at=NOON)
    make.agree(case, people.carla, at=NOON)
    sent(NOON)
    later = NOON + timedelta(days=1)
    make.ask_again(case, people.nora, at=later)
    mails = sent(later)
    mail = mails["round-opened", "Carla"]
    assert mail.subject.startswith("Répondez avant mar. 10 mars")


def test_an_abandoned_case_has_no_reminder(people, sent):
    case = make.partnership(people, until=Edition.NEGOTIATION)
    sent(NOON)
    later = NOON + timedelta(hours=1)
    scoping.abandon(partnership_id=case.pk, broker=people.nora, reason="Le calendrier a changé.", at=later)
    mails = sent(later)
    assert {kind for kind, _who in mails} == {"case-abandoned"}
    assert {who for _kind, who in mails} == {"Ada", "Ben", "Carla", "Dan"}
    assert sent(HALF_TIME) == {}
    assert sent(LAST_DAY) == {}
