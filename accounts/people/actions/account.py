"""One account: its creation, its preferences, changes of its address, and its own mails."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID, uuid4

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts import message_keys
from accounts.models import AddressChange, Membership, User
from accounts.models.membership import digest
from accounts.organisations.transitions import lock, record_act
from accounts.refusals import Refusal
from accounts.text import canonical
from outbox import caps, post, preferences
from outbox.kinds import Topic
from outbox.models import Message, Rhythm

ADDRESS_CHANGE_LIFETIME = timedelta(days=3)

MAX_AGENT_LENGTH = 200


class AccountMail(NamedTuple):
    """A rendered mail to one address; `code` is repeated outside `text`, so that it can be shown large."""

    address: str
    language: str
    subject: str
    text: str
    code: str = ""


@transaction.atomic
def post_account_mail(*, mail: AccountMail, at: datetime) -> Message:
    """Post a mail of the account, due at once."""
    return post.post(kind="account-mail", key=message_keys.account_mail(uuid4()), at=at, facts=mail._asdict())


@transaction.atomic
def post_new_device(*, user: User, address: str, agent: str, at: datetime) -> Message:
    """Post a notice of a sign-in from a new browser, due at once."""
    return post.post(
        kind="new-device",
        key=message_keys.new_device(user.pk, at=at),
        at=at,
        facts={
            "user": str(user.pk),
            "address": address,
            "agent": agent[:MAX_AGENT_LENGTH],
            "at": at.isoformat(),
        },
    )


@transaction.atomic
def create_account(*, email: str, full_name: str, language: str = "fr", password: str | None = None) -> User:
    """Create a person with a verified address; without a password, one is set by a mailed code."""
    email = canonical.email_address(email)
    user = User.objects.create_user(email, password, full_name=full_name, language=language)
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return user


@transaction.atomic
def save_preferences(
    *,
    user_id: UUID,
    language: str,
    time_zone: str,
    territory: str,
    rhythms: Mapping[Topic, Rhythm],
    monthly_cap: int,
) -> None:
    """Save the language, the time zone, the holidays, the rhythm and the cap of messages of a person."""
    user = User.objects.select_for_update(of=("self",)).get(pk=user_id)
    user.language = language
    user.time_zone = time_zone
    user.territory = territory
    user.save(update_fields=["language", "time_zone", "territory"])
    for topic, rhythm in rhythms.items():
        preferences.set_rhythm(user_id=user_id, topic=topic, rhythm=rhythm)
    caps.set_cap(user_id=user_id, mails=monthly_cap)


class AddressError(Refusal):
    """The address cannot change."""


class AddressChangeClosed(AddressError):
    """The change was confirmed, refused, replaced, or has expired."""

    sentence = _(
        "Ce lien n’est plus valable : le changement a été confirmé, refusé ou remplacé. La "
        "page « Adresse » de votre compte montre où vous en êtes."
    )


class AddressTaken(AddressError):
    """Another account has taken the new address in the meantime."""

    sentence = _("Cette adresse ne peut pas être utilisée. Conservez l’actuelle, ou choisissez-en une autre.")


@transaction.atomic
def request_address_change(*, user: User, new_email: str, at: datetime) -> AddressChange:
    """Ask the current address to confirm a new one, already verified; an earlier request ends.

    Until it is confirmed the new address can neither sign in nor reset a password.
    """
    person = _lock(user)
    for earlier in person.address_changes.filter(ended_at=None):
        _end(earlier, at=at)
    change = AddressChange(
        user=person,
        old_email=person.email,
        new_email=canonical.email_address(new_email),
        asked_at=at,
        expires_at=at + ADDRESS_CHANGE_LIFETIME,
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
def confirm_address_change(*, token: str, at: datetime) -> AddressChange:
    """Replace the address of the account, and write to both addresses.

    Raises AddressChangeClosed, AddressTaken.
    """
    change = _open_change(token, at=at)
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
        record_act(organisation, "address-changed", actor=person, at=at, member=str(person.pk))
    post.post(
        kind="address-changed",
        key=message_keys.address_changed(change.pk),
        at=at,
        facts={"change": str(change.pk)},
    )
    return change


@transaction.atomic
def refuse_address_change(*, token: str, at: datetime) -> AddressChange:
    """Refuse the new address. Raises AddressChangeClosed."""
    change = _open_change(token, at=at)
    _end(change, at=at)
    return change


@transaction.atomic
def cancel_address_change(*, user: User, at: datetime) -> None:
    """Cancel the pending change of address, if any."""
    person = _lock(user)
    for change in person.address_changes.filter(ended_at=None):
        _end(change, at=at)


def _lock(user: User) -> User:
    return User.objects.select_for_update(of=("self",)).get(pk=user.pk)


def _open_change(token: str, *, at: datetime) -> AddressChange:
    unlocked = AddressChange.objects.filter(token_digest=digest(token)).first()
    if unlocked is None:
        raise AddressChangeClosed
    person = _lock(unlocked.user)
    change = AddressChange.objects.get(pk=unlocked.pk)
    if not change.is_open(at) or change.old_email != person.email:
        raise AddressChangeClosed
    change.user = person
    return change


def _end(change: AddressChange, *, at: datetime) -> None:
    change.ended_at = at
    change.save(update_fields=["ended_at"])
    post.cancel_one(key=message_keys.address_change_requested(change.pk), at=at)
