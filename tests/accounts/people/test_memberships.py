from datetime import timedelta

import pytest

from accounts.models import Invitation, Mandate, Membership
from accounts.organisations.transitions import NotAnAdministrator
from accounts.people.actions import memberships
from ledger.models import Entry
from outbox.models import Message
from tests import cast

pytestmark = pytest.mark.django_db
REFERENT = memberships.Roles(is_referent=True)
EVE = memberships.Guest("Eve@Theatre.example", "Eve Autre")


def invite(troupe, *, at, guest=EVE, roles=REFERENT, by=None):
    return memberships.invite(
        organisation_id=troupe.association.pk,
        administrator=by or troupe.ada,
        guest=guest,
        roles=roles,
        at=at,
    )


def groups(user):
    return set(user.groups.values_list("pk", flat=True))


def change(troupe, member, roles, *, at, by=None):
    return memberships.change_roles(
        organisation_id=troupe.association.pk,
        administrator=by or troupe.ada,
        member_id=member.pk,
        roles=roles,
        at=at,
    )


def test_an_invitation_accepted_gives_its_roles_and_groups(troupe, at):
    letter = invite(troupe, at=at, roles=memberships.Roles(is_signatory=True))
    eve = cast.person("Eve Autre")
    membership = memberships.accept_invitation(token=letter.token, user=eve, at=at)
    assert (membership.is_signatory, membership.is_referent) == (True, False)
    assert groups(eve) == {troupe.association.members_group_id, troupe.association.signatories_group_id}


def test_the_invitation_link_cannot_be_derived_from_the_table(troupe, at):
    letter = invite(troupe, at=at)
    stored = Invitation.objects.filter(pk=letter.pk).values().get()
    assert letter.token not in map(str, stored.values())
    assert letter.token not in str(
        Message.objects.get(kind="invitation", facts__invitation=str(letter.pk)).facts
    )


def test_no_name_and_no_address_goes_to_the_ledger(troupe, at):
    invite(troupe, at=at)
    told = str(list(Entry.objects.values_list("facts", flat=True).order_by("pk"))).lower()
    assert "eve" not in told
    assert "theatre.example" not in told


def test_an_invitation_is_for_one_address(troupe, at):
    letter = invite(troupe, at=at)
    with pytest.raises(memberships.InvitationForSomebodyElse):
        memberships.accept_invitation(token=letter.token, user=cast.person("Zoe Voisine"), at=at)


@pytest.mark.parametrize("spoil", ["used", "revoked", "old", "unknown"])
def test_a_closed_invitation_is_refused(troupe, at, spoil):
    letter, token, moment = invite(troupe, at=at), None, at
    eve = cast.person("Eve Autre")
    if spoil == "used":
        memberships.accept_invitation(token=letter.token, user=eve, at=at)
        memberships.leave(organisation_id=troupe.association.pk, member=eve, at=at)
    if spoil == "revoked":
        memberships.revoke_invitation(
            organisation_id=troupe.association.pk,
            administrator=troupe.ada,
            invitation_id=letter.pk,
            at=at,
        )
        assert Message.objects.get(facts__invitation=str(letter.pk)).cancelled_at
    if spoil == "old":
        moment = at + timedelta(days=14)
    if spoil == "unknown":
        token = "f" * 64
    with pytest.raises(memberships.InvitationIsClosed):
        memberships.accept_invitation(token=token or letter.token, user=eve, at=moment)


def test_an_expired_invitation_sent_again_is_open_again(troupe, at):
    letter = invite(troupe, at=at)
    later = at + timedelta(days=20)
    memberships.resend_invitation(
        organisation_id=troupe.association.pk, administrator=troupe.ada, invitation_id=letter.pk, at=later
    )
    assert Message.objects.filter(facts__invitation=str(letter.pk)).count() == 2
    assert memberships.accept_invitation(token=letter.token, user=cast.person("Eve Autre"), at=later)


def test_an_address_has_one_open_invitation(troupe, at):
    invite(troupe, at=at)
    with pytest.raises(memberships.AlreadyInvited):
        invite(troupe, at=at)
    assert invite(troupe, at=at + timedelta(days=15)).is_open(at + timedelta(days=15))


def test_a_member_is_not_invited(troupe, at):
    with pytest.raises(memberships.AlreadyAMember):
        invite(troupe, at=at, guest=memberships.Guest(troupe.ben.email))


def test_a_broker_cannot_accept_an_invitation(troupe, at):
    letter = invite(troupe, at=at, guest=memberships.Guest(troupe.oscar.email))
    with pytest.raises(memberships.BrokersDoNotJoin):
        memberships.accept_invitation(token=letter.token, user=troupe.oscar, at=at)


@pytest.mark.parametrize("name", ["ben", "carla", "nora", "root", "mallory"])
def test_only_an_administrator_manages_members(troupe, at, name):
    user = getattr(troupe, name)
    with pytest.raises(NotAnAdministrator):
        invite(troupe, at=at, by=user)
    with pytest.raises(NotAnAdministrator):
        change(troupe, troupe.ben, memberships.Roles(is_signatory=True), at=at, by=user)
    with pytest.raises(NotAnAdministrator):
        memberships.remove_member(
            organisation_id=troupe.association.pk, administrator=user, member_id=troupe.ben.pk, at=at
        )


def test_roles_change_the_groups(troupe, at):
    change(troupe, troupe.ben, memberships.Roles(is_signatory=True), at=at)
    assert groups(troupe.ben) == {
        troupe.association.members_group_id,
        troupe.association.signatories_group_id,
    }


def test_a_member_who_no_longer_signs_loses_the_mandate(troupe, at):
    change(troupe, troupe.ada, memberships.Roles(is_administrator=True), at=at)
    assert Mandate.objects.get(pk=troupe.ada_mandate.pk).revoked_at == at


def test_the_last_administrator_cannot_leave(troupe, at):
    with pytest.raises(memberships.LastAdministrator):
        memberships.leave(organisation_id=troupe.association.pk, member=troupe.ada, at=at)
    with pytest.raises(memberships.LastAdministrator):
        change(troupe, troupe.ada, memberships.Roles(is_signatory=True), at=at)


def test_an_inactive_administrator_does_not_count(troupe, at):
    change(troupe, troupe.ben, memberships.Roles(is_administrator=True), at=at)
    troupe.ben.is_active = False
    troupe.ben.save(update_fields=["is_active"])
    with pytest.raises(memberships.LastAdministrator):
        memberships.leave(organisation_id=troupe.association.pk, member=troupe.ada, at=at)


def test_leaving_revokes_access_and_a_new_invitation_restores_it(troupe, at):
    memberships.leave(organisation_id=troupe.association.pk, member=troupe.ben, at=at)
    assert groups(troupe.ben) == set()
    with pytest.raises(memberships.NotAMember):
        memberships.leave(organisation_id=troupe.association.pk, member=troupe.ben, at=at)
    letter = invite(troupe, at=at, guest=memberships.Guest(troupe.ben.email))
    memberships.accept_invitation(token=letter.token, user=troupe.ben, at=at)
    assert Membership.objects.filter(user=troupe.ben).count() == 2
