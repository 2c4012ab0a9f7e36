"""Opening an amendment: the next edition of an active case's text, a copy of the signed one."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.models import User
from partnerships import lifecycle
from partnerships.case.transitions import lock, write
from partnerships.drafting.actions.clauses import wording_of, write_revision
from partnerships.models import Clause, Roadmap
from partnerships.permissions import require_broker
from partnerships.status.actions import refresh_status
from partnerships.text import agreement


@transaction.atomic
def open_amendment(*, partnership_id: UUID, broker: User, at: datetime) -> Roadmap:
    """Open the next edition of an active case's text as a copy of the signed edition.

    Raises NotABroker, TransitionNotAllowed while another edition is under work or none is signed.
    """
    require_broker(broker)
    partnership = lock(partnership_id)
    if partnership.state != lifecycle.Case.ACTIVE:
        raise lifecycle.TransitionNotAllowed(lifecycle.Action.REVISE, lifecycle.Case(partnership.state))
    latest = partnership.roadmaps.order_by("-edition")[:1].get()
    if latest.state in lifecycle.UNDER_WORK:
        raise lifecycle.TransitionNotAllowed(lifecycle.Action.REVISE, lifecycle.Edition(latest.state))
    source = partnership.roadmaps.filter(state=lifecycle.Edition.SIGNED).order_by("-edition")[:1].get()
    amendment = Roadmap.objects.create(
        partnership=partnership, edition=latest.edition + 1, opened_at=at, entered_at=at
    )
    for clause in agreement.clauses_of(source):
        if clause.current is None:
            continue
        copy = Clause.objects.create(
            roadmap=amendment,
            heading=clause.heading,
            key=clause.key,
            position=clause.position,
            responsible=clause.responsible,
        )
        write_revision(copy, broker, at, wording=wording_of(clause.current))
    write(partnership, "edition.open", actor=broker, at=at, edition=amendment.edition)
    refresh_status(partnership, at=at)
    return amendment
