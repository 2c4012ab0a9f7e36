"""Erasing a person: what is theirs goes, what they signed and did stays and names nobody."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from uuid import UUID

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import message_keys
from accounts.lifecycle import Standing
from accounts.models import (
    AddressChange,
    BoardLink,
    Document,
    InterestStatement,
    Invitation,
    Mandate,
    Membership,
    Organisation,
    User,
)
from accounts.models.user import ERASED
from accounts.organisations.transitions import lock, write
from accounts.people.actions import account_mails, people
from accounts.people.actions.mandates import end_mandate
from accounts.permissions import keep_groups_in_step
from accounts.refusals import Refusal
from outbox import erasure, post


class AlreadyErased(Refusal):
    """The account is gone."""

    sentence = _("Ce compte est déjà effacé.")


def lock_person(user_id: UUID) -> User:
    """Return the person locked until the transaction ends. Raises AlreadyErased."""
    user = User.objects.select_for_update(of=("self",)).get(pk=user_id)
    if user.erased_at is not None:
        raise AlreadyErased
    return user


@transaction.atomic
def erase_person(*, user: User, at: datetime) -> None:
    """Leave every organisation, close every door, take away name and address, and say so by a last mail.

    The person is locked (`lock_person`). What other rooms hold against it is looked at by the caller.
    Raises LastAdministrator.
    """
    farewell = {"address": user.email, "language": user.language, "name": user.full_name}
    for membership in _present(user):
        _leave(membership, user, at=at)
    addresses = _proved_addresses(user)
    _forget_letters(addresses, at=at)
    _close_doors(user)
    erasure.erase_person(user_id=user.pk, addresses=addresses, at=at)
    user.email = f"{user.pk}@{erasure.ERASED_DOMAIN}"
    user.full_name = ERASED
    user.is_active = user.is_broker = user.is_staff = user.is_superuser = False
    user.last_login = None
    user.erased_at = at
    user.set_unusable_password()
    user.save()
    post.post(kind="account-erased", key=message_keys.account_erased(user.pk), at=at, facts=farewell)


def discard_draft(organisation: Organisation) -> None:
    """Take away a locked registration that was never handed to the broker; its ledger stays."""
    groups = [organisation.members_group, organisation.referents_group, organisation.signatories_group]
    files = list(Document.objects.filter(organisation=organisation).order_by("pk"))
    discard_files(files)
    Mandate.objects.filter(organisation=organisation).delete()
    BoardLink.objects.filter(organisation=organisation).delete()
    InterestStatement.objects.filter(organisation=organisation).delete()
    Membership.objects.filter(organisation=organisation).delete()
    organisation.delete()
    for group in groups:
        group.delete()


def discard_files(files: list[Document]) -> None:
    """Take away papers, and their bytes once that is certain."""
    for file in files:
        transaction.on_commit(partial(file.file.storage.delete, str(file.file.name)))
        file.delete()


def is_alone(organisation: Organisation, user: User) -> bool:
    """Say whether nobody else is left in an organisation. 1 query."""
    present = Membership.objects.present().filter(organisation=organisation)
    return not present.exclude(user=user).exists()


def _present(user: User) -> list[Membership]:
    present = Membership.objects.filter(user=user, left_at=None).select_related("organisation")
    # One order for everybody, so that two who leave the same organisations wait for each other.
    return list(present.order_by("organisation_id"))


def _leave(membership: Membership, user: User, *, at: datetime) -> None:
    """Leave by the door that members use, except where there is nothing left to run."""
    organisation = lock(membership.organisation_id)
    if organisation.state == Standing.DRAFT and is_alone(organisation, user):
        write(organisation, "discarded", actor=user, at=at)
        discard_draft(organisation)
    elif organisation.state == Standing.REFUSED:
        membership.left_at = at
        membership.save(update_fields=["left_at"])
        keep_groups_in_step(membership)
        write(organisation, "left", actor=user, at=at, member=str(user.pk))
        end_mandate(organisation, user.pk, actor=user, at=at)
    else:
        people.leave(organisation_id=organisation.pk, member=user, at=at)


def _proved_addresses(user: User) -> set[str]:
    """Return the addresses shown to be theirs: whoever types another's must not erase its letters."""
    known = EmailAddress.objects.filter(user=user, verified=True).order_by("pk")
    return {address.lower() for address in known.values_list("email", flat=True)}


def _forget_letters(addresses: set[str], *, at: datetime) -> None:
    theirs = Invitation.objects.filter(email__in=addresses)
    for letter in theirs.filter(accepted_at=None, revoked_at=None).order_by("pk"):
        account_mails.withdraw_invitation(letter, at=at)
    for letter in theirs.order_by("pk"):
        letter.email = f"{letter.pk}@{erasure.ERASED_DOMAIN}"
        letter.full_name = ""
        letter.save(update_fields=["email", "full_name"])


def _close_doors(user: User) -> None:
    opened = UserSession.objects.filter(user=user)
    Session.objects.filter(session_key__in=opened.values("session_key")).delete()
    opened.delete()
    Authenticator.objects.filter(user=user).delete()
    AddressChange.objects.filter(user=user).delete()
    EmailAddress.objects.filter(user=user).delete()
    user.groups.clear()
    user.user_permissions.clear()
