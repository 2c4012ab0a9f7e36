"""What can be asked about people and organisations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from django.conf import settings
from django.db.models import Prefetch
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from accounts import lifecycle
from accounts.checklist import TITLES, Check, checks_of
from accounts.models import (
    ApprovalLevel,
    CheckResult,
    Decision,
    Invitation,
    Mandate,
    Membership,
    Organisation,
    User,
    Vetting,
    VettingCheck,
)
from accounts.models.membership import digest
from accounts.templatetags import wording
from outbox import preferences
from outbox.kinds import Topic
from outbox.models import Rhythm

if TYPE_CHECKING:
    from django.db.models import QuerySet


class Letter(NamedTuple):
    """An invitation nobody has used or revoked; one that is too old is no longer open."""

    invitation: Invitation
    is_open: bool


@dataclass(frozen=True, kw_only=True)
class OrganisationPage:
    """Everything the page of an organisation shows; `own` is the membership of the reader, if any."""

    organisation: Organisation
    own: Membership | None
    members: list[Membership]
    letters: list[Letter]
    mandates: list[Mandate]
    vetting: Vetting | None
    points: list[tuple[str, str]]


def open_registration(user: User, side: str) -> Organisation | None:
    """Return what this administrator still has to submit on that side, a draft first. 1 query."""
    open_ones = Organisation.objects.filter(side=side, state__in=lifecycle.WRITABLE)
    own = open_ones.filter(
        memberships__user=user, memberships__left_at=None, memberships__is_administrator=True
    )
    # "draft" stands before "to_complete" in the alphabet too.
    return own.order_by("state", "created_at", "pk").first()


def letter_of(token: str, *, at: datetime) -> Letter | None:
    """Return the letter that bears this secret, with its organisation and its writer. 1 query."""
    letters = Invitation.objects.select_related("organisation", "invited_by")
    found = letters.filter(token_digest=digest(token)).first()
    return Letter(found, found.is_open(at)) if found else None


def vetting_history(organisation: Organisation) -> QuerySet[Vetting]:
    """Return the decisions about an organisation, latest first, with who took them. 1 query."""
    return organisation.vettings.select_related("decided_by").order_by("-decided_at", "-pk")


def standing_decision(organisation: Organisation) -> Vetting | None:
    """Return the decision by which an organisation is not verified, if there is one. 1 query at most."""
    return None if organisation.is_verified else vetting_history(organisation).first()


def checks_to_pass(organisation: Organisation) -> list[Check]:
    """Return the checks that apply to an organisation, in order. 1 query at most."""
    # Whoever never spoke of an approval has no row.
    approval = getattr(organisation, "approval", None)
    is_approved = approval is not None and approval.level != ApprovalLevel.NONE
    return checks_of(organisation.side, is_approved=is_approved)


def open_checks(organisation: Organisation) -> dict[str, VettingCheck]:
    """Return what was found since the last decision that closed a pass, by code. 1 query."""
    rows = organisation.vetting_checks.filter(vetting=None).select_related("checked_by")
    return {row.code: row for row in rows.order_by("pk")}


def is_only_suspended(organisation: Organisation) -> bool:
    """Say whether nothing but a suspension stands between the organisation and being verified. 2 queries.

    False for one that waited for a verification when it was suspended.
    """
    if organisation.state != lifecycle.Standing.SUSPENDED:
        return False
    decided = organisation.vettings.exclude(decision=Decision.SUSPENDED).order_by("-decided_at", "-pk")
    stood = decided.values_list("decision", flat=True).first()
    return stood == Decision.VERIFIED and not organisation.identity_changes.filter(vetting=None).exists()


def points_of(vetting: Vetting) -> list[VettingCheck]:
    """Return what a decision says is wrong or missing, in the order of the checklist. 1 query."""
    rows = vetting.checks.exclude(result__in=["", CheckResult.OK])
    order = list(TITLES)
    return sorted(rows.order_by("pk"), key=lambda row: order.index(row.code))


def refused_act(organisation: Organisation) -> str:
    """Return why the people of an organisation act on nothing, and what to do about it. 1 query."""
    decision = vetting_history(organisation).first()
    words = (
        _("%(name)s est suspendue par le passeur\u00a0: %(reason)s")
        if organisation.state == lifecycle.Standing.SUSPENDED
        else _("L’inscription %(of_name)s est refusée\u00a0: %(reason)s")
    )
    named = {"name": organisation.name, "of_name": wording.of(organisation.name)}
    why = words % {**named, "reason": decision.reason if decision else "—"}
    todo = (
        _("Vous pouvez tout lire, pas agir. Pour reprendre, écrivez au passeur\u00a0: %(address)s.")
        if settings.CONTACT_ADDRESS
        else _("Vous pouvez tout lire, pas agir. Pour reprendre, répondez au courriel du passeur.")
    )
    return f"{why.rstrip('. ')}. {todo % {'address': settings.CONTACT_ADDRESS}}"


def organisation_page(organisation: Organisation, *, user: User, at: datetime) -> OrganisationPage:
    """Return the people, letters, mandates and standing of an organisation. 4 queries, 5 for one to complete.

    Mandates that have run out are kept in view; letters used or revoked are not.
    """
    members = list(
        Membership.objects.present()
        .filter(organisation=organisation)
        .select_related("user")
        .order_by("joined_at", "pk")
    )
    letters = organisation.invitations.filter(accepted_at=None, revoked_at=None)
    mandates = organisation.mandates.filter(revoked_at=None).select_related("user", "document")
    vetting = vetting_history(organisation).first()
    is_asked = organisation.state == lifecycle.Standing.TO_COMPLETE
    return OrganisationPage(
        organisation=organisation,
        own=next((each for each in members if each.user_id == user.pk), None),
        members=members,
        letters=[Letter(each, each.is_open(at)) for each in letters.order_by("created_at", "pk")],
        mandates=list(mandates.order_by("recorded_at", "pk")),
        vetting=vetting,
        points=[(str(TITLES[each.code]), each.note) for each in points_of(vetting)]
        if vetting and is_asked
        else [],
    )


def brokers() -> QuerySet[User]:
    """Return the brokers who can act, by name. 1 query."""
    return User.objects.filter(is_broker=True, is_active=True).order_by("full_name", "pk")


def person(user_id: UUID) -> User | None:
    """Return an active person by key. 1 query."""
    return User.objects.filter(pk=user_id, is_active=True).first()


def demonstration_people() -> list[User]:
    """Return everybody who can sign in, brokers first, each with `memberships.all()` in order. 2 queries."""
    present = Membership.objects.present().select_related("organisation").order_by("joined_at", "pk")
    active = User.objects.filter(is_active=True).prefetch_related(Prefetch("memberships", present))
    return list(active.order_by("-is_broker", "full_name", "pk"))


def demonstration_password() -> str:
    """Return the password that everybody of a demonstration has, to confirm a signature with.

    It follows from the secret key of the run, so it is nowhere else and in no file.
    """
    return salted_hmac("accounts.demonstration", "password", algorithm="sha256").hexdigest()[:12]


def rhythms_of(user: User) -> dict[Topic, Rhythm]:
    """Return how often a person is written to about each topic that may be switched off. 1 query."""
    return preferences.rhythms(user=user)
