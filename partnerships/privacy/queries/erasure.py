"""What keeps a person here for now: nobody to run an organisation, a signature under way, cases to hold."""

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


def hindrances(user: User, *, at: datetime) -> list[str]:
    """Return one sentence for each thing to settle before the account can go; empty when it can. 5 queries.

    Each says what stands in the way and what to do, in the language of the reader.
    """
    return [*_organisations(user), *_mandates(user, at), *_signatures(user), *_cases(user)]


def _organisations(user: User) -> Iterator[str]:
    own = Membership.objects.present().filter(user=user, is_administrator=True)
    own = own.exclude(organisation__state=State.REFUSED).select_related("organisation")
    run = {each.organisation_id: each.organisation for each in own.order_by("joined_at", "pk")}
    others = Membership.objects.present().filter(organisation__in=run).exclude(user=user)
    helped: dict[UUID, bool] = {}
    for organisation_id, is_administrator in others.order_by("pk").values_list(
        "organisation_id", "is_administrator"
    ):
        helped[organisation_id] = helped.get(organisation_id, False) or is_administrator
    for key, organisation in run.items():
        is_discarded = organisation.state == State.DRAFT and key not in helped
        if not (is_discarded or helped.get(key)):
            yield _(
                "Vous êtes seul à administrer %(name)s. Nommez un autre administrateur sur la page de "
                "l’organisation, puis revenez."
            ) % {"name": organisation.name}


def _mandates(user: User, at: datetime) -> Iterator[str]:
    running = Mandate.objects.filter(~is_expired(at), user=user, revoked_at=None)
    running = running.exclude(organisation__state__in=[State.DRAFT, State.REFUSED])
    for mandate in running.select_related("organisation").order_by("recorded_at", "pk"):
        yield _(
            "Vous avez un mandat en cours pour %(name)s. Un administrateur de l’organisation le termine, "
            "et en donne un à qui signera après vous."
        ) % {"name": mandate.organisation.name}


def _signatures(user: User) -> Iterator[str]:
    under_way = Signature.objects.filter(signatory=user, charter__sealed=None, charter__voided=None)
    for signature in under_way.select_related("charter__partnership").order_by("signed_at", "pk"):
        yield _(
            "Vous avez signé la charte du dossier %(reference)s, qui n’est pas encore scellée. Revenez quand "
            "tous auront signé, ou quand le texte aura été repris."
        ) % {"reference": signature.charter.partnership.reference}


def _cases(user: User) -> Iterator[str]:
    if not user.is_broker:
        return
    held = Partnership.objects.filter(broker=user).exclude(state__in=lifecycle.FINAL).count()
    if held:
        yield ngettext(
            "Vous tenez %(count)s dossier en cours. Menez-le à son terme, puis revenez.",
            "Vous tenez %(count)s dossiers en cours. Menez-les à leur terme, puis revenez.",
            held,
        ) % {"count": held}
    if not User.objects.filter(is_broker=True, is_active=True).exclude(pk=user.pk).exists():
        yield _("Vous êtes le dernier passeur. Invitez-en un autre, puis revenez.")
