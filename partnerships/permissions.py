"""Who may read, answer, sign or write in a case: permissions are rows, consent requires membership."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from django.contrib.postgres.expressions import ArraySubquery
from django.core.exceptions import PermissionDenied
from django.db.models import F, OuterRef
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from guardian.shortcuts import assign_perm

from accounts.lifecycle import READ_ONLY
from accounts.models import Membership, User
from accounts.organisations.queries.decisions import read_only_reason
from accounts.permissions import brokers_group
from accounts.refusals import Refusal
from partnerships.models import Partnership, PartnershipGroupPermission, Party

# What the key of a cached page needs: the versions of the status row and of each organisation.
VERSION_FIELDS: Final = {
    "organisation_versions": ArraySubquery(
        Party.objects.filter(partnership=OuterRef("pk")).order_by("rank").values("organisation__version")
    ),
    "status_version": F("status__version"),
    "status_refreshed_at": F("status__refreshed_at"),
    "status_deadline_at": F("status__deadline_at"),
}


class Right(StrEnum):
    READ = "read_partnership"
    ANSWER = "answer_partnership"
    SIGN = "sign_partnership"
    BROKER = "broker_partnership"


class ConsentError(Refusal):
    """The person cannot act for a party."""


class NotOfAParty(ConsentError):
    """The person is a member of no party of the case, whatever other rights they have."""

    sentence = gettext_lazy(
        "Vous n’êtes membre d’aucune partie de ce dossier : seule une partie répond en son nom."
    )


class OfBothSides(ConsentError):
    """The person is a member of more than one party, so their party is ambiguous."""

    sentence = gettext_lazy(
        "Vous êtes membre de plusieurs parties de ce dossier. Quittez l’une des "
        "organisations pour répondre au nom de l’autre."
    )


class NotAReferent(ConsentError):
    """The person is neither a referent nor a signatory of the party."""

    sentence = gettext_lazy(
        "Vous pouvez lire ce dossier, mais pas y répondre. Demandez au référent de votre organisation."
    )


class NotASignatory(ConsentError):
    """The person is not a signatory of the party."""

    sentence = gettext_lazy(
        "Vous pouvez lire ce dossier, mais pas signer : seul un signataire avec un mandat valable signe."
    )


class ReadsOnly(ConsentError):
    """The organisation is suspended or refused; the argument is the whole sentence."""

    sentence = "%(what)s"


class BrokerHasNoVoice(ConsentError):
    """A broker writes the text and never consents for a party."""

    sentence = gettext_lazy(
        "Le passeur écrit et n’accepte rien à la place d’une partie : seule une partie répond en son nom."
    )


class NotABroker(Refusal):
    """The person is no active broker."""

    sentence = gettext_lazy("Seul le passeur peut le faire. Écrivez-lui.")


def require_broker(user: User) -> None:
    """Raise NotABroker unless `user` is an active broker; a superuser is not one by that alone."""
    if not (user.is_broker and user.is_active):
        raise NotABroker


def grant_to_brokers(partnership: Partnership) -> None:
    """Grant all brokers the rights to read the case and to write in it."""
    group = brokers_group()
    for right in (Right.READ, Right.BROKER):
        assign_perm(right, group, partnership)


def grant_to_party(party: Party) -> None:
    """Grant members the right to read, referents and signatories to answer, signatories to sign."""
    organisation = party.organisation
    assign_perm(Right.READ, organisation.members_group, party.partnership)
    assign_perm(Right.ANSWER, organisation.referents_group, party.partnership)
    assign_perm(Right.ANSWER, organisation.signatories_group, party.partnership)
    assign_perm(Right.SIGN, organisation.signatories_group, party.partnership)


def partnership_for(user: User, reference: str, right: Right) -> Partnership:
    """Return the case if the groups of the person give this right; a superuser has no more. 1 query.

    Raises Http404 for a case that is not theirs to see, else PermissionDenied with the sentence to show.
    """
    permissions = PartnershipGroupPermission.objects.filter(content_object=OuterRef("pk"), group__user=user)
    rights = ArraySubquery(permissions.order_by("pk").values("permission__codename"))
    partnerships = Partnership.objects.filter(reference=reference).select_related("broker")
    partnership = partnerships.annotate(rights=rights, **VERSION_FIELDS).first()
    if partnership is None or Right.READ not in partnership.rights:
        raise Http404
    if right not in partnership.rights:
        raise PermissionDenied(_refusal(right))
    return partnership


def _refusal(right: Right) -> str:
    match right:
        case Right.SIGN:
            return _(
                "Vous pouvez lire ce dossier, mais pas signer : seul un signataire avec un "
                "mandat valable signe."
            )
        case Right.BROKER:
            return _("Vous pouvez lire ce dossier : seul le passeur en écrit le texte.")
        case _other:
            return _(
                "Vous pouvez lire ce dossier, mais pas y répondre : demandez au référent de "
                "votre organisation."
            )


def membership_in(user: User, partnership: Partnership) -> tuple[Membership, Party]:
    """Return the one membership through which `user` belongs to a party. 2 queries.

    Raises BrokerHasNoVoice, NotOfAParty, OfBothSides.
    """
    if user.is_broker:
        raise BrokerHasNoVoice
    parties = {party.organisation_id: party for party in partnership.parties.select_related("organisation")}
    memberships = list(
        Membership.objects.present()
        .filter(user=user, organisation__in=parties)
        .select_related("organisation")
        .order_by("pk")
    )
    if not memberships:
        raise NotOfAParty
    if len(memberships) > 1:
        raise OfBothSides
    return memberships[0], parties[memberships[0].organisation_id]


def acting_membership(user: User, partnership: Partnership) -> tuple[Membership, Party]:
    """Return the one membership through which `user` acts for a party. 2 queries.

    Raises BrokerHasNoVoice, NotOfAParty, OfBothSides, ReadsOnly.
    """
    membership, party = membership_in(user, partnership)
    if party.organisation.state in READ_ONLY:
        raise ReadsOnly(read_only_reason(party.organisation))
    return membership, party


def require_answering_party(user: User, partnership: Partnership) -> Party:
    """Return the party for which `user` may answer.

    Raises BrokerHasNoVoice, NotOfAParty, OfBothSides, ReadsOnly, NotAReferent.
    """
    membership, party = acting_membership(user, partnership)
    if not (membership.is_referent or membership.is_signatory):
        raise NotAReferent
    return party


def require_signing_party(user: User, partnership: Partnership) -> Party:
    """Return the party of which `user` is a signatory; the mandate is not checked.

    Raises BrokerHasNoVoice, NotOfAParty, OfBothSides, ReadsOnly, NotASignatory.
    """
    membership, party = acting_membership(user, partnership)
    if not membership.is_signatory:
        raise NotASignatory
    return party


def own_party_of(user: User, partnership: Partnership) -> Party | None:
    """Return the one party of which `user` is a member, if any. 2 queries."""
    try:
        _membership, party = membership_in(user, partnership)
    except ConsentError:
        return None
    return party


def answering_party_of(user: User, partnership: Partnership) -> Party | None:
    """Return the party for which `user` may answer, if any. 2 queries."""
    try:
        return require_answering_party(user, partnership)
    except ConsentError:
        return None


def signing_party_of(user: User, partnership: Partnership) -> Party | None:
    """Return the party of which `user` is a signatory, if any; the mandate is not checked. 2 queries."""
    try:
        return require_signing_party(user, partnership)
    except ConsentError:
        return None
