"""Erasure of a person; signatures and ledger entries stay, without a name."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Final
from uuid import UUID

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import message_keys
from accounts.hooks import Hook
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
from outbox import forget, post

# Given the person, locked, and the moment; a function that refuses stops the erasure.
before_erasure: Final[Hook[[User, datetime]]] = Hook()


class AlreadyErased(Refusal):
    """The account has been erased before."""

    sentence = _("Ce compte est déjà effacé.")


@transaction.atomic
def erase_person(*, user_id: UUID, at: datetime) -> None:
    """Erase a person for good: run `before_erasure`, end memberships and access, remove name and address.

    The last mail is posted to the address that is removed. The ledger stays and names nobody any more; a
    signed charter keeps its names. Raises AlreadyErased, LastAdministrator, and what `before_erasure` raises.
    """
    user = _lock_person(user_id)
    before_erasure.run(user, at)
    last_mail = {"address": user.email, "language": user.language, "name": user.full_name}
    for membership in _present_memberships(user):
        _leave(membership, user, at=at)
    addresses = _proved_addresses(user)
    _anonymise_invitations(addresses, at=at)
    _revoke_access(user)
    forget.forget_person(user_id=user.pk, addresses=addresses, at=at)
    user.email = f"{user.pk}@{forget.NOWHERE}"
    user.full_name = ERASED
    user.is_active = user.is_broker = user.is_staff = user.is_superuser = False
    user.last_login = None
    user.erased_at = at
    user.set_unusable_password()
    user.save()
    post.post(kind="account-erased", key=message_keys.account_erased(user.pk), at=at, facts=last_mail)


def _lock_person(user_id: UUID) -> User:
    user = User.objects.select_for_update(of=("self",)).get(pk=user_id)
    if user.erased_at is not None:
        raise AlreadyErased
    return user


def discard_draft(organisation: Organisation) -> None:
    """Delete a locked organisation that was never submitted, with its rows; its ledger stays."""
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
    """Delete documents, and their stored files when the transaction commits."""
    for file in files:
        transaction.on_commit(partial(file.file.storage.delete, str(file.file.name)))
        file.delete()


def is_alone(organisation: Organisation, user: User) -> bool:
    """Return whether the organisation has no other present member. 1 query."""
    present = Membership.objects.present().filter(organisation=organisation)
    return not present.exclude(user=user).exists()


def _present_memberships(user: User) -> list[Membership]:
    present = Membership.objects.filter(user=user, left_at=None).select_related("organisation")
    # A fixed order of locks: two people who leave the same organisations at once do not deadlock.
    return list(present.order_by("organisation_id"))


def _leave(membership: Membership, user: User, *, at: datetime) -> None:
    """Leave as members do, except a draft nobody else runs, which is deleted, and a refused organisation."""
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
    """Return the verified addresses, in lower case: the mails of an address merely typed are not erased."""
    known = EmailAddress.objects.filter(user=user, verified=True).order_by("pk")
    return {address.lower() for address in known.values_list("email", flat=True)}


def _anonymise_invitations(addresses: set[str], *, at: datetime) -> None:
    invitations = Invitation.objects.filter(email__in=addresses)
    for invitation in invitations.filter(accepted_at=None, revoked_at=None).order_by("pk"):
        account_mails.withdraw_invitation(invitation, at=at)
    for invitation in invitations.order_by("pk"):
        invitation.email = f"{invitation.pk}@{forget.NOWHERE}"
        invitation.full_name = ""
        invitation.save(update_fields=["email", "full_name"])


def _revoke_access(user: User) -> None:
    sessions = UserSession.objects.filter(user=user)
    Session.objects.filter(session_key__in=sessions.values("session_key")).delete()
    sessions.delete()
    Authenticator.objects.filter(user=user).delete()
    AddressChange.objects.filter(user=user).delete()
    EmailAddress.objects.filter(user=user).delete()
    user.groups.clear()
    user.user_permissions.clear()
