"""Who may read, administer and vet an organisation, and the groups to which cases are granted."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib.auth.models import AnonymousUser, Group
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import gettext as _

from accounts.models import Membership, Organisation, User

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser

# Views import no model: they take the types of what these functions return from here.
__all__ = [
    "Organisation",
    "OrganisationRight",
    "User",
    "add_to_brokers",
    "broker_or_404",
    "brokers_group",
    "create_groups",
    "member_for",
    "organisation_for",
    "signed_in",
    "sync_groups",
]

BROKERS = "brokers"


class OrganisationRight(StrEnum):
    READ = "read"
    ADMINISTER = "administer"
    VET = "vet"


def organisation_for(
    user: AbstractBaseUser | AnonymousUser, organisation_id: UUID, right: OrganisationRight
) -> Organisation:
    """Return the organisation if `user` has `right`: 404 without the right to read, else 403. 2 queries.

    A broker reads and vets all of them but drafts and administers none; being a superuser adds nothing.
    Raises Http404, PermissionDenied (with the sentence to show).
    """
    organisation = Organisation.objects.filter(pk=organisation_id).first()
    if organisation is None or not isinstance(user, User):
        raise Http404
    rights = _rights(user, organisation)
    if OrganisationRight.READ not in rights:
        raise Http404
    if right not in rights:
        raise PermissionDenied(_refusal(right))
    return organisation


def member_for(organisation: Organisation, member_id: UUID) -> Membership:
    """Return the membership of a present member. Raises Http404. 1 query."""
    present = Membership.objects.present().filter(organisation=organisation, user=member_id)
    membership = present.select_related("user").first()
    if membership is None:
        raise Http404
    return membership


def signed_in(user: AbstractBaseUser | AnonymousUser) -> User:
    """Return `user` as a signed-in person. Raises Http404."""
    if not isinstance(user, User):
        raise Http404
    return user


def broker_or_404(user: AbstractBaseUser | AnonymousUser) -> User:
    """Return `user` as a broker; for anybody else the page does not exist. Raises Http404."""
    if not (isinstance(user, User) and user.is_broker):
        raise Http404
    return user


def _rights(user: User, organisation: Organisation) -> frozenset[OrganisationRight]:
    if user.is_broker:
        is_submitted = organisation.state != "draft"
        return frozenset({OrganisationRight.READ, OrganisationRight.VET}) if is_submitted else frozenset()
    membership = Membership.objects.present().filter(user=user, organisation=organisation).first()
    if membership is None:
        return frozenset()
    return frozenset(
        {OrganisationRight.READ, OrganisationRight.ADMINISTER}
        if membership.is_administrator
        else {OrganisationRight.READ}
    )


def _refusal(right: OrganisationRight) -> str:
    if right == OrganisationRight.VET:
        return _("Vous pouvez lire cette page : seul le passeur vérifie une organisation.")
    return _("Vous pouvez lire cette page : seul un gestionnaire de votre organisation la modifie.")


def brokers_group() -> Group:
    """Return the group to which every broker belongs; grants on cases go to it."""
    group, _created = Group.objects.get_or_create(name=BROKERS)
    return group


def add_to_brokers(user: User) -> None:
    """Add a broker to the group to which cases are granted."""
    user.groups.add(brokers_group())


def create_groups(organisation_id: UUID) -> list[Group]:
    """Create the groups of members, of referents and of signatories of an organisation, in this order."""
    names = [f"organisation:{organisation_id}:{name}" for name in ("members", "referents", "signatories")]
    return [Group.objects.create(name=name) for name in names]


def sync_groups(membership: Membership) -> None:
    """Update the groups of a person in an organisation from the membership."""
    organisation = membership.organisation
    is_present = membership.left_at is None
    wanted = {
        organisation.members_group_id: is_present,
        organisation.referents_group_id: is_present and membership.is_referent,
        organisation.signatories_group_id: is_present and membership.is_signatory,
    }
    groups = membership.user.groups
    groups.remove(*(group_id for group_id, is_wanted in wanted.items() if not is_wanted))
    groups.add(*(group_id for group_id, is_wanted in wanted.items() if is_wanted))
