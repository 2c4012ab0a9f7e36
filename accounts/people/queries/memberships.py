"""Members of an organisation: its page of people, invitations, handovers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from allauth.mfa.models import Authenticator
from django.db.models import Count, Exists, Subquery

from accounts import lifecycle
from accounts.models import (
    Handover,
    Invitation,
    Mandate,
    Membership,
    Organisation,
    User,
    Vetting,
)
from accounts.models.membership import digest
from accounts.organisations.checklist import TITLES
from accounts.organisations.queries.decisions import failed_checks, vetting_history
from accounts.people.queries.account import SECOND_FACTORS


class PersonalAlerts(NamedTuple):
    """What the home page tells a member; `is_unproved`: a signatory without a second factor."""

    handovers: list[Handover]
    is_unproved: bool
    is_administrator: bool


@dataclass(frozen=True, kw_only=True)
class SoleDuties:
    """What only one member of an organisation does."""

    invitation_count: int
    was_only_referent: bool
    was_only_signatory: bool
    is_last_administrator: bool
    has_mandate: bool


def sole_duties(membership: Membership, *, at: datetime) -> SoleDuties:
    """Return what would be handed over to an administrator if this member left. 1 query."""
    others = Membership.objects.present().filter(organisation=membership.organisation_id)
    others = others.exclude(pk=membership.pk)
    invitations = Invitation.objects.filter(
        organisation=membership.organisation_id,
        invited_by=membership.user_id,
        accepted_at=None,
        revoked_at=None,
        expires_at__gt=at,
    )
    values = Membership.objects.filter(pk=membership.pk).values_list(
        Subquery(invitations.values("organisation").annotate(n=Count("pk")).values("n")),
        Exists(others.filter(is_referent=True)),
        Exists(others.filter(is_signatory=True)),
        Exists(others.filter(is_administrator=True)),
        Exists(
            Mandate.objects.filter(
                organisation=membership.organisation_id, user=membership.user_id, revoked_at=None
            )
        ),
    )
    invitation_count, referents, signatories, administrators, has_mandate = values.get()
    return SoleDuties(
        invitation_count=invitation_count or 0,
        was_only_referent=membership.is_referent and not referents,
        was_only_signatory=membership.is_signatory and not signatories,
        is_last_administrator=membership.is_administrator and not administrators,
        has_mandate=has_mandate,
    )


def personal_alerts(user: User, organisation: Organisation) -> PersonalAlerts:
    """Return the unseen handovers of a member, and whether a second factor is missing.

    2 queries at most, the second when there is a handover.
    """
    factors = Authenticator.objects.filter(user=user, type__in=SECOND_FACTORS)
    received = organisation.handovers.filter(heir=user, seen_at=None)
    present = Membership.objects.present().filter(user=user, organisation=organisation).order_by("pk")
    flags = present.values_list("is_signatory", Exists(factors), Exists(received), "is_administrator").first()
    is_signatory, has_factor, has_handover, is_administrator = flags or (False, False, False, False)
    handovers = received.select_related("leaver").order_by("handed_at", "pk") if has_handover else []
    return PersonalAlerts(list(handovers), is_signatory and not has_factor, is_administrator)


def personal_version(user: User, organisation: Organisation) -> tuple[object, ...]:
    """Return values that change whenever what `personal_alerts` returns may change. 1 query."""
    factors = Authenticator.objects.filter(user=user, type__in=SECOND_FACTORS)
    received = organisation.handovers.filter(heir=user, seen_at=None)
    rows = User.objects.filter(pk=user.pk).values_list(Exists(factors), Exists(received))
    return (organisation.version, *rows.get())


class InvitationRow(NamedTuple):
    """An invitation neither accepted nor revoked; `is_open` is False once it has expired."""

    invitation: Invitation
    is_open: bool


@dataclass(frozen=True, kw_only=True)
class OrganisationPage:
    """People of an organisation and its latest decision; `own` is the membership of the reader, if any.

    `points`: (title, note) of the checks that failed, when the organisation is to be completed.
    """

    organisation: Organisation
    own: Membership | None
    members: list[Membership]
    invitations: list[InvitationRow]
    mandates: list[Mandate]
    vetting: Vetting | None
    points: list[tuple[str, str]]


def invitation_by_token(token: str, *, at: datetime) -> InvitationRow | None:
    """Return the invitation with this token, with its organisation and its author. 1 query."""
    invitations = Invitation.objects.select_related("organisation", "invited_by")
    invitation = invitations.filter(token_digest=digest(token)).first()
    return InvitationRow(invitation, invitation.is_open(at)) if invitation else None


def organisation_page(organisation: Organisation, *, user: User, at: datetime) -> OrganisationPage:
    """Return members, open invitations, mandates and latest decision of an organisation. 4 or 5 queries.

    Expired mandates and invitations are included, revoked ones and accepted invitations are not.
    """
    members = list(
        Membership.objects.present()
        .filter(organisation=organisation)
        .select_related("user")
        .order_by("joined_at", "pk")
    )
    invitations = organisation.invitations.filter(accepted_at=None, revoked_at=None)
    mandates = organisation.mandates.filter(revoked_at=None).select_related("user", "document")
    vetting = vetting_history(organisation).first()
    is_to_complete = organisation.state == lifecycle.State.TO_COMPLETE
    return OrganisationPage(
        organisation=organisation,
        own=next((each for each in members if each.user_id == user.pk), None),
        members=members,
        invitations=[
            InvitationRow(each, each.is_open(at)) for each in invitations.order_by("created_at", "pk")
        ],
        mandates=list(mandates.order_by("recorded_at", "pk")),
        vetting=vetting,
        points=[(str(TITLES[each.code]), each.note) for each in failed_checks(vetting)]
        if vetting and is_to_complete
        else [],
    )
