"""What the broker commits to: declared kept by the broker, confirmed by all parties, never judged by the broker."""

from __future__ import annotations

import pytest
from django.urls import reverse

from partnerships.case.next_step import Step
from partnerships.following.actions import evidence as actions
from partnerships.following.actions.refusals import OfTheBroker
from partnerships.lifecycle import Case
from partnerships.models import Outcome, PartnershipStatus
from partnerships.permissions import BrokerHasNoVoice
from tests import make
from tests.make import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(cast):
    return make.partnership(cast, until=Case.ACTIVE)


@pytest.fixture
def commitment(case):
    return case.commitments.get(party=None)


def declare(commitment, person, *, at=NOON):
    return actions.complete_commitment(
        commitment_id=commitment.pk,
        partnership_id=commitment.partnership_id,
        speaker=person,
        evidence=actions.NewEvidence("Le bulletin du trimestre est envoyé."),
        at=at,
    )


def awaited(case):
    return [(row["step"], row["unanswered"]) for row in PartnershipStatus.objects.get(pk=case.pk).awaited]


def test_it_is_confirmed_by_all_parties(case, commitment, cast, sent):
    given = declare(commitment, cast.nora)
    assert given.party is None
    assert (Step.CONFIRM_DONE, ["A", "E"]) in awaited(case)
    assert {who for kind, who in sent(NOON) if kind == "milestone-completed"} >= {"Ada", "Carla"}
    actions.confirm(evidence_id=given.pk, speaker=cast.ada, at=NOON)
    assert (Step.CONFIRM_DONE, ["E"]) in awaited(case)
    actions.confirm(evidence_id=given.pk, speaker=cast.carla, at=NOON)
    given.refresh_from_db()
    assert given.settlement.outcome == Outcome.CONFIRMED


def test_no_party_declares_it_and_no_broker_declares_one_of_a_party(case, commitment, cast):
    with pytest.raises(OfTheBroker):
        declare(commitment, cast.ada)
    own = case.commitments.filter(party__code="A").order_by("pk")[0]
    with pytest.raises(BrokerHasNoVoice):
        declare(own, cast.nora)


def test_the_broker_does_not_judge_a_contest_of_the_own_work(case, commitment, cast):
    given = declare(commitment, cast.nora)
    actions.contest(evidence_id=given.pk, speaker=cast.carla, reason="Aucun bulletin reçu.", at=NOON)
    settle = {"evidence_id": given.pk, "broker": cast.nora, "reason": "Je le renvoie.", "at": NOON}
    with pytest.raises(actions.EvidenceOfTheBroker):
        actions.settle(is_accepted=True, **settle)
    actions.settle(is_accepted=False, **settle)
    commitment.refresh_from_db()
    assert commitment.completed_at is None


def test_silence_accepts_it_too(case, commitment, cast):
    given = declare(commitment, cast.nora)
    assert actions.accept_silence(evidence_id=given.pk, at=given.answer_until)
    given.refresh_from_db()
    assert given.settlement.silent == ["A", "E"]


def test_the_pages_offer_it_to_the_broker_alone(case, commitment, cast, enter):
    follow_up = reverse("partnerships:follow_up", args=[case.reference])
    page = reverse("partnerships:commitment_evidence", args=[case.reference, commitment.pk])
    assert page in enter(cast.nora).get(follow_up).text
    assert page not in enter(cast.ada).get(follow_up).text
    assert enter(cast.nora).post(page, {"text": "Le bulletin est envoyé."}).status_code == 303
    shown = enter(cast.ada).get(follow_up).text
    assert "Preuve déposée par Nora Passerelle, passeur" in " ".join(shown.split())
    documents = enter(cast.carla).get(reverse("partnerships:documents", args=[case.reference])).text
    assert "Le bulletin est envoyé." in documents
