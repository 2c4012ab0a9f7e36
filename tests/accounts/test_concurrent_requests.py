"""Two people at the same moment, on two real connections."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from accounts.models import Membership, Organisation
from accounts.people.actions import memberships
from accounts.refusals import Refusal
from accounts.registration.actions import RULES_VERSION, start_registration, submit
from ledger.verify import verify
from tests.cast import SOUFFLE, assemble_cast, create_person

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts):
    """Run the acts together and return what each gave or raised."""
    start = Barrier(len(acts))

    def run(act):
        start.wait(timeout=10)
        try:
            return act()
        except Refusal as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return [future.result(timeout=30) for future in [pool.submit(run, act) for act in acts]]


@pytest.mark.parametrize("_round", range(3))
def test_one_invitation_accepted_twice_makes_one_member(at, _round):
    cast = assemble_cast(at)
    invitation = memberships.invite(
        organisation_id=cast.association.pk,
        administrator=cast.ada,
        guest=memberships.Guest("eve@theatre.example"),
        roles=memberships.Roles(),
        at=at,
    )
    eve = create_person("Eve Autre")

    def accept():
        return memberships.accept_invitation(token=invitation.token, user=eve, at=at)

    results = at_once(accept, accept, accept)
    assert sum(isinstance(each, Membership) for each in results) == 1
    assert sum(isinstance(each, memberships.InvitationIsClosed) for each in results) == 2
    assert Membership.objects.filter(user=eve).count() == 1


@pytest.mark.parametrize("_round", range(3))
def test_one_invitation_accepted_by_two_people_lets_in_the_one_it_names(at, _round):
    cast = assemble_cast(at)
    eve, zoe = create_person("Eve Autre"), create_person("Zoé Voisine")
    invitation = memberships.invite(
        organisation_id=cast.association.pk,
        administrator=cast.ada,
        guest=memberships.Guest(eve.email),
        roles=memberships.Roles(is_administrator=True),
        at=at,
    )

    def accept(person):
        return lambda: memberships.accept_invitation(token=invitation.token, user=person, at=at)

    results = at_once(accept(zoe), accept(eve), accept(zoe))
    assert sum(isinstance(each, Membership) for each in results) == 1
    joined = Membership.objects.filter(organisation=cast.association, user__in=[eve, zoe])
    assert [each.user for each in joined] == [eve]
    assert verify() is None


@pytest.mark.parametrize("_round", range(3))
def test_two_administrators_demoting_each_other_leave_one(at, _round):
    cast = assemble_cast(at)
    both = memberships.Roles(is_administrator=True, is_referent=True)
    change = {"organisation_id": cast.association.pk, "at": at}
    memberships.change_roles(administrator=cast.ada, member_id=cast.ben.pk, roles=both, **change)

    def demote(administrator, member):
        return lambda: memberships.change_roles(
            administrator=administrator, member_id=member.pk, roles=memberships.Roles(), **change
        )

    results = at_once(demote(cast.ada, cast.ben), demote(cast.ben, cast.ada))
    assert sum(isinstance(each, Refusal) for each in results) == 1
    present = Membership.objects.present().filter(organisation=cast.association)
    assert present.filter(is_administrator=True).count() == 1
    assert verify() is None


def test_two_administrators_leaving_together_leave_one(at):
    cast = assemble_cast(at)
    change = {"organisation_id": cast.association.pk, "at": at}
    memberships.change_roles(
        administrator=cast.ada,
        member_id=cast.ben.pk,
        roles=memberships.Roles(is_administrator=True),
        **change,
    )
    results = at_once(
        lambda: memberships.leave(member=cast.ada, **change),
        lambda: memberships.leave(member=cast.ben, **change),
    )
    assert sum(isinstance(each, memberships.LastAdministrator) for each in results) == 1


def test_one_identity_submitted_by_two_at_once_is_accepted_once(at):
    founders = [create_person("Ada Vernet"), create_person("Eve Autre")]
    drafts = [
        start_registration(founder=each, side="association", identity=SOUFFLE, at=at) for each in founders
    ]

    def hand_in(draft, founder):
        return lambda: submit(
            organisation_id=draft.pk, administrator=founder, rules_version=RULES_VERSION, at=at
        )

    results = at_once(*[hand_in(*pair) for pair in zip(drafts, founders, strict=True)])
    assert sum(isinstance(each, Refusal) for each in results) == 1
    assert Organisation.objects.filter(state="pending").count() == 1


def test_the_first_form_sent_twice_at_once_makes_one_draft(at):
    ada = create_person("Ada Vernet")

    def start():
        return start_registration(founder=ada, side="association", identity=SOUFFLE, at=at)

    at_once(start, start)
    assert Organisation.objects.count() == 1
