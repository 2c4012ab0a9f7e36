"""Changes of state, the only code that writes a state; each is recorded in the ledger."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.html import strip_tags
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.refusals import Refusal
from accounts.templatetags import wording
from ledger import record as ledger
from ledger.record import Fact, Subject
from partnerships import lifecycle
from partnerships.models import Partnership, Roadmap


class CaseIsSuspended(Refusal):
    """All clocks of the case stand still; the planned end is the argument."""

    sentence = gettext_lazy(
        "Le dossier est suspendu jusqu’au %(what)s\u00a0: les échéances et les tours sont arrêtés "
        "pour toutes "
        ""
        "les parties. Les messages et la médiation restent possibles. Pour le reste, la suspension "
        "doit finir\u00a0: "
        "ouvrez la page «\u202fSuspension\u202f» du dossier."
    )


def lock(partnership_id: UUID, *, while_suspended: bool = False) -> Partnership:
    """Return the case, locked until the transaction ends; its row is the lock of everything in the case.

    Raises CaseIsSuspended, unless the act is possible `while_suspended`.
    """
    partnership = Partnership.objects.select_for_update(of=("self",)).get(pk=partnership_id)
    if partnership.state == lifecycle.Case.SUSPENDED and not while_suspended:
        running = partnership.suspensions.filter(ended_at=None).order_by("-number")
        raise CaseIsSuspended(strip_tags(wording.day(running[:1].get().until)))
    return partnership


def text_under_work(partnership: Partnership, action: lifecycle.Action) -> Roadmap:
    """Return the latest edition of a locked case, in which `action` must be allowed.

    Raises TransitionNotAllowed.
    """
    latest = partnership.roadmaps.select_related("partnership__broker").order_by("-edition").first()
    if latest is None:
        raise lifecycle.TransitionNotAllowed(action, lifecycle.Case(partnership.state))
    lifecycle.find_transition(action, lifecycle.Edition(latest.state))
    return latest


def write(partnership: Partnership, kind: str, *, actor: User | None, at: datetime, **facts: Fact) -> None:
    """Record an action on a locked case in its ledger."""
    ledger.record(subject=Subject("case", partnership.pk), kind=kind, actor=actor, at=at, facts=facts)


def advance_case(
    partnership: Partnership,
    action: lifecycle.Action,
    *,
    actor: User | None,
    at: datetime,
    **facts: Fact,
) -> None:
    """Change the state of a locked case by its table. Raises TransitionNotAllowed."""
    source = lifecycle.Case(partnership.state)
    target = lifecycle.Case(lifecycle.find_transition(action, source).target)
    partnership.state = target
    partnership.entered_at = at
    fields = ["state", "entered_at"]
    if action == lifecycle.Action.ACTIVATE:
        partnership.activated_at = at
        fields.append("activated_at")
    if target in lifecycle.FINAL:
        partnership.closed_at = at
        fields += ["closed_at", "closing_reason"]
    partnership.save(update_fields=fields)
    write(partnership, f"case.{action}", actor=actor, at=at, source=source, target=target, **facts)


def advance_edition(
    partnership: Partnership,
    roadmap: Roadmap,
    action: lifecycle.Action,
    *,
    actor: User | None,
    at: datetime,
    **facts: Fact,
) -> None:
    """Change the state of an edition of a locked case by its table. Raises TransitionNotAllowed."""
    source = lifecycle.Edition(roadmap.state)
    target = lifecycle.find_transition(action, source).target
    if target != source:
        roadmap.state = target
        roadmap.entered_at = at
        roadmap.save(update_fields=["state", "entered_at"])
    write(
        partnership,
        f"edition.{action}",
        actor=actor,
        at=at,
        edition=roadmap.edition,
        source=source,
        target=target,
        **facts,
    )
