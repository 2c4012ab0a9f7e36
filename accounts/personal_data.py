"""What this room holds about one person, as rows of plain values under stable names; no secret."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession

from accounts.models import Document, Invitation, Mandate, Membership, User, Vetting
from outbox.models import Preference

if TYPE_CHECKING:
    from django.db.models import QuerySet

type Row = dict[str, Any]

ROLES = ("is_administrator", "is_referent", "is_signatory")


def of_person(user: User) -> dict[str, list[Row]]:
    """Return every part that this room holds about `user`, by stable name. 9 queries."""
    return {
        "account": [_account(user)],
        "addresses": rows(
            EmailAddress.objects.filter(user=user).order_by("pk"), "email", "verified", "primary"
        ),
        "factors": rows(
            Authenticator.objects.filter(user=user).order_by("created_at", "pk"),
            "type",
            "created_at",
            "last_used_at",
        ),
        "sessions": rows(
            UserSession.objects.filter(user=user).order_by("created_at", "pk"),
            "created_at",
            "last_seen_at",
            "ip",
            "user_agent",
        ),
        "preferences": rows(Preference.objects.filter(user=user).order_by("topic"), "topic", "rhythm"),
        "memberships": rows(
            Membership.objects.filter(user=user).order_by("joined_at", "pk"),
            "joined_at",
            "left_at",
            *ROLES,
            organisation="organisation__name",
        ),
        "mandates": rows(
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
        "documents": rows(
            Document.objects.filter(brought_by=user).order_by("brought_at", "pk"),
            "kind",
            "name",
            "size",
            "sha256",
            "brought_at",
            "replaced_at",
            organisation="organisation__name",
        ),
        "decisions": rows(
            Vetting.objects.filter(decided_by=user).order_by("decided_at", "pk"),
            "decision",
            "reason",
            "decided_at",
            organisation="organisation__name",
        ),
    }


def rows(found: QuerySet[Any], *names: str, **paths: str) -> list[Row]:
    """Return the named columns of each row, those of other tables under a name of their own. 1 query."""
    columns = [*paths.values(), *names]
    return [dict(zip([*paths, *names], values, strict=True)) for values in found.values_list(*columns)]


def _account(user: User) -> Row:
    names = ("email", "full_name", "language", "time_zone", "is_broker", "joined_at", "last_login")
    return {"key": str(user.pk)} | {name: getattr(user, name) for name in names}


def _invitations(user: User) -> list[Row]:
    """Return the letters written to the proved addresses of the person, without who wrote them."""
    proved = EmailAddress.objects.filter(user=user, verified=True).values("email")
    return rows(
        Invitation.objects.filter(email__in=proved).order_by("created_at", "pk"),
        "email",
        "full_name",
        *ROLES,
        "created_at",
        "expires_at",
        "accepted_at",
        "revoked_at",
        organisation="organisation__name",
    )
