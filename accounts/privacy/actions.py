"""Erasure of a person, retention of data, keys of second factors."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Final, NamedTuple
from uuid import UUID

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from accounts import message_keys, processing
from accounts.hooks import Hook
from accounts.lifecycle import State
from accounts.models import (
    AddressChange,
    BoardLink,
    Document,
    FormSubmission,
    InterestStatement,
    Invitation,
    Mandate,
    Membership,
    Organisation,
    RegistrationDraft,
    User,
)
from accounts.models.user import ERASED
from accounts.organisations.transitions import lock, raise_all_versions, record_act
from accounts.people.actions import memberships, submissions
from accounts.people.actions.mandates import end_mandate
from accounts.people.actions.memberships import cancel_invitation
from accounts.permissions import sync_groups
from accounts.privacy import secret_box
from accounts.privacy.queries import last_seen
from accounts.processing import RetentionRule
from accounts.refusals import Refusal
from ledger import queries as ledger
from outbox import erasure, post
from outbox.message_keys import MessageKey
from outbox.models import Message

SEALED_FIELDS = {Authenticator.Type.TOTP: "secret", Authenticator.Type.RECOVERY_CODES: "seed"}
# Given the person, locked, and the moment; a function that refuses stops the erasure.
before_erasure: Final[Hook[[User, datetime]]] = Hook()
# Given an organisation, locked, that was never submitted and is deleted.
before_draft_deletion: Final[Hook[[Organisation]]] = Hook()


class AlreadyErased(Refusal):
    """The account has been erased before."""

    sentence = _("Ce compte est déjà supprimé.")


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
    addresses = _verified_addresses(user)
    _anonymise_invitations(addresses, at=at)
    _revoke_access(user)
    erasure.erase_person(user_id=user.pk, addresses=addresses, at=at)
    user.email = f"{user.pk}@{erasure.ERASED_DOMAIN}"
    user.full_name = ERASED
    user.is_active = user.is_broker = user.is_staff = user.is_superuser = False
    user.last_login = None
    user.erased_at = at
    user.set_unusable_password()
    user.save()
    # The name of a broker stands in pages of any case.
    raise_all_versions()
    post.post(kind="account-erased", key=message_keys.account_erased(user.pk), at=at, facts=last_mail)


def _lock_person(user_id: UUID) -> User:
    user = User.objects.select_for_update(of=("self",)).get(pk=user_id)
    if user.erased_at is not None:
        raise AlreadyErased
    return user


def delete_draft(organisation: Organisation) -> None:
    """Delete a locked organisation that was never submitted, with its rows; its ledger stays."""
    groups = [organisation.members_group, organisation.referents_group, organisation.signatories_group]
    before_draft_deletion.run(organisation)
    files = list(Document.objects.filter(organisation=organisation).order_by("pk"))
    delete_files(files)
    Mandate.objects.filter(organisation=organisation).delete()
    BoardLink.objects.filter(organisation=organisation).delete()
    InterestStatement.objects.filter(organisation=organisation).delete()
    Membership.objects.filter(organisation=organisation).delete()
    organisation.delete()
    for group in groups:
        group.delete()


def delete_files(files: list[Document]) -> None:
    """Delete documents, and their stored files when the transaction commits."""
    for file in files:
        transaction.on_commit(partial(file.file.storage.delete, str(file.file.name)))
        file.delete()


def is_only_member(organisation: Organisation, user: User) -> bool:
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
    if organisation.state == State.DRAFT and is_only_member(organisation, user):
        record_act(organisation, "discarded", actor=user, at=at)
        delete_draft(organisation)
    elif organisation.state == State.REFUSED:
        membership.left_at = at
        membership.save(update_fields=["left_at"])
        sync_groups(membership)
        record_act(organisation, "left", actor=user, at=at, member=str(user.pk))
        end_mandate(organisation, user.pk, actor=user, at=at)
    else:
        memberships.leave(organisation_id=organisation.pk, member=user, at=at)


def _verified_addresses(user: User) -> set[str]:
    """Return the verified addresses, in lower case: the mails of an address merely typed are not erased."""
    verified = EmailAddress.objects.filter(user=user, verified=True).order_by("pk")
    return {address.lower() for address in verified.values_list("email", flat=True)}


def _anonymise_invitations(addresses: set[str], *, at: datetime) -> None:
    invitations = Invitation.objects.filter(email__in=addresses)
    for invitation in invitations.filter(accepted_at=None, revoked_at=None).order_by("pk"):
        cancel_invitation(invitation, at=at)
    for invitation in invitations.order_by("pk"):
        invitation.email = f"{invitation.pk}@{erasure.ERASED_DOMAIN}"
        invitation.full_name = ""
        invitation.save(update_fields=["email", "full_name"])


def _revoke_access(user: User) -> None:
    sessions = UserSession.objects.filter(user=user)
    Session.objects.filter(session_key__in=sessions.values("session_key")).delete()
    sessions.delete()
    Authenticator.objects.filter(user=user).delete()
    AddressChange.objects.filter(user=user).delete()
    RegistrationDraft.objects.filter(user=user).delete()
    EmailAddress.objects.filter(user=user).delete()
    user.groups.clear()
    user.user_permissions.clear()


@transaction.atomic
def reseal_factors(*, keys: Sequence[str]) -> int:
    """Encrypt every secret under the first key, and return their number.

    The other keys are not needed afterwards. Raises CannotUnseal.
    """
    sealed = Authenticator.objects.select_for_update(of=("self",)).filter(type__in=SEALED_FIELDS)
    count = 0
    for factor in sealed.order_by("pk"):
        name = SEALED_FIELDS[Authenticator.Type(factor.type)]
        factor.data[name] = secret_box.reseal(factor.data[name], keys)
        factor.save(update_fields=["data"])
        count += 1
    return count


class RetentionSweep(NamedTuple):
    """A rule with its functions: `due` counts the rows to delete at a moment, `apply` deletes them."""

    rule: RetentionRule
    due: Callable[[datetime], int]
    apply: Callable[[datetime], int]


def idle_accounts(at: datetime, *, months: int) -> QuerySet[User]:
    """Return the active accounts unused for so many months, the longest unused first. 1 query."""
    accounts = User.objects.filter(is_active=True, is_superuser=False).annotate(
        seen_at=Coalesce("last_login", "joined_at")
    )
    return accounts.filter(seen_at__lt=processing.months_before(at, months)).order_by("seen_at", "pk")


def warned_idle_accounts(at: datetime) -> list[User]:
    """Return the idle accounts to erase: those that were warned long enough ago. 2 queries."""
    overdue = {_warning_key(user): user for user in idle_accounts(at, months=processing.IDLE_ACCOUNTS.months)}
    warnings = Message.objects.filter(
        key__in=overdue, created_at__lt=processing.months_before(at, processing.WARNING_MONTHS)
    )
    keys = set(warnings.values_list("key", flat=True))
    return [user for key, user in overdue.items() if key in keys]


def _warning_key(user: User) -> MessageKey:
    return message_keys.account_idle(user.pk, last_seen=last_seen(user))


@transaction.atomic
def warn_idle_accounts(*, at: datetime) -> int:
    """Warn the owners of idle accounts of the erasure, once for each idle period; return the number."""
    idle = {
        _warning_key(user): user
        for user in idle_accounts(at, months=processing.IDLE_ACCOUNTS.months - processing.WARNING_MONTHS)
    }
    warned = set(Message.objects.filter(key__in=idle).values_list("key", flat=True))
    new = {key: user for key, user in idle.items() if key not in warned}
    for key, user in new.items():
        facts = {"user": str(user.pk), "last_seen": last_seen(user).isoformat()}
        post.post(kind="account-idle", key=key, at=at, facts=facts)
    return len(new)


def _drafts(at: datetime) -> list[Organisation]:
    limit = processing.DRAFT_REGISTRATIONS.limit(at)
    drafts = Organisation.objects.filter(state=State.DRAFT, created_at__lt=limit)
    by_key = {draft.pk: draft for draft in drafts.order_by("created_at", "pk")}
    last_written = ledger.last_written(subject_type="organisation", ids=by_key)
    return [draft for key, draft in by_key.items() if key not in last_written or last_written[key] < limit]


def _draft_steps(at: datetime) -> QuerySet[RegistrationDraft]:
    return RegistrationDraft.objects.filter(saved_at__lt=processing.DRAFT_REGISTRATIONS.limit(at))


def _delete_drafts(at: datetime) -> int:
    drafts, steps = _drafts(at), _draft_steps(at)
    step_count = steps.count()
    steps.delete()
    for draft in drafts:
        organisation = lock(draft.pk)
        record_act(organisation, "discarded", actor=None, at=at)
        delete_draft(organisation)
    return len(drafts) + step_count


def _invitations(at: datetime) -> QuerySet[Invitation]:
    limit = processing.INVITATIONS.limit(at)
    expired = Q(accepted_at=None, revoked_at=None, expires_at__lt=limit)
    return Invitation.objects.filter(Q(accepted_at__lt=limit) | Q(revoked_at__lt=limit) | expired)


def _delete_invitations(at: datetime) -> int:
    invitations = _invitations(at)
    count = invitations.count()
    invitations.delete()
    return count


def _mail_texts(at: datetime) -> int:
    return erasure.mails_with_old_text(before=processing.MAIL_TEXTS.limit(at)).count()


def _blank_mail_texts(at: datetime) -> int:
    return erasure.erase_old_texts(before=processing.MAIL_TEXTS.limit(at))


def _last_mails(at: datetime) -> int:
    limit = processing.LAST_MAILS.limit(at)
    return erasure.messages_with_address(kind="account-erased", before=limit).count()


def _blank_last_mails(at: datetime) -> int:
    return erasure.erase_addresses(kind="account-erased", before=processing.LAST_MAILS.limit(at))


def _address_changes(at: datetime) -> QuerySet[AddressChange]:
    limit = processing.ADDRESS_CHANGES.limit(at)
    return AddressChange.objects.filter(Q(ended_at__lt=limit) | Q(ended_at=None, expires_at__lt=limit))


def _delete_address_changes(at: datetime) -> int:
    changes = _address_changes(at)
    count = changes.count()
    changes.delete()
    return count


def _sessions(at: datetime) -> QuerySet[Session]:
    return Session.objects.filter(expire_date__lt=processing.SESSIONS.limit(at))


def _delete_sessions(at: datetime) -> int:
    expired = _sessions(at)
    count = expired.count()
    expired.delete()
    existing = Session.objects.filter(session_key=OuterRef("session_key"))
    UserSession.objects.filter(~Exists(existing)).delete()
    return count


def _form_submissions(at: datetime) -> QuerySet[FormSubmission]:
    limit = processing.FORM_SUBMISSIONS.limit(at) - submissions.LIFETIME
    return FormSubmission.objects.filter(submitted_at__lt=limit)


def _delete_form_submissions(at: datetime) -> int:
    expired = _form_submissions(at)
    count = expired.count()
    expired.delete()
    return count


def _expired_files(at: datetime) -> list[Document]:
    limit = processing.VETTING_FILES.limit(at)
    members = Membership.objects.filter(organisation=OuterRef("organisation"))
    recent_members = members.filter(Q(left_at=None) | Q(left_at__gte=limit))
    abandoned = Exists(members) & ~Exists(recent_members) & Q(brought_at__lt=limit)
    expired = Document.objects.filter(Q(replaced_at__lt=limit) | abandoned)
    return list(expired.order_by("brought_at", "pk"))


def _delete_expired_files(at: datetime) -> int:
    files = _expired_files(at)
    delete_files(files)
    return len(files)


SWEEPS = (
    RetentionSweep(
        processing.DRAFT_REGISTRATIONS, lambda at: len(_drafts(at)) + _draft_steps(at).count(), _delete_drafts
    ),
    RetentionSweep(processing.INVITATIONS, lambda at: _invitations(at).count(), _delete_invitations),
    RetentionSweep(processing.MAIL_TEXTS, _mail_texts, _blank_mail_texts),
    RetentionSweep(processing.LAST_MAILS, _last_mails, _blank_last_mails),
    RetentionSweep(
        processing.ADDRESS_CHANGES, lambda at: _address_changes(at).count(), _delete_address_changes
    ),
    RetentionSweep(processing.SESSIONS, lambda at: _sessions(at).count(), _delete_sessions),
    RetentionSweep(
        processing.FORM_SUBMISSIONS, lambda at: _form_submissions(at).count(), _delete_form_submissions
    ),
    RetentionSweep(processing.VETTING_FILES, lambda at: len(_expired_files(at)), _delete_expired_files),
)
