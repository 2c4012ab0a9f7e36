"""Who may be suspended, and what lifting a suspension spares."""

from datetime import timedelta

import pytest

from accounts import lifecycle
from accounts.models import Decision, IdentityChange, Organisation
from accounts.organisations.transitions import OrganisationReadOnly
from accounts.vetting import actions as vetting
from accounts.vetting.queries import is_only_suspended
from tests.accounts.vetting.test_vetting import decide, newcomer
from tests.cast import SOUFFLE, check_all, grant_mandate

pytestmark = pytest.mark.django_db


def test_an_organisation_never_verified_is_refused_and_not_suspended(cast, at):
    waiting = newcomer(at)
    assert "suspended" not in lifecycle.decisions_from(waiting.state, was_verified=False)
    with pytest.raises(vetting.DecisionNotOpen):
        decide(waiting, cast.nora, Decision.SUSPENDED, at=at)


def change_identity(cast, at):
    vetting.change_identity(
        organisation_id=cast.association.pk,
        administrator=cast.ada,
        identity=SOUFFLE._replace(city="Villeurbanne"),
        reason="Le siège a déménagé.",
        at=at,
    )


def test_lifting_the_suspension_of_a_pending_organisation_requires_its_checks(cast, at):
    change_identity(cast, at)
    decide(cast.association, cast.nora, Decision.SUSPENDED, at=at)
    own = Organisation.objects.get(pk=cast.association.pk)
    assert own.state == "suspended"
    assert not is_only_suspended(own)
    with pytest.raises(vetting.ChecksUnsettled):
        decide(own, cast.nora, Decision.VERIFIED, at=at, reason="")
    check_all(own, cast.nora, at=at)
    decide(own, cast.nora, Decision.VERIFIED, at=at + timedelta(days=3), reason="")
    own.refresh_from_db()
    assert (own.state, own.checked_at) == ("verified", at + timedelta(days=3))
    assert not IdentityChange.objects.filter(organisation=own, vetting=None).exists()


def test_a_suspended_pending_organisation_may_be_sent_back(cast, at):
    change_identity(cast, at)
    decide(cast.association, cast.nora, Decision.SUSPENDED, at=at)
    decide(cast.association, cast.nora, Decision.TO_COMPLETE, at=at)
    grant_mandate(cast.association, cast.ada, "présidente", at=at)
    decide(cast.association, cast.nora, Decision.SUSPENDED, at=at)
    with pytest.raises(OrganisationReadOnly):
        grant_mandate(cast.association, cast.ada, "présidente", at=at)


def test_the_suspension_of_a_verified_organisation_is_lifted_without_checks(cast, at):
    decide(cast.association, cast.nora, Decision.SUSPENDED, at=at)
    own = Organisation.objects.get(pk=cast.association.pk)
    assert is_only_suspended(own)
    decide(own, cast.nora, Decision.VERIFIED, at=at + timedelta(days=3), reason="")
    own.refresh_from_db()
    assert (own.state, own.checked_at) == ("verified", at)
