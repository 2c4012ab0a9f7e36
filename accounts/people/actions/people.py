"""Asking people in, what they may do, and their leaving; the groups follow each change."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Invitation, Membership, Organisation, User
from accounts.models.membership import digest
from accounts.organisations import transitions
from accounts.organisations.transitions import lock, present_member, require_administrator, write
from accounts.people.actions import account_mails, departure
from accounts.people.actions.mandates import end_mandate
from accounts.permissions import keep_groups_in_step
from accounts.refusals import Refusal

LETTER_LASTS = timedelta(days=14)


class Roles(NamedTuple):
    """What a member may do beyond reading."""

    is_administrator: bool = False
    is_referent: bool = False
    is_signatory: bool = False


class Guest(NamedTuple):
    """Who is asked in, by the address that will receive the letter."""

    email: str
    full_name: str = ""


class PeopleError(Refusal):
    """It cannot be done with that person."""


class AlreadyInvited(PeopleError):
    """A letter to this address is still open."""

    sentence = _("Une invitation à cette adresse court encore. Renvoyez-la, ou annulez-la d’abord.")


class AlreadyAMember(PeopleError):
    """The person is in the organisation."""

    sentence = _("Cette personne est déjà membre de l’organisation.")


class InvitationIsClosed(PeopleError):
    """The letter was used, revoked, or is too old."""

    sentence = _(
        "Cette invitation n’est plus valable : elle a déjà servi, a été annulée ou a expiré. "
        "Demandez-en une autre à qui vous l’a envoyée."
    )


class InvitationForSomebodyElse(PeopleError):
    """The letter was written to another address than that of the person."""

    sentence = _(
        "Cette invitation a été envoyée à une autre adresse. Connectez-vous avec l’adresse qui l’a reçue."
    )


class BrokersDoNotJoin(PeopleError):
    """A broker is party to nothing."""

    sentence = _("Un passeur ne peut pas être membre d’une organisation : il n’est partie à rien.")


class NotAMember(PeopleError):
    """The person is not, or no longer, in the organisation."""

    sentence = _("Cette personne n’est plus membre de l’organisation.")


class LastAdministrator(PeopleError):
    """Nobody would be left to run the organisation."""

    sentence = _("Il faut au moins un administrateur. Nommez-en un autre d’abord, dans la liste des membres.")


@transaction.atomic
def invite(
    *, organisation_id: UUID, administrator: User, guest: Guest, roles: Roles, at: datetime
) -> Invitation:
    """Write a letter that lets its reader join the organisation, good for 14 days.

    Raises NotAnAdministrator, AlreadyInvited, AlreadyAMember.
    """
    organisation = lock(organisation_id)
    require_administrator(administrator, organisation)
    email = guest.email.strip().lower()
    if Membership.objects.present().filter(organisation=organisation, user__email=email).exists():
        raise AlreadyAMember
    for letter in organisation.invitations.filter(email=email, accepted_at=None, revoked_at=None):
        if letter.is_open(at):
            raise AlreadyInvited
        account_mails.withdraw_invitation(letter, at=at)
    invitation = Invitation(
        organisation=organisation,
        email=email,
        full_name=guest.full_name,
        invited_by=administrator,
        created_at=at,
        expires_at=at + LETTER_LASTS,
        **roles._asdict(),
    )
    invitation.token_digest = digest(invitation.token)
    invitation.save(force_insert=True)
    write(organisation, "invited", actor=administrator, at=at, letter=str(invitation.pk), **roles._asdict())
    account_mails.post_invitation(invitation, at=at)
    return invitation


@transaction.atomic
def resend_invitation(
    *, organisation_id: UUID, administrator: User, invitation_id: UUID, at: datetime
) -> Invitation:
    """Send an open or expired letter again, good for another 14 days.

    Raises NotAnAdministrator, InvitationIsClosed.
    """
    organisation = lock(organisation_id)
    require_administrator(administrator, organisation)
    invitation = _unused(organisation, invitation_id)
    invitation.expires_at = at + LETTER_LASTS
    invitation.token_digest = digest(invitation.token)
    invitation.save(update_fields=["expires_at", "token_digest"])
    write(organisation, "invited-again", actor=administrator, at=at, letter=str(invitation.pk))
    account_mails.post_invitation(invitation, at=at)
    return invitation


@transaction.atomic
def revoke_invitation(
    *, organisation_id: UUID, administrator: User, invitation_id: UUID, at: datetime
) -> None:
    """Make a letter worthless. Raises NotAnAdministrator, InvitationIsClosed."""
    organisation = lock(organisation_id)
    require_administrator(administrator, organisation)
    invitation = _unused(organisation, invitation_id)
    account_mails.withdraw_invitation(invitation, at=at)
    write(organisation, "invitation-revoked", actor=administrator, at=at, letter=str(invitation.pk))


@transaction.atomic
def accept_invitation(*, token: str, user: User, at: datetime) -> Membership:
    """Let the reader of a letter into the organisation with the roles it names.

    Raises InvitationIsClosed, InvitationForSomebodyElse, BrokersDoNotJoin, ReadsOnly, AlreadyAMember.
    """
    known = Invitation.objects.filter(token_digest=digest(token)).first()
    if known is None or known.organisation_id is None:
        raise InvitationIsClosed
    organisation = lock(known.organisation_id)
    invitation = Invitation.objects.get(pk=known.pk)
    if not invitation.is_open(at):
        raise InvitationIsClosed
    if invitation.email != user.email.lower():
        raise InvitationForSomebodyElse
    if user.is_broker:
        raise BrokersDoNotJoin
    transitions.require_acting(organisation)
    if present_member(organisation, user.pk):
        raise AlreadyAMember
    invitation.accepted_at = at
    invitation.save(update_fields=["accepted_at"])
    roles = Roles(invitation.is_administrator, invitation.is_referent, invitation.is_signatory)
    membership = Membership.objects.create(
        user=user, organisation=organisation, joined_at=at, **roles._asdict()
    )
    keep_groups_in_step(membership)
    write(organisation, "joined", actor=user, at=at, letter=str(invitation.pk), **roles._asdict())
    return membership


@transaction.atomic
def change_roles(
    *, organisation_id: UUID, administrator: User, member_id: UUID, roles: Roles, at: datetime
) -> Membership:
    """Give a member these roles and no others; who no longer signs loses the mandate too.

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
    keep_groups_in_step(membership)
    write(organisation, "roles-changed", actor=administrator, at=at, member=str(member_id), **roles._asdict())
    if not roles.is_signatory:
        end_mandate(organisation, member_id, actor=administrator, at=at)
    return membership


