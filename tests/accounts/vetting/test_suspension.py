"""Who may be suspended, and what lifting a suspension spares."""

from datetime import timedelta

import pytest

from accounts import lifecycle
from accounts.models import Decision, IdentityChange, Organisation
from accounts.organisations.transitions import OrganisationReadOnly
from accounts.vetting import actions as vetting
from accounts.vetting.queries import is_only_suspended
from tests import cast
from tests.accounts.vetting.test_vetting import decide, newcomer

pytestmark = pytest.mark.django_db


def test_an_organisation_never_verified_is_refused_and_not_suspended(troupe, at):
    waiting = newcomer(at)
    assert "suspended" not in lifecycle.decisions_from(waiting.state, was_verified=False)
    with pytest.raises(vetting.DecisionNotOpen):
        decide(waiting, troupe.nora, Decision.SUSPENDED, at=at)


def change_identity(troupe, at):
    vetting.change_identity(
        organisation_id=troupe.association.pk,
        administrator=troupe.ada,
        identity=cast.SOUFFLE._replace(city="Villeurbanne"),
        reason="Le siège a déménagé.",
        at=at,
    )


def test_lifting_the_suspension_of_a_pending_organisation_requires_its_checks(troupe, at):
    change_identity(troupe, at)
    decide(troupe.association, troupe.nora, Decision.SUSPENDED, at=at)
    own = Organisation.objects.get(pk=troupe.association.pk)
    assert own.state == "suspended"
    assert not is_only_suspended(own)
    with pytest.raises(vetting.ChecksUnsettled):
        decide(own, troupe.nora, Decision.VERIFIED, at=at, reason="")
    cast.check_all(own, troupe.nora, at=at)
    decide(own, troupe.nora, Decision.VERIFIED, at=at + timedelta(days=3), reason="")
    own.refresh_from_db()
    assert (own.state, own.checked_at) == ("verified", at + timedelta(days=3))
    assert not IdentityChange.objects.filter(organisation=own, vetting=None).exists()


def test_a_suspended_pending_organisation_may_be_sent_back(troupe, at):
    change_identity(troupe, at)
    decide(troupe.association, troupe.nora, Decision.SUSPENDED, at=at)
    decide(troupe.association, troupe.nora, Decision.TO_COMPLETE, at=at)
    cast.mandate(troupe.association, troupe.ada, "présidente", at=at)
    decide(troupe.association, troupe.nora, Decision.SUSPENDED, at=at)
    with pytest.raises(OrganisationReadOnly):
        cast.mandate(troupe.association, troupe.ada, "présidente", at=at)


def test_the_suspension_of_a_verified_organisation_is_lifted_without_checks(troupe, at):
    decide(troupe.association, troupe.nora, Decision.SUSPENDED, at=at)
    own = Organisation.objects.get(pk=troupe.association.pk)
    assert is_only_suspended(own)
    decide(own, troupe.nora, Decision.VERIFIED, at=at + timedelta(days=3), reason="")
    own.refresh_from_db()
    assert (own.state, own.checked_at) == ("verified", at)
