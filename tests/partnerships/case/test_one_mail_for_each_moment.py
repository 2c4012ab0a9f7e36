"""One act writes once to one person about one case, whatever it changes: counted while whole cases are played."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime, timedelta

import pytest

from accounts.models import Decision
from accounts.vetting import actions as vetting
from lucky_link.demo import reader
from lucky_link.demo.actions import cast_loader
from lucky_link.demo.actions.driver import ActionsDriver
from lucky_link.demo.case_file import CaseFile
from lucky_link.demo.cast import CASES, Cast, read_cast
from lucky_link.demo.script import script_of
from outbox.models import Delivery, DeliveryState, Message
from outbox.sending import delivery
from partnerships import reminders
from partnerships.lifecycle import Edition
from partnerships.models import Stance
from partnerships.negotiation.actions import negotiation
from partnerships.scoping import actions as scoping
from partnerships.signing.actions import signing
from tests import make
from tests.make import NOON

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(hours=1)
PLANNED = ("-reminder", "-overdue")


def repeated(*, after: datetime) -> dict[tuple[str, datetime], list[str]]:
    """Return the kinds of the mails that one person got for one moment of one case, where several."""
    mails = defaultdict(list)
    sent = Delivery.objects.filter(state=DeliveryState.SENT, message__created_at__gt=after)
    for mail in sent.select_related("message").order_by("pk"):
        # A reminder is planned ahead: it tells of no change.
        if not mail.message.kind.endswith(PLANNED):
            mails[mail.address, mail.message.created_at].append(mail.message.kind)
    return {key: kinds for key, kinds in mails.items() if len(kinds) > 1}


@pytest.mark.parametrize("name", ["P1", "P2"])
def test_no_step_of_a_case_writes_twice_to_one_person(name, smtp_sink):
    today = datetime.now(UTC)
    script = script_of(reader.read(CASES / f"{name}.toml", CaseFile), read_cast())
    cast = Cast(brokers=(script.broker,), associations=(script.association,), companies=(script.company,))
    rows = cast_loader.register(cast, at=today - timedelta(days=200), today=today)
    Message.objects.update(cancelled_at=today)
    play = ActionsDriver(script, rows, today=today)
    began = today - timedelta(hours=9)
    for minute, step in enumerate(play.schedule()):
        at = began + timedelta(minutes=minute)
        step.run(at)
        delivery.deliver_due(at=at, limit=1000)
    delivery.deliver_due(at=today, limit=1000)
    assert len(smtp_sink.mails) > 20
    assert repeated(after=began - timedelta(minutes=1)) == {}


def suspend(case, people):
    vetting.decide(
        organisation_id=people.company.pk,
        broker=people.nora,
        decision=Decision.SUSPENDED,
        reason="Pièce périmée.",
        at=LATER,
    )


def decline(case, people):
    signing.decline(partnership_id=case.pk, signatory=people.carla, reason="Non.", at=LATER)


def withdraw(case, people):
    signing.withdraw(partnership_id=case.pk, broker=people.nora, reason="Une coquille.", at=LATER)


def abandon(case, people):
    scoping.abandon(partnership_id=case.pk, broker=people.nora, reason="Trop tôt.", at=LATER)


def cancel_round(case, people):
    negotiation.cancel_round(partnership_id=case.pk, broker=people.nora, reason="La loi change.", at=LATER)


@pytest.mark.parametrize(
    ("until", "act"),
    [
        (Edition.SIGNING, suspend),
        (Edition.SIGNING, decline),
        (Edition.SIGNING, withdraw),
        (Edition.SIGNING, abandon),
        (Edition.NEGOTIATION, suspend),
        (Edition.NEGOTIATION, abandon),
        (Edition.NEGOTIATION, cancel_round),
    ],
)
def test_an_act_that_ends_something_writes_once_to_each_person(people, sent, until, act):
    case = make.partnership(people, until=until)
    sent(NOON)
    act(case, people)
    sent(LATER)
    assert Delivery.objects.filter(state=DeliveryState.SENT, sent_at=LATER).exists()
    assert repeated(after=NOON) == {}


def test_who_is_mailed_a_suspension_reads_there_that_signing_stopped(people, sent):
    case = make.partnership(people, until=Edition.SIGNING)
    sent(NOON)
    suspend(case, people)
    mails = sent(LATER)
    assert "sa signature est arrêtée" in mails["organisation-suspended", "Carla"].text
    assert {who for kind, who in mails if kind == "signature-stopped"} == {"Ada", "Ben", "Dan", "Nora"}


def test_clauses_revised_in_one_sitting_are_announced_in_one_mail(people, sent):
    case = make.partnership(people, until=Edition.NEGOTIATION)
    make.say(case, people.ada, Stance.RESERVATION, reason="Trop vague.", at=NOON)
    make.agree(case, people.carla, at=NOON)
    sent(NOON)
    for minute in range(0, 30, 5):
        at = LATER + timedelta(minutes=minute)
        make.revise(case, people.nora, change=f"Une phrase neuve, {minute}.", at=at)
        assert sent(at) == {}
    mails = sent(at + reminders.REVISION_PAUSE)
    assert {who for kind, who in mails if kind == "clause-revised"} == {"Ada", "Ben", "Carla", "Dan"}
    assert Delivery.objects.filter(message__kind="clause-revised").count() == 4


def test_a_new_question_takes_the_place_of_the_announcement(people, sent):
    case = make.partnership(people, until=Edition.NEGOTIATION)
    make.say(case, people.ada, Stance.RESERVATION, reason="Trop vague.", at=NOON)
    make.agree(case, people.carla, at=NOON)
    make.revise(case, people.nora, change="Une phrase neuve.", at=LATER)
    reminders.plan_round(case, case.rounds.order_by("-asked_at")[0], at=LATER)
    assert ("clause-revised", "Ada") not in sent(LATER + reminders.REVISION_PAUSE)
