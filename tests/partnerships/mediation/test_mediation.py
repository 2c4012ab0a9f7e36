"""A mediation from the point somebody raises to minutes that all parties agree to."""

import pytest
from django.urls import reverse

from ledger import queries as ledger
from ledger.record import Subject
from outbox.sending import delivery
from partnerships.case.next_step import Step
from partnerships.closing.actions import review as closing
from partnerships.lifecycle import Case
from partnerships.mediation import actions
from partnerships.meetings.actions import minutes
from partnerships.meetings.actions.minutes import MinutesReply
from partnerships.models import Mediation, MediationOutcome, PartnershipStatus
from partnerships.permissions import NotABroker, NotOfAParty
from tests import make
from tests.make import NOON, ago

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(cast):
    return make.partnership(cast, until=Case.ACTIVE)


def raise_point(case, person, *, subject="L1", at=NOON):
    return actions.open_mediation(
        partnership_id=case.pk, person=person, subject=subject, text="Un médicament est cité.", at=at
    )


def write_minutes(mediation, broker, *, at=NOON):
    actions.write_minutes(
        mediation_id=mediation.pk,
        broker=broker,
        minutes="La page est retirée ce jour.",
        outcome=MediationOutcome.PLAN,
        at=at,
    )


def say(mediation, person, *, number=1, is_agreed=True, at=NOON):
    actions.answer_minutes(
        mediation_id=mediation.pk,
        speaker=person,
        reply=MinutesReply(number, is_agreed, "" if is_agreed else "La date manque."),
        at=at,
    )


def status(case):
    row = PartnershipStatus.objects.get(pk=case.pk)
    return row.step, row.party_codes


def address(case, name="mediations", *args):
    return reverse(f"partnerships:{name}", args=[case.reference, *args])


def test_a_mediation_goes_from_a_quoted_limit_to_minutes_agreed_by_all(case, cast):
    mediation = raise_point(case, cast.ada)
    assert mediation.quote == "Aucun nom de médicament, de marque ou de molécule."
    # Monday noon: the fifth working day is the Monday after.
    assert mediation.answer_until.isoformat() == "2026-03-09T18:00:00+01:00"
    assert status(case) == (Step.MEDIATE, [])
    actions.answer(mediation_id=mediation.pk, broker=cast.nora, text="Appel jeudi à 10 h.", at=NOON)
    assert status(case) == (Step.MEDIATE, [])
    write_minutes(mediation, cast.nora)
    assert status(case) == (Step.AGREE_MINUTES, ["A", "E"])
    say(mediation, cast.ada)
    assert status(case) == (Step.AGREE_MINUTES, ["E"])
    say(mediation, cast.carla)
    assert status(case)[0] == Step.DELIVER
    mediation.refresh_from_db()
    assert mediation.closed_at == NOON
    entries = ledger.entries(subject=Subject("case", case.pk)).order_by("sequence")
    assert [entry.kind for entry in entries][-6:] == [
        "mediation.open",
        "mediation.answer",
        "mediation.minutes",
        "minutes.agree",
        "minutes.agree",
        "mediation.close",
    ]


def test_refused_minutes_go_back_to_the_broker_and_are_asked_again_of_all(case, cast):
    mediation = raise_point(case, cast.carla)
    write_minutes(mediation, cast.nora)
    say(mediation, cast.ada)
    say(mediation, cast.carla, is_agreed=False)
    assert status(case) == (Step.MEDIATE, [])
    write_minutes(mediation, cast.nora)
    assert status(case) == (Step.AGREE_MINUTES, ["A", "E"])
    with pytest.raises(minutes.MinutesHaveChanged):
        say(mediation, cast.carla, number=1)
    for person in (cast.ada, cast.carla):
        say(mediation, person, number=2)
    with pytest.raises(actions.MediationIsClosed):
        say(mediation, cast.ada, number=2)
    with pytest.raises(actions.MediationIsClosed):
        write_minutes(mediation, cast.nora)


