"""A person moves to another address: proved at the new one, agreed to at the one in use."""

from __future__ import annotations

from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts import message_keys
from accounts.models import AddressChange, Membership, User
from accounts.models.membership import digest
from accounts.organisations.transitions import lock, write
from accounts.refusals import Refusal
from outbox import post

ANSWER_LASTS = timedelta(days=3)


class AddressError(Refusal):
    """The address cannot change."""


class ChangeIsClosed(AddressError):
    """The change was answered, asked anew, or is too old."""

    sentence = _(
        "Ce lien ne vaut plus : le changement a été confirmé, refusé ou remplacé. "
        "Votre page « Adresse » dit où vous en êtes."
    )


class AddressTaken(AddressError):
    """Another account has taken the new address in the meantime."""

    sentence = _("Cette adresse ne peut pas être utilisée. Gardez l’actuelle, ou choisissez-en une autre.")


@transaction.atomic
def ask_for_change(*, user: User, new_email: str, at: datetime) -> AddressChange:
    """Ask the address in use whether a new one, already proved, may replace it; an earlier wish ends.

    Until then the new address opens nothing: it neither signs in nor resets a password.
    """
    person = _lock(user)
    for earlier in person.address_changes.filter(ended_at=None):
        _end(earlier, at=at)
    change = AddressChange(
        user=person,
        old_email=person.email,
        new_email=new_email.strip().lower(),
        asked_at=at,
        expires_at=at + ANSWER_LASTS,
    )
    change.token_digest = digest(change.token)
    change.save(force_insert=True)
    post.post(
        kind="address-change",
        key=message_keys.address_change_requested(change.pk),
        at=at,
        facts={"change": str(change.pk)},
    )
    return change


@transaction.atomic
def confirm_change(*, token: str, at: datetime) -> AddressChange:
    """Make the new address the one of the account, and tell both.

    Raises ChangeIsClosed, AddressTaken.
    """
    change = _waiting(token, at=at)
    person = change.user
    _end(change, at=at)
    person.email = change.new_email
    try:
        with transaction.atomic():
            person.save(update_fields=["email"])
            EmailAddress.objects.filter(user=person).delete()
            EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    except IntegrityError as error:
        raise AddressTaken from error
    for membership in Membership.objects.present().filter(user=person).order_by("organisation_id"):
        organisation = lock(membership.organisation_id)
        write(organisation, "address-changed", actor=person, at=at, member=str(person.pk))
    post.post(
        kind="address-changed",
        key=message_keys.address_changed(change.pk),
        at=at,
        facts={"change": str(change.pk)},
    )
    return change


@transaction.atomic
def refuse_change(*, token: str, at: datetime) -> AddressChange:
    """Keep the address in use. Raises ChangeIsClosed."""
    change = _waiting(token, at=at)
    _end(change, at=at)
    return change


@transaction.atomic
def withdraw_change(*, user: User, at: datetime) -> None:
    """Give up the change that waits for its answer, if there is one."""
    person = _lock(user)
    for change in person.address_changes.filter(ended_at=None):
        _end(change, at=at)


def _lock(user: User) -> User:
    return User.objects.select_for_update(of=("self",)).get(pk=user.pk)


def _waiting(token: str, *, at: datetime) -> AddressChange:
    known = AddressChange.objects.filter(token_digest=digest(token)).first()
    if known is None:
        raise ChangeIsClosed
    person = _lock(known.user)
    change = AddressChange.objects.get(pk=known.pk)
    if not change.is_open(at) or change.old_email != person.email:
        raise ChangeIsClosed
    change.user = person
    return change


def _end(change: AddressChange, *, at: datetime) -> None:
    change.ended_at = at
    change.save(update_fields=["ended_at"])
    post.cancel_one(key=message_keys.address_change_requested(change.pk), at=at)
