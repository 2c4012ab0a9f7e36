"""More time for all parties or for none, and rounds that open all envelopes or none."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.urls import reverse

from ledger import queries as ledger
from ledger.record import Subject
from partnerships import reminders
from partnerships.models import Answer, Envelope, ExtensionRequest, Round, Rule, Stance
from partnerships.negotiation.actions import negotiation
from partnerships.negotiation.queries.positions import Position, positions_from_answers
from partnerships.permissions import BrokerHasNoVoice, NotABroker
from partnerships.rounds.actions import envelopes, extensions, opening
from partnerships.rounds.actions.rounds import RoundSettings
from partnerships.rounds.queries import own_content
from tests import make
from tests.database_owner import owner
from tests.make import NOON, ago

pytestmark = pytest.mark.django_db


def request_of(case, who, at, reason="Le conseil se réunit jeudi."):
    return extensions.ask_for_time(round_id=make.running(case).pk, speaker=who, reason=reason, at=at)


def kinds(case):
    entries = ledger.entries(subject=Subject("case", case.pk)).order_by("sequence")
    return list(entries.values_list("kind", flat=True))


def agreement(case):
    return dict.fromkeys(make.revision_ids(case), Position(stance=Stance.AGREE))


def test_more_time_is_given_to_all_parties_at_once(people, sent):
    case = make.partnership(people)
    asked = make.running(case)
    sent(NOON)
    later = NOON + timedelta(hours=1)
    request = request_of(case, people.ben, later)
    mails = sent(later)
    assert set(mails) == {("extension-asked", "Nora")}
    assert "Le conseil se réunit jeudi." in mails["extension-asked", "Nora"].text
    extensions.grant(request_id=request.pk, broker=people.nora, days=2, answer="Oui.", at=later)
    moved = make.running(case)
    assert moved.deadline_at == reminders.deadline(asked.deadline_at, 2)
    assert {who for kind, who in sent(later) if kind == "round-extended"} >= {"Ada", "Ben", "Carla", "Dan"}
    assert kinds(case)[-2:] == ["extension.ask", "round.extend"]
    make.agree(case, people.ada, at=asked.deadline_at + timedelta(hours=1))
    with pytest.raises(extensions.AlreadyDecided):
        extensions.refuse(request_id=request.pk, broker=people.nora, answer="Non.", at=later)


def test_the_deadline_that_stays_is_announced_to_all_with_the_reason(people, sent):
    case = make.partnership(people)
    asked = make.running(case)
    sent(NOON)
    request = request_of(case, people.ada, NOON, reason="")
    with pytest.raises(extensions.AlreadyAsked):
        request_of(case, people.carla, NOON)
    extensions.refuse(request_id=request.pk, broker=people.nora, answer="La loi fixe la date.", at=NOON)
    mails = sent(NOON)
    assert {who for kind, who in mails if kind == "extension-refused"} == {"Ada", "Ben", "Carla", "Dan"}
    assert "La loi fixe la date." in mails["extension-refused", "Dan"].text
    assert ("extension-asked", "Nora") not in mails
    assert make.running(case).deadline_at == asked.deadline_at
    assert request_of(case, people.carla, NOON).is_granted is None


def test_only_a_party_asks_and_only_a_broker_decides_while_the_round_runs(cast):
    case = make.partnership(cast)
    deadline_at = make.running(case).deadline_at
    with pytest.raises(BrokerHasNoVoice):
        request_of(case, cast.nora, NOON)
    with pytest.raises(envelopes.RoundIsOver):
        request_of(case, cast.ada, deadline_at)
    request = request_of(case, cast.ada, NOON)
    with pytest.raises(NotABroker):
        extensions.grant(request_id=request.pk, broker=cast.ada, days=2, answer="", at=NOON)
    with pytest.raises(envelopes.RoundIsOver):
        extensions.grant(request_id=request.pk, broker=cast.nora, days=2, answer="", at=deadline_at)
    assert make.running(case).deadline_at == deadline_at


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM partnerships_extensionrequest",
        "UPDATE partnerships_extensionrequest SET reason = 'x'",
        "UPDATE partnerships_round SET deadline_at = deadline_at + interval '1 day', granted_at = asked_at",
        "UPDATE partnerships_round SET deadline_at = deadline_at + interval '1 day'",
        "UPDATE partnerships_round SET opened_at = deadline_at",
    ],
)
def test_raw_sql_moves_no_deadline_and_opens_no_incomplete_round(cast, statement):
    request_of(make.partnership(cast), cast.ada, NOON)
    with pytest.raises(IntegrityError), owner() as cursor:
        cursor.execute(statement)
    assert ExtensionRequest.objects.get().is_granted is None


def test_all_or_none_is_extended_once_and_then_opens_no_envelope(people, sent):
    case = make.partnership(people)
    asked = make.running(case)
    assert asked.rule == Rule.ALL
    objection = {make.revision_ids(case)[0]: Position(stance=Stance.OBJECTION, reason="Trop long.")}
    make.draft(case, people.ada, agreement(case) | objection, at=NOON)
    make.seal(case, people.ada, at=NOON)
    opening.settle(round_id=asked.pk, at=asked.deadline_at)
    extended = make.running(case)
    assert extended.extended_at == asked.deadline_at
    sent(extended.deadline_at)
    opening.settle(round_id=asked.pk, at=extended.deadline_at)
    ended = Round.objects.get(pk=asked.pk)
    assert ended.is_lapsed
    assert ended.opened_at is None
    assert not Answer.objects.exists()
    assert not Envelope.objects.filter(opened__isnull=False).exists()
    mails = sent(extended.deadline_at)
    assert {who for kind, who in mails if kind == "round-lapsed"} == {"Ada", "Ben", "Carla", "Dan", "Nora"}
    assert "Laboratoires Valfictif" in mails["round-lapsed", "Dan"].text
    again = negotiation.ask_again(partnership_id=case.pk, broker=people.nora, at=extended.deadline_at)
    _envelope, content = own_content(again, people.ada, case)
    drafted = positions_from_answers(content.answers())
    assert {key: drafted[key] for key in objection} == objection
    assert len(drafted) == 10
    assert own_content(again, people.carla, case)[1].answers() == {}


def test_a_draft_is_not_carried_to_a_clause_that_changed(cast):
    case = make.partnership(cast)
    make.draft(case, cast.ada, agreement(case), at=NOON)
    negotiation.cancel_round(partnership_id=case.pk, broker=cast.nora, reason="La loi.", at=NOON)
    make.revise(case, cast.nora, position=3, at=NOON + timedelta(hours=1))
    again = make.ask_again(case, cast.nora, at=NOON + timedelta(hours=2))
    _envelope, content = own_content(again, cast.ada, case)
    drafted = positions_from_answers(content.answers())
    assert set(make.revision_ids(case)) - set(drafted) == {make.revision_ids(case)[2]}


def test_open_what_is_there_opens_at_the_deadline_as_announced(cast, enter):
    case = make.partnership(cast, at=ago(days=1))
    negotiation.cancel_round(partnership_id=case.pk, broker=cast.nora, reason="La règle.", at=ago(days=0.9))
    asking = RoundSettings(rule=Rule.OPEN)
    negotiation.ask_again(partnership_id=case.pk, broker=cast.nora, asking=asking, at=ago(days=0.8))
    page = enter(cast.carla).get(reverse("partnerships:rounds", args=[case.reference])).text
    assert "les enveloppes reçues s’ouvrent quand même" in page
    make.agree(case, cast.ada, at=ago())
    asked = make.running(case)
    opening.settle(round_id=asked.pk, at=asked.deadline_at)
    assert set(Answer.objects.values_list("party__code", flat=True).order_by("pk")) == {"A"}


def test_a_request_is_sent_and_decided_through_the_pages(cast, enter):
    case = make.partnership(cast, at=ago(days=1))
    asked = make.running(case)
    rounds = reverse("partnerships:rounds", args=[case.reference])
    ask = reverse("partnerships:ask_for_time", args=[case.reference])
    ada, nora = enter(cast.ada), enter(cast.nora)
    assert f'href="{ask}"' in ada.get(rounds).text
    assert "le même délai à toutes les parties" in ada.get(ask).text
    assert ada.post(ask, {"reason": "Nos bénévoles relisent le soir."}).status_code == 303
    assert "Nos bénévoles relisent le soir." in enter(cast.carla).get(rounds).text
    decide = reverse("partnerships:decide_on_time", args=[case.reference, ExtensionRequest.objects.get().pk])
    assert f'href="{decide}"' in nora.get(rounds).text
    refused = nora.post(decide, {"decision": "refuse", "days": "3", "answer": " "})
    assert refused.status_code == 422
    assert "Écrivez pourquoi la date limite reste la même." in refused.text
    assert nora.post(decide, {"decision": "grant", "days": "3", "answer": "D’accord."}).status_code == 303
    assert make.running(case).deadline_at > asked.deadline_at
    assert "D’accord." in enter(cast.dan).get(rounds).text
    assert enter(cast.mallory).get(decide).status_code == 404
    assert enter(cast.dan).get(decide).status_code == 403
