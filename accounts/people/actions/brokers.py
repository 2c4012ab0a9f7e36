"""Making somebody a broker, by name or by a letter."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Invitation, Membership, User
from accounts.models.membership import digest
from accounts.people.actions.enrolment import enrol
from accounts.people.actions.people import LETTER_LASTS, InvitationForSomebodyElse, InvitationIsClosed
from accounts.permissions import join_brokers
from accounts.refusals import Refusal


class BrokerError(Refusal):
    """The person cannot be a broker."""


class BelongsToAnOrganisation(BrokerError):
    """A broker is party to nothing."""

    sentence = _("Cette personne est membre d’une organisation : elle ne peut pas être passeur.")


@transaction.atomic
def name_broker(*, email: str, full_name: str) -> User:
    """Make the person of that address a broker, with a new account (and no password) if there is none.

    Raises BelongsToAnOrganisation.
    """
    email = email.strip().lower()
    found = User.objects.filter(email=email).first()
    return _make_broker(found or enrol(email=email, full_name=full_name))


@transaction.atomic
def invite_broker(*, email: str, full_name: str, at: datetime) -> Invitation:
    """Write a letter that makes its reader a broker, good for 14 days; an earlier one loses its worth.

    Raises BelongsToAnOrganisation.
    """
    email = email.strip().lower()
    if Membership.objects.present().filter(user__email=email).exists():
        raise BelongsToAnOrganisation
    open_letters = Invitation.objects.filter(organisation=None, accepted_at=None, revoked_at=None)
    open_letters.filter(email=email).update(revoked_at=at)
    letter = Invitation(email=email, full_name=full_name, created_at=at, expires_at=at + LETTER_LASTS)
    letter.token_digest = digest(letter.token)
    letter.save(force_insert=True)
    return letter


@transaction.atomic
def accept_enrolment(*, token: str, user: User, at: datetime) -> User:
    """Make the reader of a letter a broker.

    Raises InvitationIsClosed, InvitationForSomebodyElse, BelongsToAnOrganisation.
    """
    letters = Invitation.objects.select_for_update(of=("self",)).filter(organisation=None)
    letter = letters.filter(token_digest=digest(token)).first()
    if letter is None or not letter.is_open(at):
        raise InvitationIsClosed
    if letter.email != user.email.lower():
        raise InvitationForSomebodyElse
    letter.accepted_at = at
    letter.save(update_fields=["accepted_at"])
    return _make_broker(user)


def _make_broker(user: User) -> User:
    broker = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    if Membership.objects.present().filter(user=broker).exists():
        raise BelongsToAnOrganisation
    broker.is_broker = True
    broker.save(update_fields=["is_broker"])
    join_brokers(broker)
    return broker
