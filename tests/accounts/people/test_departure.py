"""What a departing person alone held, and to whom it passes."""

from datetime import timedelta

import pytest

from accounts.models import Handover, Invitation, Mandate, Membership
from accounts.people.actions import memberships
from accounts.people.queries import memberships as membership_queries
from ledger.models import Entry
from outbox.models import Message
from outbox.sending import delivery

pytestmark = pytest.mark.django_db
ALL = memberships.Roles(is_administrator=True, is_referent=True, is_signatory=True)


def change(cast, member, roles, at):
    memberships.change_roles(
        organisation_id=cast.association.pk,
        administrator=cast.ada,
        member_id=member.pk,
        roles=roles,
        at=at,
    )


def invite(cast, writer, at, email="eve@theatre.example"):
    return memberships.invite(
        organisation_id=cast.association.pk,
        administrator=writer,
        guest=memberships.Guest(email),
        roles=memberships.Roles(),
        at=at,
    )


def leave(cast, member, at):
    memberships.leave(organisation_id=cast.association.pk, member=member, at=at)


def kinds_of(organisation):
    chain = Entry.objects.filter(subject_id=organisation.pk).order_by("sequence")
    return list(chain.values_list("kind", flat=True))


@pytest.fixture
def two(cast, at):
    """Ada alone answers and signs; Ben administers with her."""
    change(cast, cast.ben, memberships.Roles(is_administrator=True), at)
    return cast


def test_sole_duties_are_handed_over_to_the_remaining_administrator(two, at):
    invite(two, two.ada, at)
    invite(two, two.ada, at - timedelta(days=20), email="old@theatre.example")
    leave(two, two.ada, at)
    handover = Handover.objects.get()
    assert (handover.leaver, handover.heir) == (two.ada, two.ben)
    assert (handover.letter_count, handover.was_only_referent, handover.was_only_signatory) == (1, True, True)
    assert Invitation.objects.get(email="eve@theatre.example").invited_by == two.ben
    assert Invitation.objects.get(email="old@theatre.example").invited_by == two.ada
    ben = Membership.objects.present().get(user=two.ben)
    assert (ben.is_referent, ben.is_signatory) == (True, False)
    assert two.association.referents_group_id in two.ben.groups.values_list("pk", flat=True)
    assert kinds_of(two.association)[-4:] == [
        "organisation.left",
        "organisation.mandate-revoked",
        "organisation.handed-over",
        "organisation.roles-changed",
    ]


def test_a_transferred_invitation_is_still_valid(two, at):
    invitation = invite(two, two.ada, at)
    leave(two, two.ada, at)
    again = memberships.resend_invitation(
        organisation_id=two.association.pk, administrator=two.ben, invitation_id=invitation.pk, at=at
    )
    assert again.token == invitation.token


def test_a_member_without_sole_duties_hands_nothing_over(two, at):
    change(two, two.ben, ALL, at)
    leave(two, two.ada, at)
    assert not Handover.objects.exists()
    assert not Message.objects.filter(kind="handover").exists()


def test_the_administrator_who_removes_somebody_takes_over(two, at):
    change(two, two.ben, memberships.Roles(is_referent=True), at)
    change(two, two.ada, memberships.Roles(is_administrator=True), at)
    memberships.remove_member(
        organisation_id=two.association.pk, administrator=two.ada, member_id=two.ben.pk, at=at
    )
    assert Handover.objects.get().heir == two.ada
    assert Membership.objects.present().get(user=two.ada).is_referent


def _desk(person, organisation):
    return membership_queries.personal_alerts(person, organisation)


def test_the_heir_gets_a_mail_and_acknowledges_once(two, at, smtp_sink):
    delivery.deliver_due(at=at, limit=500)
    smtp_sink.mails.clear()
    leave(two, two.ada, at)
    delivery.deliver_due(at=at)
    (mail,) = smtp_sink.to(two.ben.email)
    assert mail["Subject"] == "Vous prenez le relais, lisez la suite : Souffle Imaginaire"
    text = mail.get_body(("plain",)).get_content()
    assert "Vous répondez maintenant aux tours" in text
    assert "Il n’y a plus de signataire" in text
    assert "invitation" not in text
    (handover,) = _desk(two.ben, two.association).handovers
    for _again in range(2):
        memberships.acknowledge_handover(
            organisation_id=two.association.pk, administrator=two.ben, handover_id=handover.pk, at=at
        )
    assert _desk(two.ben, two.association).handovers == []
    assert kinds_of(two.association).count("organisation.handover-seen") == 1


def test_only_the_heir_acknowledges_a_handover(two, at):
    leave(two, two.ada, at)
    handover = Handover.objects.get()
    memberships.acknowledge_handover(
        organisation_id=two.association.pk, administrator=two.carla, handover_id=handover.pk, at=at
    )
    assert Handover.objects.get().seen_at is None


@pytest.mark.parametrize("who", ["ada", "ben"])
def test_sole_duties_are_known_before_the_departure(two, at, who):
    invite(two, two.ada, at)
    member = Membership.objects.present().get(user=getattr(two, who), organisation=two.association)
    duties = membership_queries.sole_duties(member, at=at)
    if who == "ben":
        assert duties == membership_queries.SoleDuties(
            invitation_count=0,
            was_only_referent=False,
            was_only_signatory=False,
            is_last_administrator=False,
            has_mandate=False,
        )
        return
    assert duties == membership_queries.SoleDuties(
        invitation_count=1,
        was_only_referent=True,
        was_only_signatory=True,
        is_last_administrator=False,
        has_mandate=True,
    )
    leave(two, two.ada, at)
    assert not Mandate.objects.filter(user=two.ada, revoked_at=None).exists()