def test_who_may_do_what(case, cast):
    with pytest.raises(NotOfAParty):
        raise_point(case, cast.mallory)
    mediation = raise_point(case, cast.oscar, subject="")
    assert (mediation.party, mediation.quote) == (None, "")
    with pytest.raises(NotABroker):
        actions.answer(mediation_id=mediation.pk, broker=cast.ada, text="Moi.", at=NOON)
    with pytest.raises(minutes.NoMinutes):
        say(mediation, cast.ada, number=0)
    write_minutes(mediation, cast.nora)
    say(mediation, cast.ada)
    with pytest.raises(minutes.MinutesAlreadyAnswered):
        say(mediation, cast.ada)
    in_preparation = make.partnership(cast, title="Autre")
    with pytest.raises(actions.MediationNotAllowed):
        raise_point(in_preparation, cast.ada)


def test_no_review_starts_over_an_open_mediation(case, cast):
    case.milestones.update(cancelled_at=NOON)
    raise_point(case, cast.ada)
    with pytest.raises(closing.MediationIsOpen):
        closing.start_review(partnership_id=case.pk, broker=cast.nora, at=NOON)


def test_each_is_told_at_each_step_by_mail(case, cast, smtp_sink):
    delivery.deliver_due(at=NOON, limit=1000)

    def told(act, **facts):
        smtp_sink.mails.clear()
        act(**facts)
        delivery.deliver_due(at=NOON, limit=1000)
        return {str(mail["To"]).partition("@")[0] for mail in smtp_sink.mails}

    speakers = {"ada", "ben", "carla", "dan"} & told(raise_point, case=case, person=cast.ada)
    assert {"ada", "carla"} <= speakers
    mediation = Mediation.objects.get()
    assert (
        told(actions.answer, mediation_id=mediation.pk, broker=cast.nora, text="Appel jeudi.", at=NOON)
        == speakers
    )
    assert told(write_minutes, mediation=mediation, broker=cast.nora) == speakers
    assert told(say, mediation=mediation, person=cast.ada, is_agreed=False) == {"nora"}
    assert told(write_minutes, mediation=mediation, broker=cast.nora) == speakers
    assert told(say, mediation=mediation, person=cast.ada, number=2) == set()
    assert told(say, mediation=mediation, person=cast.carla, number=2) == {*speakers, "nora"}


def test_the_pages_from_opening_to_the_end(cast, enter):
    case = make.partnership(cast, until=Case.ACTIVE, at=ago(days=1))
    ada, nora, carla = enter(cast.ada), enter(cast.nora), enter(cast.carla)
    assert "Aucune médiation" in ada.get(address(case)).text
    refused = ada.post(address(case, "open_mediation"), {"subject": "L1", "text": ""})
    assert refused.status_code == 422
    ada.post(address(case, "open_mediation"), {"subject": "L1", "text": "Un médicament est cité."})
    page = carla.get(address(case, "mediation", 1)).text
    assert "Aucun nom de médicament" in page
    assert "Un médicament est cité." in page
    nora.post(address(case, "answer_mediation", 1), {"text": "Appel jeudi."})
    assert "Appel jeudi." in ada.get(address(case, "mediation", 1)).text
    nora.post(address(case, "mediation_minutes", 1), {"outcome": "plan", "minutes": "Page retirée."})
    page = ada.get(address(case, "mediation", 1)).text
    assert "Page retirée." in page
    assert "Nous approuvons le compte rendu" in page
    bare = ada.post(address(case, "mediation", 1), {"answer": "refuse", "reason": "", "seen_number": "1"})
    assert bare.status_code == 422
    for browser in (ada, carla):
        answer = browser.post(address(case, "mediation", 1), {"answer": "agree", "seen_number": "1"})
        assert answer.status_code == 303
    assert "Terminée" in nora.get(address(case)).text
    assert "Nous approuvons" not in ada.get(address(case, "mediation", 1)).text
    assert nora.get(address(case, "mediation", 2)).status_code == 404