@transaction.atomic
def leave(*, organisation_id: UUID, member: User, at: datetime) -> None:
    """Let a member go, by their own will, even from one that only reads; an administrator takes over.

    Raises NotAMember, LastAdministrator.
    """
    organisation = lock(organisation_id)
    _let_go(organisation, member.pk, actor=member, at=at)


@transaction.atomic
def remove_member(*, organisation_id: UUID, administrator: User, member_id: UUID, at: datetime) -> None:
    """End the membership of somebody. Raises NotAnAdministrator, NotAMember, LastAdministrator."""
    organisation = lock(organisation_id)
    require_administrator(administrator, organisation)
    _let_go(organisation, member_id, actor=administrator, at=at)


def _let_go(organisation: Organisation, member_id: UUID, *, actor: User, at: datetime) -> None:
    membership = _member(organisation, member_id)
    if membership.is_administrator:
        _require_another_administrator(organisation, member_id)
    departure.end_membership(membership, actor=actor, at=at)


def _require_another_administrator(organisation: Organisation, member_id: UUID) -> None:
    others = Membership.objects.present().filter(organisation=organisation, is_administrator=True)
    if not others.exclude(user=member_id).exists():
        raise LastAdministrator


def _member(organisation: Organisation, member_id: UUID) -> Membership:
    membership = present_member(organisation, member_id)
    if membership is None:
        raise NotAMember
    return membership


def _unused(organisation: Organisation, invitation_id: UUID) -> Invitation:
    unused = organisation.invitations.filter(accepted_at=None, revoked_at=None)
    invitation = unused.filter(pk=invitation_id).first()
    if invitation is None:
        raise InvitationIsClosed
    return invitation
