"""A mandate is looked at again at the moment of signing, whatever it was when the text was frozen."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.people.actions import mandates, memberships
from partnerships.lifecycle import Edition
from partnerships.models import Signature
from partnerships.permissions import NotASignatory
from partnerships.signing.actions import signing
from partnerships.signing.actions.freezing import NoMandate
from tests import make

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def give(cast, *, until=None, ceiling_minor=None):
    terms = mandates.MandateTerms(
        "présidente", "Statuts, article 12", (make.NOON - DAY).date(), until, ceiling_minor
    )
    return mandates.record_mandate(
        organisation_id=cast.association.pk,
        administrator=cast.ada,
        signatory_id=cast.ada.pk,
        terms=terms,
        at=make.NOON,
    )


def sign(case, cast, at=make.NOON):
    return signing.sign(
        partnership_id=case.pk, signatory=cast.ada, consent=make.consent(make.charter(case), cast.ada), at=at
    )


@pytest.fixture
def frozen(cast):
    return make.partnership(cast, until=Edition.SIGNING)


def test_one_that_expired_after_the_freeze_signs_nothing(frozen, cast):
    give(cast, until=make.NOON.date())
    with pytest.raises(NoMandate):
        sign(frozen, cast, at=make.NOON + DAY)
    assert not Signature.objects.exists()
    assert sign(frozen, cast).mandate == cast.ada.mandates.get(revoked_at=None)


def test_one_that_was_ended_after_the_freeze_signs_nothing(frozen, cast):
    mandates.revoke_mandate(
        organisation_id=cast.association.pk,
        administrator=cast.ada,
        mandate_id=cast.ada_mandate.pk,
        at=make.NOON,
    )
    with pytest.raises(NoMandate):
        sign(frozen, cast)


def test_one_below_the_amount_signs_nothing_and_one_at_it_does(frozen, cast):
    amount = make.charter(frozen).amount_minor
    assert amount > 0
    give(cast, ceiling_minor=amount - 1)
    with pytest.raises(NoMandate):
        sign(frozen, cast)
    give(cast, ceiling_minor=amount)
    assert sign(frozen, cast)


def test_who_lost_the_role_after_the_freeze_signs_nothing(frozen, cast):
    memberships.change_roles(
        organisation_id=cast.association.pk,
        administrator=cast.ada,
        member_id=cast.ada.pk,
        roles=memberships.Roles(is_administrator=True),
        at=make.NOON,
    )
    with pytest.raises(NotASignatory):
        sign(frozen, cast)
    assert not Signature.objects.exists()
