"""Nobody but a member of a party answers for it: neither on the page nor in the action."""

from __future__ import annotations

import pytest
from django.urls import reverse

from accounts.models import Membership
from partnerships import permissions
from partnerships.models import Envelope, Stance
from partnerships.negotiation.actions import answers as answering
from partnerships.negotiation.actions import criticism
from partnerships.negotiation.queries.positions import Position
from partnerships.rounds.actions import envelopes
from tests import make
from tests.make import ago
from tests.partnerships.expectations import filing


@pytest.fixture
def case(cast):
    return make.partnership(cast, at=ago(days=1))


FORGERS = [("nora", 403), ("oscar", 403), ("root", 404), ("mallory", 404)]


@pytest.mark.parametrize(("who", "status"), FORGERS)
def test_a_forged_answer_fails_on_the_page(case, cast, enter, who, status):
    browser = enter(getattr(cast, who))
    everything = ",".join(map(str, make.revision_ids(case)))
    where = reverse("partnerships:answer", args=[case.reference, make.clause_id(case, 1)])
    data = {"revision": make.revision_ids(case)[0], "stance": "agree", "seen_number": "0"}
    assert browser.post(where, data).status_code == status
    agree = reverse("partnerships:agree", args=[case.reference])
    assert browser.post(agree, {"revisions": everything}).status_code == status
    for name in ("seal", "take_back"):
        assert browser.post(reverse(f"partnerships:{name}", args=[case.reference])).status_code == status
    assert not Envelope.objects.exclude(ciphertext=b"").exists()


@pytest.mark.parametrize(
    ("who", "obstacle"),
    [
        ("nora", permissions.BrokerHasNoVoice),
        ("root", permissions.NotOfAParty),
        ("mallory", permissions.NotOfAParty),
        ("dan", permissions.OfBothSides),
    ],
)
def test_a_forged_answer_fails_in_the_action(case, cast, who, obstacle):
    if obstacle is permissions.OfBothSides:
        Membership.objects.create(
            user=cast.dan, organisation=cast.association, is_referent=True, joined_at=ago()
        )
    forger, round_ = getattr(cast, who), make.running(case)
    with pytest.raises(obstacle):
        answering.save_position(
            round_id=round_.pk,
            speaker=forger,
            revision_id=make.revision_ids(case)[0],
            position=Position(stance=Stance.AGREE),
            seen_number=0,
            at=ago(),
        )
    with pytest.raises(obstacle):
        answering.agree(round_id=round_.pk, speaker=forger, revision_ids=make.revision_ids(case), at=ago())
    with pytest.raises(obstacle):
        envelopes.seal(round_id=round_.pk, speaker=forger, at=ago())
    assert not Envelope.objects.exclude(ciphertext=b"").exists()


def test_no_stance_on_a_clause_is_kept_among_expectations(cast):
    case = filing.ask_parties(cast, at=ago())
    with pytest.raises(criticism.TextHasMoved):
        answering.save_position(
            round_id=filing.the_round(case).pk,
            speaker=cast.ada,
            revision_id=make.revision_ids(case)[0],
            position=Position(stance=Stance.AGREE),
            seen_number=0,
            at=ago(),
        )
