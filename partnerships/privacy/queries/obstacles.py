"""Obstacles to the erasure of a person: sole administration, mandates, unsealed signatures, cases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.lifecycle import State
from accounts.models import Mandate, Membership, User
from accounts.people.queries.mandates import is_expired
from partnerships import lifecycle
from partnerships.models import Partnership, Signature


def obstacles_to_erasure(user: User, *, at: datetime) -> list[str]:
    """Return one sentence for each obstacle, in the active language; empty when there is none. 5 queries.

    Each sentence names the obstacle and what to do about it.
    """
    return [*_organisations(user), *_mandates(user, at), *_signatures(user), *_cases(user)]


def _organisations(user: User) -> Iterator[str]:
    memberships = Membership.objects.present().filter(user=user, is_administrator=True)
    memberships = memberships.exclude(organisation__state=State.REFUSED).select_related("organisation")
    organisations = {row.organisation_id: row.organisation for row in memberships.order_by("joined_at", "pk")}
    others = Membership.objects.present().filter(organisation__in=organisations).exclude(user=user)
    # Organisation key -> whether another member administers it; absent when there is no other member.
    has_other_administrator: dict[UUID, bool] = {}
    for organisation_id, is_administrator in others.order_by("pk").values_list(
        "organisation_id", "is_administrator"
    ):
        has_other_administrator[organisation_id] = (
            has_other_administrator.get(organisation_id, False) or is_administrator
        )
    for key, organisation in organisations.items():
        is_discarded = organisation.state == State.DRAFT and key not in has_other_administrator
        if not (is_discarded or has_other_administrator.get(key)):
            yield _(
                "Vous êtes le seul gestionnaire : %(name)s. Donnez ce rôle à une autre "
                "personne sur la page de l’organisation, puis réessayez."
            ) % {"name": organisation.name}


def _mandates(user: User, at: datetime) -> Iterator[str]:
    mandates = Mandate.objects.filter(~is_expired(at), user=user, revoked_at=None)
    mandates = mandates.exclude(organisation__state__in=[State.DRAFT, State.REFUSED])
    for mandate in mandates.select_related("organisation").order_by("recorded_at", "pk"):
        yield _(
            "Vous avez un mandat de signature valable : %(name)s. Un gestionnaire de "
            "l’organisation doit y mettre fin, et en donner un au prochain signataire."
        ) % {"name": mandate.organisation.name}


def _signatures(user: User) -> Iterator[str]:
    unsealed = Signature.objects.filter(signatory=user, charter__sealed=None, charter__voided=None)
    for signature in unsealed.select_related("charter__partnership").order_by("signed_at", "pk"):
        yield _(
            "Vous avez signé la charte du dossier %(reference)s, qui n’est pas encore "
            "scellée. Réessayez quand toutes les parties auront signé, ou quand le texte "
            "sera retiré de la signature."
        ) % {"reference": signature.charter.partnership.reference}


def _cases(user: User) -> Iterator[str]:
    if not user.is_broker:
        return
    case_count = Partnership.objects.filter(broker=user).exclude(state__in=lifecycle.FINAL).count()
    if case_count:
        yield ngettext(
            "Vous suivez %(count)s dossier en cours. Terminez-le ou transmettez-le, puis réessayez.",
            "Vous suivez %(count)s dossiers en cours. Terminez-les ou transmettez-les, puis réessayez.",
            case_count,
        ) % {"count": case_count}
    if not User.objects.filter(is_broker=True, is_active=True).exclude(pk=user.pk).exists():
        yield _("Vous êtes le dernier passeur. Invitez-en un autre, puis réessayez.")
