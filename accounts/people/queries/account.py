"""People and their accounts: second factors, addresses, message preferences, brokers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final, NamedTuple
from uuid import UUID

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db.models import Prefetch, QuerySet
from django.utils.crypto import salted_hmac

from accounts.hooks import Hook
from accounts.models import (
    AddressChange,
    Membership,
    Organisation,
    RegistrationDraft,
    RegistrationStep,
    User,
)
from accounts.models.membership import digest
from outbox import caps, preferences
from outbox.kinds import Topic
from outbox.models import Rhythm

if TYPE_CHECKING:
    from django.db.models import QuerySet
# Recovery codes alone are not a second factor: they replace one.
SECOND_FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def active_brokers() -> QuerySet[User]:
    """Return the active brokers, by name. 1 query."""
    return User.objects.filter(is_broker=True, is_active=True).order_by("full_name", "pk")


def active_person(user_id: UUID) -> User | None:
    """Return an active person by primary key. 1 query."""
    return User.objects.filter(pk=user_id, is_active=True).first()


# Functions that add the titles of what somebody may do now for an organisation to a list.
collect_tasks: Final[Hook[[User, Organisation, datetime, list[str]]]] = Hook()


class DemonstrationRole(NamedTuple):
    """A present membership of somebody, and the titles of what they may do now for that organisation."""

    membership: Membership
    tasks: Sequence[str]


class DemonstrationPerson(NamedTuple):
    user: User
    roles: Sequence[DemonstrationRole]


def demonstration_people(at: datetime) -> list[DemonstrationPerson]:
    """Return all active people, brokers first, with their present memberships and what they may do."""
    present = Membership.objects.present().select_related("organisation").order_by("joined_at", "pk")
    active = User.objects.filter(is_active=True).prefetch_related(Prefetch("memberships", present))
    return [
        DemonstrationPerson(
            user,
            [DemonstrationRole(row, _tasks(user, row.organisation, at)) for row in user.memberships.all()],
        )
        for user in active.order_by("-is_broker", "full_name", "pk")
    ]


def _tasks(user: User, organisation: Organisation, at: datetime) -> list[str]:
    tasks: list[str] = []
    collect_tasks.run(user, organisation, at, tasks)
    return tasks


def demonstration_password() -> str:
    """Return the password of all people of a demonstration, with which signatures are confirmed.

    It is derived from the secret key of the run and stored nowhere.
    """
    return salted_hmac("accounts.demonstration", "password", algorithm="sha256").hexdigest()[:12]


def message_rhythms(user: User) -> dict[Topic, Rhythm]:
    """Return the rhythm of messages of a person, by topic that may be switched off. 1 query."""
    return preferences.rhythms(user=user)


def monthly_cap(user: User) -> int:
    """Return how many messages a person gets in a month at most. 1 query."""
    return caps.cap_of(user.pk)


def has_second_factor(user: User) -> bool:
    """Return whether a person has a second factor. 1 query."""
    return bool(Authenticator.objects.filter(user=user, type__in=SECOND_FACTORS).exists())


def has_verified_address(user: User) -> bool:
    """Return whether the person has a verified address. 1 query."""
    return bool(EmailAddress.objects.filter(user=user, verified=True).exists())


def address_change_by_token(token: str, *, at: datetime) -> AddressChange | None:
    """Return the open change of address with this token, if any. 1 query."""
    change = AddressChange.objects.select_related("user").filter(token_digest=digest(token)).first()
    return change if change and change.is_open(at) and change.old_email == change.user.email else None


def pending_address_change(user: User, *, at: datetime) -> AddressChange | None:
    """Return the pending change of address of a person, if any. 1 query."""
    return user.address_changes.filter(ended_at=None, expires_at__gt=at).first()


def unfinished_side(user: User) -> str:
    """Return the side of the registration that a person began and left, "" for none. 1 query."""
    drafts = RegistrationDraft.objects.filter(user=user, step=RegistrationStep.IDENTITY)
    return drafts.order_by("-saved_at", "pk").values_list("side", flat=True).first() or ""
