"""Messages about cases: recipients, languages, and no private text."""

from __future__ import annotations

from datetime import timedelta

from accounts.models import User
from partnerships.dialogue import actions as dialogue
from partnerships.lifecycle import Case
from tests import make
from tests.make import NOON


def test_an_opened_case_is_announced_to_both_parties(people, sent, settings):
    case = make.partnership(people, until=Case.SCOPING)
    mails = sent(NOON)
    assert set(mails) == {("case-opened", who) for who in ("Ada", "Ben", "Carla", "Dan")}
    mail = mails["case-opened", "Ben"]
    assert f"Dossier\u00a0: {case.reference}" in mail.text
    assert "Entre\u00a0: Souffle Imaginaire et Laboratoires Valfictif" in mail.text
    assert f"{settings.PUBLIC_URL}{case.get_absolute_url()}" in mail.html


def test_a_title_that_quotes_is_quoted_with_the_inner_marks(people, sent):
    User.objects.filter(pk=people.dan.pk).update(language="en")
    make.partnership(people, until=Case.SCOPING, title="«\u202fCent jours\u202f»\u00a0: carnet")
    mails = sent(NOON)
    mail = mails["case-opened", "Ben"]
    assert "“‘Cent jours’\u00a0: carnet”" in mails["case-opened", "Dan"].text
    assert "«\u202f“Cent jours”\u00a0: carnet\u202f»" in mail.text
    assert "«\u202f«" not in mail.text + mail.html


def test_a_closed_case_is_announced_to_both_parties(people, sent):
    make.partnership(people, until=Case.CLOSED)
    mails = sent(NOON)
    assert {who for kind, who in mails if kind == "case-closed"} == {"Ada", "Ben", "Carla", "Dan"}
    assert not any(kind == "case-opened" for kind, _who in mails)


def test_the_brokers_note_is_announced_to_its_party_alone_without_its_words(people, sent):
    case = make.partnership(people, until=Case.SCOPING)
    sent(NOON)
    later = NOON + timedelta(hours=1)
    party = case.parties.get(code="A")
    dialogue.write_note(party_id=party.pk, author=people.nora, text="Entre nous, patience.", at=later)
    mails = sent(later)
    assert set(mails) == {("private-note", "Ada"), ("private-note", "Ben")}
    assert "patience" not in "".join(mail.subject + mail.text + mail.html for mail in mails.values())


def test_a_partys_note_is_announced_to_the_broker_of_the_case(people, sent):
    case = make.partnership(people, until=Case.SCOPING)
    sent(NOON)
    later = NOON + timedelta(hours=1)
    party = case.parties.get(code="E")
    dialogue.write_note(party_id=party.pk, author=people.dan, text="Entre nous, le budget.", at=later)
    mails = sent(later)
    assert set(mails) == {("private-note", "Nora")}
    sentence = "Visible seulement par vous et\u00a0: Laboratoires Valfictif."
    assert sentence in mails["private-note", "Nora"].text
    assert sentence in mails["private-note", "Nora"].html
    assert mails["private-note", "Nora"].subject.startswith("Lisez un message privé")


def test_the_other_brokers_are_informed_when_the_broker_has_left(people, sent):
    case = make.partnership(people, until=Case.SCOPING)
    sent(NOON)
    User.objects.filter(pk=people.nora.pk).update(is_active=False)
    later = NOON + timedelta(hours=1)
    party = case.parties.get(code="E")
    dialogue.write_note(party_id=party.pk, author=people.dan, text="Y a-t-il quelqu’un ?", at=later)
    assert set(sent(later)) == {("private-note", "Oscar")}
