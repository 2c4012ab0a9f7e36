"""A case goes from one broker to another, who declares interests first; all parties are told."""

import pytest
from django.urls import reverse

from ledger import queries as ledger
from ledger.record import Subject
from outbox.models import Message
from partnerships.case.recipients import lead_broker
from partnerships.handover import actions
from partnerships.lifecycle import Case, Edition
from partnerships.models import CaseHandover, Partnership
from partnerships.permissions import NotABroker
from tests import make
from tests.make import NOON

pytestmark = pytest.mark.django_db

NO_INTERESTS = "Aucun lien."


@pytest.fixture
def case(cast):
    return make.partnership(cast, until=Case.ACTIVE)


def ask(case, broker, to, *, at=NOON):
    return actions.ask(partnership_id=case.pk, broker=broker, to_broker_id=to.pk, reason="Un congé.", at=at)


def accept(handover, broker, *, at=NOON):
    return actions.accept(handover_id=handover.pk, broker=broker, interests=NO_INTERESTS, at=at)


@pytest.fixture
def visit(client):
    def open_page(person, case, name="handover", **data):
        client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
        address = reverse(f"partnerships:{name}", args=[case.reference])
        return client.post(address, data) if data else client.get(address)

    return open_page


def test_the_new_broker_declares_interests_and_all_follows(case, cast, sent):
    handover = ask(case, cast.nora, cast.oscar)
    assert ("case-handover-asked", "Oscar") in sent(NOON)
    assert Partnership.objects.get(pk=case.pk).broker == cast.nora
    accept(handover, cast.oscar)
    case = Partnership.objects.get(pk=case.pk)
    assert (case.broker, case.broker_interests) == (cast.oscar, NO_INTERESTS)
    assert [recipient.user for recipient in lead_broker(case)] == [cast.oscar]
    entries = ledger.entries(subject=Subject("case", case.pk)).order_by("sequence")
    last = list(entries)[-2:]
    assert [entry.kind for entry in last] == ["handover.ask", "handover.accept"]
    assert last[-1].facts["interests"] == NO_INTERESTS


def test_every_party_is_told_who_reads_its_private_messages(case, cast, sent):
    accept(ask(case, cast.nora, cast.oscar), cast.oscar)
    told = {name: mail for (kind, name), mail in sent(NOON).items() if kind == "case-handed-over"}
    assert {"Ada", "Carla", "Nora", "Oscar"} <= set(told)
    for name in ("Ada", "Carla"):
        assert "lit les messages privés" in told[name].text
        assert NO_INTERESTS in told[name].text
    assert "lit les messages privés" not in told["Nora"].text
    assert not Message.objects.filter(kind="case-handover-declined").exists()


def test_only_the_broker_of_the_case_asks_and_only_the_one_asked_answers(case, cast):
    with pytest.raises(actions.NotTheBrokerOfTheCase):
        ask(case, cast.oscar, cast.oscar)
    with pytest.raises(NotABroker):
        ask(case, cast.ada, cast.oscar)
    with pytest.raises(actions.NotAnotherBroker):
        ask(case, cast.nora, cast.nora)
    with pytest.raises(actions.NotAnotherBroker):
        ask(case, cast.nora, cast.ada)
    handover = ask(case, cast.nora, cast.oscar)
    with pytest.raises(actions.HandoverIsAsked):
        ask(case, cast.nora, cast.oscar)
    with pytest.raises(actions.NotTheBrokerAsked):
        accept(handover, cast.nora)
    actions.withdraw(handover_id=handover.pk, broker=cast.nora, at=NOON)
    with pytest.raises(actions.HandoverIsDecided):
        accept(handover, cast.oscar)


def test_a_case_whose_broker_left_is_taken_over_by_any_other(case, cast):
    cast.nora.is_active = False
    cast.nora.save(update_fields=["is_active"])
    accept(ask(case, cast.oscar, cast.oscar), cast.oscar)
    assert Partnership.objects.get(pk=case.pk).broker == cast.oscar


def test_a_broker_declines_and_the_case_stays(case, cast, sent):
    handover = ask(case, cast.nora, cast.oscar)
    actions.decline(handover_id=handover.pk, broker=cast.oscar, reason="Trop de dossiers.", at=NOON)
    assert Partnership.objects.get(pk=case.pk).broker == cast.nora
    told = sent(NOON)
    assert "Trop de dossiers." in told["case-handover-declined", "Nora"].text
    assert ("case-handover-asked", "Oscar") not in told


def test_a_text_that_waits_for_signatures_keeps_its_broker(cast):
    frozen = make.partnership(cast, until=Edition.SIGNING)
    with pytest.raises(actions.TextWaitsForSignatures):
        ask(frozen, cast.nora, cast.oscar)


def test_a_closed_case_is_not_handed_over(cast):
    closed = make.partnership(cast, until=Case.CLOSED)
    with pytest.raises(actions.CaseHasEnded):
        ask(closed, cast.nora, cast.oscar)


def test_it_is_asked_and_accepted_on_the_pages(case, cast, visit, client):
    assert "Envoyer la demande" not in visit(cast.ada, case).text
    assert "Envoyer la demande" not in visit(cast.oscar, case).text
    assert "Envoyer la demande" in visit(cast.nora, case).text
    assert visit(cast.nora, case, to_broker="", reason="Un congé.").status_code == 422
    sent = visit(cast.nora, case, to_broker=str(cast.oscar.pk), reason="Un congé.")
    assert sent.status_code == 303
    client.force_login(cast.oscar, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert "Suivre un dossier, ou non" in client.get(reverse("broker:pipeline")).text
    assert visit(cast.oscar, case, "accept_handover", interests="").status_code == 422
    assert visit(cast.oscar, case, "accept_handover", interests=NO_INTERESTS).status_code == 303
    assert CaseHandover.objects.get().decision == "accepted"
    assert str(cast.oscar) in visit(cast.carla, case).text
