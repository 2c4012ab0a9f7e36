import pytest

from accounts.models import IdentityChange, Organisation, VettingCheck
from accounts.organisations import checklist
from accounts.organisations.transitions import IdentityTaken, NotAnAdministrator, OrganisationReadOnly
from accounts.registration import actions as registration
from accounts.vetting import actions as vetting
from accounts.vetting.queries import applicable_checks, open_checks
from ledger.models import Entry
from outbox.models import Message
from tests.cast import SOUFFLE

pytestmark = pytest.mark.django_db


def change(cast, at, *, by=None, reason="Le siège a déménagé en mars.", **fields):
    return vetting.change_identity(
        organisation_id=cast.association.pk,
        administrator=by or cast.ada,
        identity=SOUFFLE._replace(**fields),
        reason=reason,
        at=at,
    )


def test_a_changed_identity_makes_the_organisation_pending_and_stores_both_versions(cast, at):
    made = change(cast, at, city="Villeurbanne")
    own = Organisation.objects.get(pk=cast.association.pk)
    assert (own.state, own.city, own.submitted_at) == ("pending", "Villeurbanne", at)
    assert (made.before, made.after) == ({"city": "Lyon"}, {"city": "Villeurbanne"})
    entry = Entry.objects.filter(subject_id=own.pk, kind="organisation.resubmit").get()
    assert (entry.facts["before"], entry.facts["after"]) == (made.before, made.after)
    assert Message.objects.filter(kind="organisation-changed", cancelled_at=None).exists()
    assert not Message.objects.filter(kind="organisation-recheck", cancelled_at=None).filter(
        facts__organisation=str(own.pk)
    )


def test_checks_independent_of_the_identity_stay_passed(cast, at):
    change(cast, at, name="Souffle Réel")
    open_codes = set(open_checks(cast.association))
    applicable = applicable_checks(cast.association)
    assert open_codes == {each.code for each in applicable if not each.follows_identity}
    assert VettingCheck.objects.filter(vetting__organisation=cast.association).count() == len(applicable)


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({}, vetting.IdentityUnchanged),
        ({"city": "Nice", "reason": "  "}, vetting.ChangeReasonMissing),
        ({"rna": "", "siren": ""}, registration.IdentityMissing),
        ({"siren": "000000075", "siret": "00000007500010"}, IdentityTaken),
    ],
)
def test_a_refused_change_has_a_reason_and_changes_nothing(cast, at, fields, error):
    with pytest.raises(error):
        change(cast, at, **fields)
    assert Organisation.objects.get(pk=cast.association.pk).state == "verified"
    assert not IdentityChange.objects.exists()


@pytest.mark.parametrize("name", ["ben", "carla", "nora", "root"])
def test_only_an_administrator_changes_the_identity(cast, at, name):
    with pytest.raises(NotAnAdministrator):
        change(cast, at, by=getattr(cast, name), city="Nice")


@pytest.mark.parametrize(
    ("state", "error"), [("pending", vetting.IdentityNotVerified), ("suspended", OrganisationReadOnly)]
)
def test_only_a_verified_identity_is_changed_this_way(cast, at, state, error):
    Organisation.objects.filter(pk=cast.association.pk).update(state=state)
    with pytest.raises(error):
        change(cast, at, city="Nice")


def test_every_item_has_its_texts_and_each_side_has_ten():
    for side in checklist.BOTH:
        assert len(checklist.checklist_for(side, is_approved=True)) >= 10
    assert all(each.title and each.look and each.where for each in checklist.CHECKLIST)
