import pytest

from accounts import checklist
from accounts.models import IdentityChange, Organisation, VettingCheck
from accounts.organisations.transitions import IdentityTaken, NotAnAdministrator, OrganisationReadOnly
from accounts.registration import actions as registration
from accounts.vetting import actions as vetting
from accounts.vetting.queries import applicable_checks, open_checks
from ledger.models import Entry
from outbox.models import Message
from tests import cast

pytestmark = pytest.mark.django_db


def change(troupe, at, *, by=None, reason="Le siège a déménagé en mars.", **fields):
    return vetting.change_identity(
        organisation_id=troupe.association.pk,
        administrator=by or troupe.ada,
        identity=cast.SOUFFLE._replace(**fields),
        reason=reason,
        at=at,
    )


def test_a_changed_identity_makes_the_organisation_pending_and_stores_both_versions(troupe, at):
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


def test_checks_independent_of_the_identity_stay_passed(troupe, at):
    change(troupe, at, name="Souffle Réel")
    kept = set(open_checks(troupe.association))
    applicable = applicable_checks(troupe.association)
    assert kept == {each.code for each in applicable if not each.follows_identity}
    assert VettingCheck.objects.filter(vetting__organisation=troupe.association).count() == len(applicable)


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({}, vetting.IdentityUnchanged),
        ({"city": "Nice", "reason": "  "}, vetting.ChangeReasonMissing),
        ({"rna": "", "siren": ""}, registration.IdentityMissing),
        ({"siren": "000000075", "siret": "00000007500010"}, IdentityTaken),
    ],
)
def test_a_refused_change_has_a_reason_and_changes_nothing(troupe, at, fields, error):
    with pytest.raises(error):
        change(troupe, at, **fields)
    assert Organisation.objects.get(pk=troupe.association.pk).state == "verified"
    assert not IdentityChange.objects.exists()


@pytest.mark.parametrize("name", ["ben", "carla", "nora", "root"])
def test_only_an_administrator_changes_the_identity(troupe, at, name):
    with pytest.raises(NotAnAdministrator):
        change(troupe, at, by=getattr(troupe, name), city="Nice")


@pytest.mark.parametrize(
    ("state", "error"), [("pending", vetting.IdentityNotVerified), ("suspended", OrganisationReadOnly)]
)
def test_only_a_verified_identity_is_changed_this_way(troupe, at, state, error):
    Organisation.objects.filter(pk=troupe.association.pk).update(state=state)
    with pytest.raises(error):
        change(troupe, at, city="Nice")


def test_every_item_has_its_texts_and_each_side_has_ten():
    for side in checklist.BOTH:
        assert len(checklist.checklist_for(side, is_approved=True)) >= 10
    assert all(each.title and each.look and each.where for each in checklist.CHECKLIST)
