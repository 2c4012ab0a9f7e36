"""Messages about introductions: proposal, answers, names, end."""

from __future__ import annotations

from datetime import timedelta

from partnerships.lifecycle import Case
from partnerships.models import Ground
from partnerships.scoping import actions as scoping
from tests import briefs, make
from tests.make import NOON

LATER = NOON + timedelta(hours=1)


def test_each_side_receives_a_description_of_the_other(people, sent, settings):
    introduction = briefs.introduce(people)
    mails = sent(NOON)
    assert set(mails) == {("introduction-proposed", who) for who in ("Ada", "Ben", "Carla", "Dan")}
    own = mails["introduction-proposed", "Ben"]
    assert "Une entreprise du médicament, de 50 à 250 salariés" in own.text
    assert f"{settings.PUBLIC_URL}/mises-en-relation/{introduction.pk}/" in own.html
    assert "Une association de patients" in mails["introduction-proposed", "Dan"].html


def test_the_broker_is_informed_of_each_answer_and_both_receive_the_names_at_once(people, sent):
    introduction = briefs.introduce(people)
    sent(NOON)
    briefs.say(introduction, people.ada, at=LATER)
    assert set(sent(LATER)) == {("introduction-answered", "Nora")}
    end = LATER + timedelta(hours=1)
    briefs.say(introduction, people.dan, at=end)
    mails = sent(end)
    expected = {("introduction-revealed", who) for who in ("Ada", "Ben", "Carla", "Dan")}
    assert set(mails) == expected | {("introduction-answered", "Nora")}
    assert people.company.name in mails["introduction-revealed", "Ada"].text
    assert people.association.name in mails["introduction-revealed", "Dan"].html
    assert "Ouvrez le dossier" in mails["introduction-answered", "Nora"].text
    assert sent(NOON + timedelta(days=22)) == {}


def test_a_no_is_one_mail_to_the_other_side_and_one_to_the_broker(people, sent):
    introduction = briefs.introduce(people)
    sent(NOON)
    briefs.say(introduction, people.carla, is_yes=False, reason="Plus de budget.", at=LATER)
    mails = sent(LATER)
    assert set(mails) == {
        ("introduction-ended", "Ada"),
        ("introduction-ended", "Ben"),
        ("introduction-answered", "Nora"),
    }
    assert "Plus de budget." not in "".join(f"{each.text}{each.html}" for each in mails.values())
    assert sent(NOON + timedelta(days=22)) == {}


def test_the_grounds_of_an_abandoned_case_are_sent_to_all(people, sent):
    case = make.partnership(people, until=Case.SCOPING)
    sent(NOON)
    scoping.abandon(
        partnership_id=case.pk, broker=people.nora, reason="Voir là-bas.", grounds=[Ground.APART], at=LATER
    )
    mails = sent(LATER)
    assert {who for _kind, who in mails} == {"Ada", "Ben", "Carla", "Dan"}
    for mail in mails.values():
        assert "Chaque organisation fera mieux seule, ou avec d’autres" in mail.text
        assert "c’est une conclusion possible" in mail.html
        assert "Voir là-bas." not in mail.text
