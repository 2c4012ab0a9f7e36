import pytest

from accounts import checklist
from accounts.models import IdentityChange, Organisation, VettingCheck
from accounts.organisations.transitions import IdentityTaken, NotAnAdministrator, OrganisationReadOnly
from accounts.registration import actions as registration
from accounts.vetting import actions as identity
from accounts.vetting.queries import applicable_checks, open_checks
from ledger.models import Entry
from outbox.models import Message
from tests import cast

pytestmark = pytest.mark.django_db


def change(troupe, at, *, by=None, reason="Le siège a déménagé en mars.", **fields):
    return identity.change_identity(
        organisation_id=troupe.association.pk,
        administrator=by or troupe.ada,
        identity=cast.SOUFFLE._replace(**fields),
        reason=reason,
        at=at,
    )


def test_a_verified_one_that_changes_goes_back_with_before_and_after(troupe, at):
    made = change(troupe, at, city="Villeurbanne")
    own = Organisation.objects.get(pk=troupe.association.pk)
    assert (own.state, own.city, own.submitted_at) == ("pending", "Villeurbanne", at)
    assert (made.before, made.after) == ({"city": "Lyon"}, {"city": "Villeurbanne"})
    entry = Entry.objects.filter(subject_id=own.pk, kind="organisation.resubmit").get()
    assert (entry.facts["before"], entry.facts["after"]) == (made.before, made.after)
    assert Message.objects.filter(kind="organisation-changed", cancelled_at=None).exists()
    assert not Message.objects.filter(kind="organisation-recheck", cancelled_at=None).filter(
        facts__organisation=str(own.pk)
    )


def test_what_does_not_follow_the_identity_stays_checked(troupe, at):
    change(troupe, at, name="Souffle Réel")
    kept = set(open_checks(troupe.association))
    applicable = applicable_checks(troupe.association)
    assert kept == {each.code for each in applicable if not each.follows_identity}
    assert VettingCheck.objects.filter(vetting__organisation=troupe.association).count() == len(applicable)


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({}, identity.IdentityUnchanged),
        ({"city": "Nice", "reason": "  "}, identity.ChangeReasonMissing),
        ({"rna": "", "siren": ""}, registration.IdentityMissing),
        ({"siren": "000000075", "siret": "00000007500010"}, IdentityTaken),
    ],
)
def test_what_stands_in_the_way_is_said_and_nothing_moves(troupe, at, fields, error):
    with pytest.raises(error):
        change(troupe, at, **fields)
    assert Organisation.objects.get(pk=troupe.association.pk).state == "verified"
    assert not IdentityChange.objects.exists()


@pytest.mark.parametrize("name", ["ben", "carla", "nora", "root"])
def test_only_its_administrator_changes_it(troupe, at, name):
    with pytest.raises(NotAnAdministrator):
        change(troupe, at, by=getattr(troupe, name), city="Nice")


@pytest.mark.parametrize(
    ("state", "error"), [("pending", identity.IdentityNotVerified), ("suspended", OrganisationReadOnly)]
)
def test_only_a_verified_identity_is_changed_so(troupe, at, state, error):
    Organisation.objects.filter(pk=troupe.association.pk).update(state=state)
    with pytest.raises(error):
        change(troupe, at, city="Nice")


def test_every_check_speaks_and_each_side_has_ten():
    for side in checklist.BOTH:
        assert len(checklist.checklist_for(side, is_approved=True)) >= 10
    assert all(each.title and each.look and each.where for each in checklist.CHECKLIST)
