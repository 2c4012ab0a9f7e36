"""Members of an organisation: invitations, roles, departures and handovers."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import message_keys
from accounts.models import Handover, Invitation, Membership, Organisation, User
from accounts.models.membership import digest
from accounts.organisations import transitions
from accounts.organisations.transitions import lock, present_member, record_act, require_administrator
from accounts.people.actions.mandates import end_mandate
from accounts.permissions import sync_groups
from accounts.refusals import Refusal
from accounts.text import canonical
from outbox import post
from outbox.models import Message

INVITATION_LIFETIME = timedelta(days=14)


class Roles(NamedTuple):
    """What a member may do beyond reading."""

    is_administrator: bool = False
    is_referent: bool = False
    is_signatory: bool = False


class Guest(NamedTuple):
    """The person to invite; the invitation is sent to `email`."""

    email: str
    full_name: str = ""


class PeopleError(Refusal):
    """The act is not possible for that person."""


class AlreadyInvited(PeopleError):
    """An invitation to this address is still open."""

    sentence = _("Une invitation à cette adresse est encore valable. Renvoyez-la, ou annulez-la d’abord.")


class AlreadyAMember(PeopleError):
    """The person is a present member."""

    sentence = _("Cette personne est déjà membre de l’organisation.")


class InvitationIsClosed(PeopleError):
    """The invitation was accepted, revoked, or has expired."""

    sentence = _(
        "Cette invitation n’est plus valable : elle a été utilisée, annulée, ou a expiré. "
        "Demandez une nouvelle invitation à la personne qui vous l’a envoyée."
    )


class InvitationForSomebodyElse(PeopleError):
    """The invitation was sent to an address other than that of the user."""

    sentence = _(
        "Cette invitation a été envoyée à une autre adresse. Connectez-vous avec l’adresse qui l’a reçue."
    )


class BrokersDoNotJoin(PeopleError):
    """A broker cannot be a member of an organisation."""

    sentence = _(
        "Un passeur ne peut pas être membre d’une organisation : il n’est partie à aucun partenariat."
    )


class NotAMember(PeopleError):
    """The person is not a present member."""

    sentence = _("Cette personne n’est plus membre de l’organisation.")


class LastAdministrator(PeopleError):
    """The organisation would have no administrator left."""

    sentence = _(
        "Il faut au moins un gestionnaire. Donnez d’abord ce rôle à une autre personne, dans la "
        "liste des membres."
    )


@transaction.atomic
def invite(
    *, organisation_id: UUID, administrator: User, guest: Guest, roles: Roles, at: datetime
) -> Invitation:
    """Create and send an invitation with these roles, valid for 14 days.

    Raises NotAnAdministrator, AlreadyInvited, AlreadyAMember.
    """
    organisation = lock(organisation_id)
    require_administrator(administrator, organisation)
    email = canonical.email_address(guest.email)
    if Membership.objects.present().filter(organisation=organisation, user__email=email).exists():
        raise AlreadyAMember
    for earlier in organisation.invitations.filter(email=email, accepted_at=None, revoked_at=None):
        if earlier.is_open(at):
            raise AlreadyInvited
        cancel_invitation(earlier, at=at)
    invitation = Invitation(
        organisation=organisation,
        email=email,
        full_name=guest.full_name,
        invited_by=administrator,
        created_at=at,
        expires_at=at + INVITATION_LIFETIME,
        **roles._asdict(),
    )
    invitation.token_digest = digest(invitation.token)
    invitation.save(force_insert=True)
    record_act(
        organisation, "invited", actor=administrator, at=at, letter=str(invitation.pk), **roles._asdict()
    )
    post_invitation(invitation, at=at)
    return invitation


@transaction.atomic
def resend_invitation(
    *, organisation_id: UUID, administrator: User, invitation_id: UUID, at: datetime
) -> Invitation:
    """Send an open or expired invitation again, valid for another 14 days.

    Raises NotAnAdministrator, InvitationIsClosed.
    """
    organisation = lock(organisation_id)
    require_administrator(administrator, organisation)
    invitation = _unused_invitation(organisation, invitation_id)
    invitation.expires_at = at + INVITATION_LIFETIME
    invitation.token_digest = digest(invitation.token)
    invitation.save(update_fields=["expires_at", "token_digest"])
    record_act(organisation, "invited-again", actor=administrator, at=at, letter=str(invitation.pk))
    post_invitation(invitation, at=at)
    return invitation


@transaction.atomic
def revoke_invitation(
    *, organisation_id: UUID, administrator: User, invitation_id: UUID, at: datetime
) -> None:
    """Revoke an invitation. Raises NotAnAdministrator, InvitationIsClosed."""
    organisation = lock(organisation_id)
    require_administrator(administrator, organisation)
    invitation = _unused_invitation(organisation, invitation_id)
    cancel_invitation(invitation, at=at)
    record_act(organisation, "invitation-revoked", actor=administrator, at=at, letter=str(invitation.pk))


@transaction.atomic
def accept_invitation(*, token: str, user: User, at: datetime) -> Membership:
    """Make the user a member with the roles of an invitation to their address.

    Raises InvitationIsClosed, InvitationForSomebodyElse, BrokersDoNotJoin, OrganisationReadOnly,
    AlreadyAMember.
    """
    unlocked = Invitation.objects.filter(token_digest=digest(token)).first()
    if unlocked is None or unlocked.organisation_id is None:
        raise InvitationIsClosed
    organisation = lock(unlocked.organisation_id)
    invitation = Invitation.objects.get(pk=unlocked.pk)
    if not invitation.is_open(at):
        raise InvitationIsClosed
    if canonical.email_address(invitation.email) != canonical.email_address(user.email):
        raise InvitationForSomebodyElse
    if user.is_broker:
        raise BrokersDoNotJoin
    transitions.require_active(organisation)
    if present_member(organisation, user.pk):
        raise AlreadyAMember
    invitation.accepted_at = at
    invitation.save(update_fields=["accepted_at"])
    roles = Roles(invitation.is_administrator, invitation.is_referent, invitation.is_signatory)
    membership = Membership.objects.create(
        user=user, organisation=organisation, joined_at=at, **roles._asdict()
    )
    sync_groups(membership)
    transitions.use_holidays_of(organisation, user)
    record_act(organisation, "joined", actor=user, at=at, letter=str(invitation.pk), **roles._asdict())
    return membership


@transaction.atomic
def change_roles(
    *, organisation_id: UUID, administrator: User, member_id: UUID, roles: Roles, at: datetime
) -> Membership:
    """Replace the roles of a member; the mandate of a person who no longer signs ends.

    Raises NotAnAdministrator, NotAMember, LastAdministrator.
    """
    organisation = lock(organisation_id)
    require_administrator(administrator, organisation)
    membership = _member(organisation, member_id)
    if membership.is_administrator and not roles.is_administrator:
        _require_another_administrator(organisation, member_id)
    for name, value in roles._asdict().items():
        setattr(membership, name, value)
    membership.save(update_fields=roles._fields)
    sync_groups(membership)
    record_act(
        organisation, "roles-changed", actor=administrator, at=at, member=str(member_id), **roles._asdict()
    )
    if not roles.is_signatory:
        end_mandate(organisation, member_id, actor=administrator, at=at)
    return membership


@transaction.atomic
def leave(*, organisation_id: UUID, member: User, at: datetime) -> None:
    """End one's own membership, of a read-only organisation too; an administrator takes over.

    Raises NotAMember, LastAdministrator.
    """
    organisation = lock(organisation_id)
    _end_membership_by_key(organisation, member.pk, actor=member, at=at)


@transaction.atomic
def remove_member(*, organisation_id: UUID, administrator: User, member_id: UUID, at: datetime) -> None:
    """End the membership of another person. Raises NotAnAdministrator, NotAMember, LastAdministrator."""
    organisation = lock(organisation_id)
    require_administrator(administrator, organisation)
    _end_membership_by_key(organisation, member_id, actor=administrator, at=at)


def _end_membership_by_key(organisation: Organisation, member_id: UUID, *, actor: User, at: datetime) -> None:
    membership = _member(organisation, member_id)
    if membership.is_administrator:
        _require_another_administrator(organisation, member_id)
    end_membership(membership, actor=actor, at=at)


def _require_another_administrator(organisation: Organisation, member_id: UUID) -> None:
    others = Membership.objects.present().filter(organisation=organisation, is_administrator=True)
    if not others.exclude(user=member_id).exists():
        raise LastAdministrator


def _member(organisation: Organisation, member_id: UUID) -> Membership:
    membership = present_member(organisation, member_id)
    if membership is None:
        raise NotAMember
    return membership


def _unused_invitation(organisation: Organisation, invitation_id: UUID) -> Invitation:
    unused = organisation.invitations.filter(accepted_at=None, revoked_at=None)
    invitation = unused.filter(pk=invitation_id).first()
    if invitation is None:
        raise InvitationIsClosed
    return invitation


def post_invitation(invitation: Invitation, *, at: datetime) -> Message:
    """Post the mail of an invitation, within the transaction of the caller."""
    return post.post(
        kind="invitation",
        key=message_keys.invitation(invitation.pk, at=at),
        at=at,
        facts={"invitation": str(invitation.pk)},
    )


def cancel_invitation(invitation: Invitation, *, at: datetime) -> None:
    """Revoke an invitation and cancel its mail if it is not sent yet."""
    invitation.revoked_at = at
    invitation.save(update_fields=["revoked_at"])
    post.cancel(prefix=message_keys.invitation_prefix(invitation.pk), at=at)


def end_membership(membership: Membership, *, actor: User, at: datetime) -> None:
    """End a membership of a locked organisation and hand over what this person alone did.

    Reminders need no change: their recipients are computed from the roles when they are sent.
    """
    organisation, leaver = membership.organisation, membership.user
    membership.left_at = at
    membership.save(update_fields=["left_at"])
    sync_groups(membership)
    record_act(organisation, "left", actor=actor, at=at, member=str(leaver.pk))
    end_mandate(organisation, leaver.pk, actor=actor, at=at)
    heir = _heir(organisation, actor)
    if heir is not None:
        _hand_over(membership, heir, at=at)


@transaction.atomic
def acknowledge_handover(
    *, organisation_id: UUID, administrator: User, handover_id: int, at: datetime
) -> None:
    """Mark a handover to this administrator as seen; a second call changes nothing."""
    organisation = lock(organisation_id)
    unseen = organisation.handovers.filter(pk=handover_id, heir=administrator, seen_at=None)
    if unseen.update(seen_at=at):
        record_act(organisation, "handover-seen", actor=administrator, at=at, handover=handover_id)


def _hand_over(leaving: Membership, heir: Membership, *, at: datetime) -> None:
    organisation = leaving.organisation
    others = Membership.objects.present().filter(organisation=organisation)
    handover = Handover(
        organisation=organisation,
        leaver=leaving.user,
        heir=heir.user,
        letter_count=_transfer_invitations(leaving, heir, at=at),
        was_only_referent=leaving.is_referent and not others.filter(is_referent=True).exists(),
        was_only_signatory=leaving.is_signatory and not others.filter(is_signatory=True).exists(),
        handed_at=at,
    )
    if not (handover.letter_count or handover.was_only_referent or handover.was_only_signatory):
        return
    handover.save(force_insert=True)
    facts = {
        name: getattr(handover, name) for name in ("letter_count", "was_only_referent", "was_only_signatory")
    }
    record_act(
        organisation,
        "handed-over",
        actor=None,
        at=at,
        handover=handover.pk,
        member=str(leaving.user_id),
        heir=str(heir.user_id),
        **facts,
    )
    if handover.was_only_referent:
        _make_referent(heir, at=at)
    post.post(
        kind="handover",
        key=message_keys.handover(organisation.pk, handover.pk),
        at=at,
        facts={"handover": handover.pk},
    )


def _heir(organisation: Organisation, actor: User) -> Membership | None:
    """Return the actor if an administrator, else the administrator who joined first; None without any."""
    present = Membership.objects.present().filter(organisation=organisation, is_administrator=True)
    administrators = list(present.select_related("user", "organisation").order_by("joined_at", "pk"))
    own = next((membership for membership in administrators if membership.user_id == actor.pk), None)
    return own or next(iter(administrators), None)


def _transfer_invitations(leaving: Membership, heir: Membership, *, at: datetime) -> int:
    """Make the heir the author of the open invitations of the leaver; return their number."""
    open_invitations = leaving.organisation.invitations.filter(
        invited_by=leaving.user, accepted_at=None, revoked_at=None, expires_at__gt=at
    )
    return open_invitations.update(invited_by=heir.user)


def _make_referent(heir: Membership, *, at: datetime) -> None:
    """Give the heir the role of referent: without one, no round could be answered."""
    heir.is_referent = True
    heir.save(update_fields=["is_referent"])
    sync_groups(heir)
    roles = {name: getattr(heir, name) for name in ("is_administrator", "is_referent", "is_signatory")}
    record_act(heir.organisation, "roles-changed", actor=None, at=at, member=str(heir.user_id), **roles)
