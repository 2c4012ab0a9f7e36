"""Who may see and run an organisation, and the groups that carry the grants on cases."""

from __future__ import annotations

from collections.abc import Iterable
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

# Views name what the loaders give them by way of this room: they import no model.
__all__ = [
    "Organisation",
    "Right",
    "User",
    "broker_or_404",
    "brokers_group",
    "join_brokers",
    "keep_groups_in_step",
    "make_groups",
    "member_for",
    "organisation_for",
    "own_organisation",
    "signed_in",
]

BROKERS = "brokers"


class Right(StrEnum):
    READ = "read"
    ADMINISTER = "administer"
    VET = "vet"


def organisation_for(
    user: AbstractBaseUser | AnonymousUser, organisation_id: UUID, right: Right
) -> Organisation:
    """Return the organisation if `user` holds `right`: 404 if it is not theirs to see, else 403. 2 queries.

    A broker reads and vets all of them but drafts and administers none; being a superuser adds nothing.
    Raises Http404, PermissionDenied (with the sentence to show).
    """
    found = Organisation.objects.filter(pk=organisation_id).first()
    if found is None or not isinstance(user, User):
        raise Http404
    rights = _rights(user, found)
    if Right.READ not in rights:
        raise Http404
    if right not in rights:
        raise PermissionDenied(_refusal(right))
    return found


def own_organisation(
    user: AbstractBaseUser | AnonymousUser, side: str, chosen: str | None = None
) -> Organisation:
    """Return the organisation of that side whose pages `user` opens: the chosen one, else the first joined.

    `chosen` is the key of an organisation as text. Raises Http404 for who belongs to none. 1 query.
    """
    if not isinstance(user, User):
        raise Http404
    present = Membership.objects.present().filter(user=user, organisation__side=side)
    own = [each.organisation for each in present.select_related("organisation").order_by("joined_at", "pk")]
    if not own:
        raise Http404
    return next((each for each in own if str(each.pk) == chosen), own[0])


def member_for(organisation: Organisation, member_id: UUID) -> Membership:
    """Return the membership of a present member. Raises Http404. 1 query."""
    present = Membership.objects.present().filter(organisation=organisation, user=member_id)
    membership = present.select_related("user").first()
    if membership is None:
        raise Http404
    return membership


def signed_in(user: AbstractBaseUser | AnonymousUser) -> User:
    """Return the person behind a page that nobody opens without signing in. Raises Http404."""
    if not isinstance(user, User):
        raise Http404
    return user


def broker_or_404(user: AbstractBaseUser | AnonymousUser) -> User:
    """Return `user` as a broker; for anybody else the page does not exist. Raises Http404."""
    if not (isinstance(user, User) and user.is_broker):
        raise Http404
    return user


def _rights(user: User, organisation: Organisation) -> frozenset[Right]:
    if user.is_broker:
        is_shown = organisation.state != "draft"
        return frozenset({Right.READ, Right.VET}) if is_shown else frozenset()
    membership = Membership.objects.present().filter(user=user, organisation=organisation).first()
    if membership is None:
        return frozenset()
    return frozenset({Right.READ, Right.ADMINISTER} if membership.is_administrator else {Right.READ})


def _refusal(right: Right) -> str:
    if right == Right.VET:
        return _("Vous pouvez lire cette page : seul le passeur vérifie une organisation.")
    return _("Vous pouvez lire cette page : seul un administrateur de votre organisation la modifie.")


def brokers_group() -> Group:
    """Return the group to which every broker belongs; grants on cases go to it."""
    group, _made = Group.objects.get_or_create(name=BROKERS)
    return group


def join_brokers(user: User) -> None:
    """Put a broker among those to whom cases are granted."""
    user.groups.add(brokers_group())


def make_groups(organisation_id: UUID) -> list[Group]:
    """Create the groups of members, of referents and of signatories of an organisation, in this order."""
    names = [f"organisation:{organisation_id}:{name}" for name in ("members", "referents", "signatories")]
    return [Group.objects.create(name=name) for name in names]


def keep_groups_in_step(membership: Membership) -> None:
    """Make the groups of the organisation say of this person what the membership says."""
    organisation = membership.organisation
    is_present = membership.left_at is None
    wanted = {
        organisation.members_group_id: is_present,
        organisation.referents_group_id: is_present and membership.is_referent,
        organisation.signatories_group_id: is_present and membership.is_signatory,
    }
    membership.user.groups.remove(*_where(wanted, kept=False))
    membership.user.groups.add(*_where(wanted, kept=True))


def _where(wanted: dict[int, bool], *, kept: bool) -> Iterable[int]:
    return [group_id for group_id, is_wanted in wanted.items() if is_wanted is kept]
