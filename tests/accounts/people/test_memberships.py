from datetime import timedelta

import pytest

from accounts.models import Invitation, Mandate, Membership
from accounts.organisations.transitions import NotAnAdministrator
from accounts.people.actions import memberships
from ledger.models import Entry
from outbox.models import Message
from tests.cast import create_person

pytestmark = pytest.mark.django_db
REFERENT = memberships.Roles(is_referent=True)
EVE = memberships.Guest("Eve@Theatre.example", "Eve Autre")


def invite(cast, *, at, guest=EVE, roles=REFERENT, by=None):
    return memberships.invite(
        organisation_id=cast.association.pk,
        administrator=by or cast.ada,
        guest=guest,
        roles=roles,
        at=at,
    )


def groups(user):
    return set(user.groups.values_list("pk", flat=True))


def change(cast, member, roles, *, at, by=None):
    return memberships.change_roles(
        organisation_id=cast.association.pk,
        administrator=by or cast.ada,
        member_id=member.pk,
        roles=roles,
        at=at,
    )


def test_an_invitation_accepted_gives_its_roles_and_groups(cast, at):
    invitation = invite(cast, at=at, roles=memberships.Roles(is_signatory=True))
    eve = create_person("Eve Autre")
    membership = memberships.accept_invitation(token=invitation.token, user=eve, at=at)
    assert (membership.is_signatory, membership.is_referent) == (True, False)
    assert groups(eve) == {cast.association.members_group_id, cast.association.signatories_group_id}


def test_the_invitation_link_cannot_be_derived_from_the_table(cast, at):
    invitation = invite(cast, at=at)
    stored = Invitation.objects.filter(pk=invitation.pk).values().get()
    assert invitation.token not in map(str, stored.values())
    assert invitation.token not in str(
        Message.objects.get(kind="invitation", facts__invitation=str(invitation.pk)).facts
    )


def test_no_name_and_no_address_goes_to_the_ledger(cast, at):
    invite(cast, at=at)
    facts = str(list(Entry.objects.values_list("facts", flat=True).order_by("pk"))).lower()
    assert "eve" not in facts
    assert "theatre.example" not in facts


def test_an_invitation_is_for_one_address(cast, at):
    invitation = invite(cast, at=at)
    with pytest.raises(memberships.InvitationForSomebodyElse):
        memberships.accept_invitation(token=invitation.token, user=create_person("Zoe Voisine"), at=at)


@pytest.mark.parametrize("spoil", ["used", "revoked", "old", "unknown"])
def test_a_closed_invitation_is_refused(cast, at, spoil):
    invitation, token, moment = invite(cast, at=at), None, at
    eve = create_person("Eve Autre")
    if spoil == "used":
        memberships.accept_invitation(token=invitation.token, user=eve, at=at)
        memberships.leave(organisation_id=cast.association.pk, member=eve, at=at)
    if spoil == "revoked":
        memberships.revoke_invitation(
            organisation_id=cast.association.pk,
            administrator=cast.ada,
            invitation_id=invitation.pk,
            at=at,
        )
        assert Message.objects.get(facts__invitation=str(invitation.pk)).cancelled_at
    if spoil == "old":
        moment = at + timedelta(days=14)
    if spoil == "unknown":
        token = "f" * 64
    with pytest.raises(memberships.InvitationIsClosed):
        memberships.accept_invitation(token=token or invitation.token, user=eve, at=moment)


def test_an_expired_invitation_sent_again_is_open_again(cast, at):
    invitation = invite(cast, at=at)
    later = at + timedelta(days=20)
    memberships.resend_invitation(
        organisation_id=cast.association.pk, administrator=cast.ada, invitation_id=invitation.pk, at=later
    )
    assert Message.objects.filter(facts__invitation=str(invitation.pk)).count() == 2
    assert memberships.accept_invitation(token=invitation.token, user=create_person("Eve Autre"), at=later)


def test_an_address_has_one_open_invitation(cast, at):
    invite(cast, at=at)
    with pytest.raises(memberships.AlreadyInvited):
        invite(cast, at=at)
    assert invite(cast, at=at + timedelta(days=15)).is_open(at + timedelta(days=15))


def test_a_member_is_not_invited(cast, at):
    with pytest.raises(memberships.AlreadyAMember):
        invite(cast, at=at, guest=memberships.Guest(cast.ben.email))


def test_a_broker_cannot_accept_an_invitation(cast, at):
    invitation = invite(cast, at=at, guest=memberships.Guest(cast.oscar.email))
    with pytest.raises(memberships.BrokersDoNotJoin):
        memberships.accept_invitation(token=invitation.token, user=cast.oscar, at=at)


@pytest.mark.parametrize("name", ["ben", "carla", "nora", "root", "mallory"])
def test_only_an_administrator_manages_members(cast, at, name):
    user = getattr(cast, name)
    with pytest.raises(NotAnAdministrator):
        invite(cast, at=at, by=user)
    with pytest.raises(NotAnAdministrator):
        change(cast, cast.ben, memberships.Roles(is_signatory=True), at=at, by=user)
    with pytest.raises(NotAnAdministrator):
        memberships.remove_member(
            organisation_id=cast.association.pk, administrator=user, member_id=cast.ben.pk, at=at
        )


def test_roles_change_the_groups(cast, at):
    change(cast, cast.ben, memberships.Roles(is_signatory=True), at=at)
    assert groups(cast.ben) == {
        cast.association.members_group_id,
        cast.association.signatories_group_id,
    }


def test_a_member_who_no_longer_signs_loses_the_mandate(cast, at):
    change(cast, cast.ada, memberships.Roles(is_administrator=True), at=at)
    assert Mandate.objects.get(pk=cast.ada_mandate.pk).revoked_at == at


def test_the_last_administrator_cannot_leave(cast, at):
    with pytest.raises(memberships.LastAdministrator):
        memberships.leave(organisation_id=cast.association.pk, member=cast.ada, at=at)
    with pytest.raises(memberships.LastAdministrator):
        change(cast, cast.ada, memberships.Roles(is_signatory=True), at=at)


def test_an_inactive_administrator_does_not_count(cast, at):
    change(cast, cast.ben, memberships.Roles(is_administrator=True), at=at)
    cast.ben.is_active = False
    cast.ben.save(update_fields=["is_active"])
    with pytest.raises(memberships.LastAdministrator):
        memberships.leave(organisation_id=cast.association.pk, member=cast.ada, at=at)


def test_leaving_revokes_access_and_a_new_invitation_restores_it(cast, at):
    memberships.leave(organisation_id=cast.association.pk, member=cast.ben, at=at)
    assert groups(cast.ben) == set()
    with pytest.raises(memberships.NotAMember):
        memberships.leave(organisation_id=cast.association.pk, member=cast.ben, at=at)
    invitation = invite(cast, at=at, guest=memberships.Guest(cast.ben.email))
    memberships.accept_invitation(token=invitation.token, user=cast.ben, at=at)
    assert Membership.objects.filter(user=cast.ben).count() == 2
