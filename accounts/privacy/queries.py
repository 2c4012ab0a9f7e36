"""Personal data of one person in this app, as rows of plain values under stable names; no secret."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db.models import Q, QuerySet

from accounts import processing
from accounts.approval_dates import months_after
from accounts.models import (
    AddressChange,
    BoardLink,
    BrokerInterest,
    Document,
    Handover,
    IdentityChange,
    InterestStatement,
    Invitation,
    Mandate,
    Membership,
    RegisterEvidence,
    RegistrationDraft,
    User,
    Vetting,
    VettingCheck,
)
from outbox.models import MonthlyCap, Preference

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.db.models.expressions import Combinable

type PersonalDataRow = dict[str, Any]

ROLE_FIELDS = ("is_administrator", "is_referent", "is_signatory")


def personal_data(user: User) -> dict[str, list[PersonalDataRow]]:
    """Return all the personal data of a user in this app, by stable name of its part. 19 queries."""
    return {
        "account": [_account(user)],
        "addresses": column_rows(
            EmailAddress.objects.filter(user=user).order_by("pk"), "email", "verified", "primary"
        ),
        "factors": column_rows(
            Authenticator.objects.filter(user=user).order_by("created_at", "pk"),
            "type",
            "created_at",
            "last_used_at",
        ),
        "sessions": column_rows(
            UserSession.objects.filter(user=user).order_by("created_at", "pk"),
            "created_at",
            "last_seen_at",
            "ip",
            "user_agent",
        ),
        "preferences": column_rows(Preference.objects.filter(user=user).order_by("topic"), "topic", "rhythm"),
        "monthly_cap": column_rows(MonthlyCap.objects.filter(user=user).order_by("pk"), "mails"),
        "memberships": column_rows(
            Membership.objects.filter(user=user).order_by("joined_at", "pk"),
            "joined_at",
            "left_at",
            *ROLE_FIELDS,
            organisation="organisation__name",
        ),
        "mandates": column_rows(
            Mandate.objects.filter(user=user).order_by("recorded_at", "pk"),
            "capacity",
            "basis",
            "valid_from_date",
            "valid_until_date",
            "ceiling_minor",
            "recorded_at",
            "revoked_at",
            organisation="organisation__name",
        ),
        "invitations": _invitations(user),
        "registration_drafts": column_rows(
            RegistrationDraft.objects.filter(user=user).order_by("saved_at", "pk"),
            "side",
            "step",
            "fields",
            "saved_at",
        ),
        "address_changes": column_rows(
            AddressChange.objects.filter(user=user).order_by("asked_at", "pk"),
            "old_email",
            "new_email",
            "asked_at",
            "expires_at",
            "ended_at",
        ),
        "handovers": column_rows(
            Handover.objects.filter(Q(heir=user) | Q(leaver=user)).order_by("handed_at", "pk"),
            "handed_at",
            "seen_at",
            organisation="organisation__name",
        ),
        "documents": column_rows(
            Document.objects.filter(brought_by=user).order_by("brought_at", "pk"),
            "kind",
            "name",
            "size",
            "sha256",
            "brought_at",
            "replaced_at",
            organisation="organisation__name",
        ),
        **_declared(user),
        "decisions": column_rows(
            Vetting.objects.filter(decided_by=user).order_by("decided_at", "pk"),
            "decision",
            "reason",
            "decided_at",
            organisation="organisation__name",
        ),
        "checks": column_rows(
            VettingCheck.objects.filter(checked_by=user).order_by("checked_at", "pk"),
            "code",
            "result",
            "note",
            "private_note",
            "checked_at",
            organisation="organisation__name",
        ),
        "lookups": column_rows(
            RegisterEvidence.objects.filter(asked_by=user).order_by("asked_at", "pk"),
            "source",
            "number",
            "asked_at",
            organisation="organisation__name",
        ),
    }


def _declared(user: User) -> dict[str, list[PersonalDataRow]]:
    """Return what the person declared for organisations, without the people named in it. 4 queries."""
    return {
        "identity_changes": column_rows(
            IdentityChange.objects.filter(changed_by=user).order_by("changed_at", "pk"),
            "before",
            "after",
            "reason",
            "changed_at",
            organisation="organisation__name",
        ),
        "board_links": column_rows(
            BoardLink.objects.filter(declared_by=user).order_by("declared_at", "pk"),
            "counterpart",
            "words",
            "declared_at",
            "replaced_at",
            organisation="organisation__name",
        ),
        "statements": column_rows(
            InterestStatement.objects.filter(stated_by=user).order_by("stated_at", "pk"),
            "links",
            "stated_at",
            organisation="organisation__name",
        ),
        "interests": column_rows(
            BrokerInterest.objects.filter(broker=user).order_by("declared_at", "pk"),
            "kind",
            "amount_minor",
            "words",
            "from_date",
            "until_date",
            "declared_at",
            "replaced_at",
            organisation="organisation__name",
        ),
    }


def column_rows(queryset: QuerySet[Any], *names: str, **paths: str | Combinable) -> list[PersonalDataRow]:
    """Return each row as a dict of the columns `names`, and of `paths` under their keyword. 1 query."""
    columns = [*paths.values(), *names]
    return [dict(zip([*paths, *names], values, strict=True)) for values in queryset.values_list(*columns)]


def _account(user: User) -> PersonalDataRow:
    names = (
        "email",
        "full_name",
        "language",
        "time_zone",
        "territory",
        "is_broker",
        "joined_at",
        "last_login",
    )
    return {"key": str(user.pk)} | {name: getattr(user, name) for name in names}


def _invitations(user: User) -> list[PersonalDataRow]:
    """Return the invitations sent to the verified addresses of the person, without their author."""
    verified = EmailAddress.objects.filter(user=user, verified=True).values("email")
    return column_rows(
        Invitation.objects.filter(email__in=verified).order_by("created_at", "pk"),
        "email",
        "full_name",
        *ROLE_FIELDS,
        "created_at",
        "expires_at",
        "accepted_at",
        "revoked_at",
        organisation="organisation__name",
    )


def last_seen(user: User) -> date:
    """Return the day (UTC) of the last sign-in of a person, or of the creation of the account."""
    return (user.last_login or user.joined_at).astimezone(UTC).date()


def erased_after(seen: date, *, warned_at: datetime) -> date:
    """Return the day after which an idle account is erased, from its last sign-in and its warning."""
    idle_from = months_after(seen, processing.IDLE_ACCOUNTS.months)
    return max(idle_from, months_after(warned_at.astimezone(UTC).date(), processing.WARNING_MONTHS))
