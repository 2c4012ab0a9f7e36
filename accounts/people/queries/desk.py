"""What can be asked about one person: what they hold, what passed to them, what protects their account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db.models import Count, Exists, Subquery

from accounts.models import (
    AddressChange,
    Document,
    DocumentKind,
    Handover,
    Invitation,
    Mandate,
    Membership,
    Organisation,
    User,
)
from accounts.models.membership import digest

# The papers that can give a power to sign.
PROOFS = (DocumentKind.MINUTES, DocumentKind.POWER)
# Recovery codes alone are no second factor: they only stand in for one.
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


class Proof(NamedTuple):
    """A paper to choose: its key and its words."""

    key: str
    words: str


class Desk(NamedTuple):
    """`is_unproved`: the person signs and has no second factor."""

    handovers: list[Handover]
    is_unproved: bool


@dataclass(frozen=True, kw_only=True)
class Held:
    """What one member alone holds."""

    letter_count: int
    was_only_referent: bool
    was_only_signatory: bool
    is_last_administrator: bool
    has_mandate: bool


def proofs_of(organisation: Organisation) -> list[Proof]:
    """Return the current papers of an organisation that can give a power to sign. 1 query."""
    current = Document.objects.current().filter(organisation=organisation, kind__in=PROOFS)
    return [
        Proof(str(each.pk), f"{DocumentKind(each.kind).label} · {each.name}")
        for each in current.order_by("kind", "pk")
    ]


def held_alone(membership: Membership, *, at: datetime) -> Held:
    """Return what would pass to an administrator if this member left. 1 query."""
    others = Membership.objects.present().filter(organisation=membership.organisation_id)
    others = others.exclude(pk=membership.pk)
    letters = Invitation.objects.filter(
        organisation=membership.organisation_id,
        invited_by=membership.user_id,
        accepted_at=None,
        revoked_at=None,
        expires_at__gt=at,
    )
    found = Membership.objects.filter(pk=membership.pk).values_list(
        Subquery(letters.values("organisation").annotate(n=Count("pk")).values("n")),
        Exists(others.filter(is_referent=True)),
        Exists(others.filter(is_signatory=True)),
        Exists(others.filter(is_administrator=True)),
        Exists(
            Mandate.objects.filter(
                organisation=membership.organisation_id, user=membership.user_id, revoked_at=None
            )
        ),
    )
    letter_count, referents, signatories, administrators, has_mandate = found.get()
    return Held(
        letter_count=letter_count or 0,
        was_only_referent=membership.is_referent and not referents,
        was_only_signatory=membership.is_signatory and not signatories,
        is_last_administrator=membership.is_administrator and not administrators,
        has_mandate=has_mandate,
    )


def desk(user: User, organisation: Organisation) -> Desk:
    """Return what the home says to a person of themselves: what passed to them, what protects them.

    2 queries at most, the second when something passed to them.
    """
    factors = Authenticator.objects.filter(user=user, type__in=FACTORS)
    received = organisation.handovers.filter(heir=user, seen_at=None)
    present = Membership.objects.present().filter(user=user, organisation=organisation).order_by("pk")
    own = present.values_list("is_signatory", Exists(factors), Exists(received)).first()
    is_signatory, is_proved, is_heir = own or (False, False, False)
    handovers = received.select_related("leaver").order_by("handed_at", "pk") if is_heir else []
    return Desk(list(handovers), is_signatory and not is_proved)


def has_second_factor(user: User) -> bool:
    """Say whether a person can prove who they are by something beside a password. 1 query."""
    return bool(Authenticator.objects.filter(user=user, type__in=FACTORS).exists())


def has_proved_address(user: User) -> bool:
    """Say whether an address of the person was ever proved. 1 query."""
    return bool(EmailAddress.objects.filter(user=user, verified=True).exists())


def address_change_of(token: str, *, at: datetime) -> AddressChange | None:
    """Return the change of address that this secret answers, if it still waits. 1 query."""
    known = AddressChange.objects.select_related("user").filter(token_digest=digest(token)).first()
    return known if known and known.is_open(at) and known.old_email == known.user.email else None


def waiting_address(user: User, *, at: datetime) -> AddressChange | None:
    """Return the change of address of a person that waits for the address in use. 1 query."""
    return user.address_changes.filter(ended_at=None, expires_at__gt=at).first()
