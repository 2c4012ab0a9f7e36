"""What goes by itself when its time is over: what would go, and its going, read the same rows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from accounts import message_keys, processing
from accounts.lifecycle import Standing
from accounts.models import AddressChange, Document, Invitation, Membership, Organisation, User
from accounts.organisations.transitions import lock, write
from accounts.privacy.actions.erasure import discard_draft, discard_files
from accounts.privacy.queries import last_seen
from accounts.processing import Rule
from ledger import queries as ledger
from outbox import erasure, post
from outbox.message_keys import MessageKey
from outbox.models import Message


class Sweep(NamedTuple):
    """One rule at work: `due` says how many rows would go at a moment, `apply` takes as many."""

    rule: Rule
    due: Callable[[datetime], int]
    apply: Callable[[datetime], int]


def idle(at: datetime, *, months: int) -> QuerySet[User]:
    """Return the living accounts unused for so many months, the longest silent first. 1 query."""
    seen = User.objects.filter(is_active=True, is_superuser=False).annotate(
        seen_at=Coalesce("last_login", "joined_at")
    )
    return seen.filter(seen_at__lt=processing.months_before(at, months)).order_by("seen_at", "pk")


def idle_and_warned(at: datetime) -> list[User]:
    """Return the accounts whose time is over, and who were told so long enough ago. 2 queries."""
    overdue = {_warning_key(user): user for user in idle(at, months=processing.IDLE_ACCOUNTS.months)}
    told = Message.objects.filter(
        key__in=overdue, created_at__lt=processing.months_before(at, processing.WARNED_MONTHS)
    )
    keys = set(told.values_list("key", flat=True))
    return [user for key, user in overdue.items() if key in keys]


def _warning_key(user: User) -> MessageKey:
    return message_keys.account_idle(user.pk, last_seen=last_seen(user))


@transaction.atomic
def warn_idle(*, at: datetime) -> int:
    """Tell who has not been here for long that the account is about to go; each silence is told once."""
    silent = {
        _warning_key(user): user
        for user in idle(at, months=processing.IDLE_ACCOUNTS.months - processing.WARNED_MONTHS)
    }
    told = set(Message.objects.filter(key__in=silent).values_list("key", flat=True))
    new = {key: user for key, user in silent.items() if key not in told}
    for key, user in new.items():
        facts = {"user": str(user.pk), "last_seen": last_seen(user).isoformat()}
        post.post(kind="account-idle", key=key, at=at, facts=facts)
    return len(new)


def _drafts(at: datetime) -> list[Organisation]:
    limit = processing.DRAFT_REGISTRATIONS.limit(at)
    drafts = Organisation.objects.filter(state=Standing.DRAFT, created_at__lt=limit)
    found = {draft.pk: draft for draft in drafts.order_by("created_at", "pk")}
    written = ledger.last_written(subject_type="organisation", ids=found)
    return [draft for key, draft in found.items() if key not in written or written[key] < limit]


def _discard_drafts(at: datetime) -> int:
    drafts = _drafts(at)
    for draft in drafts:
        organisation = lock(draft.pk)
        write(organisation, "discarded", actor=None, at=at)
        discard_draft(organisation)
    return len(drafts)


def _letters(at: datetime) -> QuerySet[Invitation]:
    limit = processing.INVITATIONS.limit(at)
    expired = Q(accepted_at=None, revoked_at=None, expires_at__lt=limit)
    return Invitation.objects.filter(Q(accepted_at__lt=limit) | Q(revoked_at__lt=limit) | expired)


def _discard_letters(at: datetime) -> int:
    letters = _letters(at)
    count = letters.count()
    letters.delete()
    return count


def _words(at: datetime) -> int:
    return erasure.mails_with_old_text(before=processing.MAIL_TEXTS.limit(at)).count()


def _blank_words(at: datetime) -> int:
    return erasure.erase_old_texts(before=processing.MAIL_TEXTS.limit(at))


def _farewells(at: datetime) -> int:
    limit = processing.FAREWELLS.limit(at)
    return erasure.messages_with_address(kind="account-erased", before=limit).count()


def _blank_farewells(at: datetime) -> int:
    return erasure.erase_addresses(kind="account-erased", before=processing.FAREWELLS.limit(at))


def _address_changes(at: datetime) -> QuerySet[AddressChange]:
    limit = processing.ADDRESS_CHANGES.limit(at)
    return AddressChange.objects.filter(Q(ended_at__lt=limit) | Q(ended_at=None, expires_at__lt=limit))


def _discard_address_changes(at: datetime) -> int:
    changes = _address_changes(at)
    count = changes.count()
    changes.delete()
    return count


def _sessions(at: datetime) -> QuerySet[Session]:
    return Session.objects.filter(expire_date__lt=processing.SESSIONS.limit(at))


def _end_sessions(at: datetime) -> int:
    expired = _sessions(at)
    count = expired.count()
    expired.delete()
    living = Session.objects.filter(session_key=OuterRef("session_key"))
    UserSession.objects.filter(~Exists(living)).delete()
    return count


def _files(at: datetime) -> list[Document]:
    limit = processing.VETTING_FILES.limit(at)
    members = Membership.objects.filter(organisation=OuterRef("organisation"))
    stayed = members.filter(Q(left_at=None) | Q(left_at__gte=limit))
    abandoned = Exists(members) & ~Exists(stayed) & Q(brought_at__lt=limit)
    gone = Document.objects.filter(Q(replaced_at__lt=limit) | abandoned)
    return list(gone.order_by("brought_at", "pk"))


def _discard_files(at: datetime) -> int:
    files = _files(at)
    discard_files(files)
    return len(files)


SWEEPS = (
    Sweep(processing.DRAFT_REGISTRATIONS, lambda at: len(_drafts(at)), _discard_drafts),
    Sweep(processing.INVITATIONS, lambda at: _letters(at).count(), _discard_letters),
    Sweep(processing.MAIL_TEXTS, _words, _blank_words),
    Sweep(processing.FAREWELLS, _farewells, _blank_farewells),
    Sweep(processing.ADDRESS_CHANGES, lambda at: _address_changes(at).count(), _discard_address_changes),
    Sweep(processing.SESSIONS, lambda at: _sessions(at).count(), _end_sessions),
    Sweep(processing.VETTING_FILES, lambda at: len(_files(at)), _discard_files),
)
