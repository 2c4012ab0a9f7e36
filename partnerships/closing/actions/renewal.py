"""Renewal: a successor case with the same parties; what each expects is asked anew, sealed."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy

from accounts.models import User
from partnerships.case.transitions import lock, write
from partnerships.closing.actions.review import ClosingError
from partnerships.closing.queries.page import RENEWABLE
from partnerships.lifecycle import FINAL
from partnerships.models import Partnership
from partnerships.permissions import require_broker
from partnerships.scoping import actions as scoping
from partnerships.status.actions import refresh_status


class RenewalNotAllowed(ClosingError):
    """The case is not in review nor closed."""

    sentence = gettext_lazy(
        "Un dossier se reconduit quand son bilan est ouvert, ou quand il est clos. Ouvrez d’abord le bilan."
    )


class AlreadyRenewed(ClosingError):
    """A successor case is under way; its reference is the argument."""

    sentence = gettext_lazy("Ce dossier est déjà reconduit\u00a0: %(what)s. Ouvrez ce dossier.")


@transaction.atomic
def renew(*, partnership_id: UUID, broker: User, title: str, at: datetime) -> Partnership:
    """Open the successor of a case, between the same parties, with its description and its canvas.

    The text is carried over when its drafting begins; expectations are not: they are asked again, sealed.
    Raises NotABroker, RenewalNotAllowed, AlreadyRenewed, OrganisationNotVerified.
    """
    require_broker(broker)
    partnership = lock(partnership_id)
    if partnership.state not in RENEWABLE:
        raise RenewalNotAllowed
    successor = partnership.successors.exclude(state__in=FINAL).order_by("opened_at").first()
    if successor is not None:
        raise AlreadyRenewed(successor.reference)
    parties = partnership.parties.select_related("organisation").order_by("rank")
    renewed = scoping.open_case(
        broker=broker, title=title, organisations=[party.organisation for party in parties], at=at
    )
    renewed.predecessor = partnership
    renewed.save(update_fields=["predecessor"])
    scoping.describe(
        partnership_id=renewed.pk,
        broker=broker,
        description=scoping.CaseDescription(
            title=title,
            plain_words=partnership.plain_words,
            evidence_of_need=partnership.evidence_of_need,
            broker_interests=partnership.broker_interests,
        ),
        at=at,
    )
    canvas = partnership.canvases.order_by("-number").first()
    if canvas is not None:
        scoping.write_first_canvas(partnership=renewed, boxes=scoping.boxes_of(canvas), broker=broker, at=at)
    write(partnership, "case.renew", actor=broker, at=at, successor=renewed.reference)
    refresh_status(partnership, at=at)
    return Partnership.objects.get(pk=renewed.pk)
