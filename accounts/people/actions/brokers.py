"""Brokers: created by the operator or by invitation."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Invitation, Membership, User
from accounts.models.membership import digest
from accounts.people.actions.account import create_account
from accounts.people.actions.memberships import (
    INVITATION_LIFETIME,
    InvitationForSomebodyElse,
    InvitationIsClosed,
)
from accounts.permissions import add_to_brokers
from accounts.refusals import Refusal
from accounts.text import canonical


class BrokerError(Refusal):
    """The person cannot be a broker."""


class BelongsToAnOrganisation(BrokerError):
    """A member of an organisation cannot be a broker."""

    sentence = _("Cette personne est membre d’une organisation : elle ne peut pas être passeur.")


@transaction.atomic
def make_broker(*, email: str, full_name: str) -> User:
    """Make the person with that address a broker; create the account, without a password, if there is none.

    Raises BelongsToAnOrganisation.
    """
    email = canonical.email_address(email)
    user = User.objects.filter(email=email).first()
    return _set_broker(user or create_account(email=email, full_name=full_name))


@transaction.atomic
def invite_broker(*, email: str, full_name: str, at: datetime) -> Invitation:
    """Create an invitation to become a broker, valid for 14 days; an earlier one is revoked.

    Raises BelongsToAnOrganisation.
    """
    email = canonical.email_address(email)
    if Membership.objects.present().filter(user__email=email).exists():
        raise BelongsToAnOrganisation
    open_invitations = Invitation.objects.filter(organisation=None, accepted_at=None, revoked_at=None)
    open_invitations.filter(email=email).update(revoked_at=at)
    invitation = Invitation(
        email=email, full_name=full_name, created_at=at, expires_at=at + INVITATION_LIFETIME
    )
    invitation.token_digest = digest(invitation.token)
    invitation.save(force_insert=True)
    return invitation


@transaction.atomic
def accept_broker_invitation(*, token: str, user: User, at: datetime) -> User:
    """Make the user a broker by an invitation to their address.

    Raises InvitationIsClosed, InvitationForSomebodyElse, BelongsToAnOrganisation.
    """
    invitations = Invitation.objects.select_for_update(of=("self",)).filter(organisation=None)
    invitation = invitations.filter(token_digest=digest(token)).first()
    if invitation is None or not invitation.is_open(at):
        raise InvitationIsClosed
    if canonical.email_address(invitation.email) != canonical.email_address(user.email):
        raise InvitationForSomebodyElse
    invitation.accepted_at = at
    invitation.save(update_fields=["accepted_at"])
    return _set_broker(user)


def _set_broker(user: User) -> User:
    broker = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    if Membership.objects.present().filter(user=broker).exists():
        raise BelongsToAnOrganisation
    broker.is_broker = True
    broker.save(update_fields=["is_broker"])
    add_to_brokers(broker)
    return broker
