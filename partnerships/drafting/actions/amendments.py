"""Amendments: opening the next edition of an active case's text, and saying what it is about.

An amendment opens on the signed text with every clause standing. What was signed stands until the amendment
is signed: the follow-up, its reminders and its timeline are those of the signed text. A milestone done
meanwhile stays done, as it was when it was done, whatever the amendment says of it; one that the amendment
moves or drops is due as signed until then; one that it brings back is open again
(`following.actions.projection`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy

from accounts.models import User
from partnerships import lifecycle
from partnerships.case.transitions import advance_edition, lock, text_under_work, write
from partnerships.drafting.actions.clauses import DraftingError, wording_of, write_revision
from partnerships.models import AmendmentKind, Clause, KeptRisk, Roadmap
from partnerships.permissions import require_broker
from partnerships.rounds.actions.rounds import require_no_running_round
from partnerships.status.actions import refresh_status
from partnerships.text import agreement
from partnerships.text.differences.amended import amended_edition


class NotAnAmendment(DraftingError):
    """The text under work is the first one."""

    sentence = gettext_lazy(
        "Ce texte est celui de la charte, pas un avenant\u00a0: sa date d’effet s’écrit dans "
        "la rubrique «\u202fDurée\u202f»."
    )


class EffectBeforeSignedText(DraftingError):
    """The date of effect is before the day on which the amended charter was signed."""

    sentence = gettext_lazy(
        "Un avenant ne prend pas effet avant la signature du texte qu’il change. Choisissez une date plus "
        "tardive, ou laissez-la vide\u00a0: il prendra effet à la dernière signature."
    )


class KindIsFixed(DraftingError):
    """The parties have the amendment, so that its kind no longer changes by the broker alone."""

    sentence = gettext_lazy(
        "Les parties ont cet avenant\u00a0: sa nature ne change plus. Abandonnez-le en disant pourquoi, puis "
        "ouvrez-en un autre."
    )


@dataclass(frozen=True, kw_only=True)
class AmendmentDescription:
    """What an amendment is: its kind, what it changes and why, and its date of effect.

    `effective_on`: None for the day of the last signature.
    """

    kind: AmendmentKind = AmendmentKind.SUBSTANCE
    purpose: str = ""
    effective_on: date | None = None


@transaction.atomic
def open_amendment(*, partnership_id: UUID, broker: User, at: datetime) -> Roadmap:
    """Open the next edition of an active case's text as a copy of the signed edition, kept risks included.

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
            library_version=clause.library_version,
        )
        copy.written_from.set(clause.written_from.order_by("pk"))
        revision = write_revision(copy, broker, at, wording=wording_of(clause.current))
        KeptRisk.objects.bulk_create(
            KeptRisk(
                revision=revision,
                rule=kept.rule,
                reason=kept.reason,
                kept_by_id=kept.kept_by_id,
                kept_at=kept.kept_at,
            )
            for kept in clause.current.kept_risks.order_by("pk")
        )
    write(partnership, "edition.open", actor=broker, at=at, edition=amendment.edition)
    refresh_status(partnership, at=at)
    return amendment


@transaction.atomic
def describe_amendment(
    *, partnership_id: UUID, broker: User, description: AmendmentDescription, at: datetime
) -> None:
    """Say what an amendment is about and when it takes effect; both are part of what is signed.

    Once the parties have it, what they said of its changes before lapses: they are asked again.
    Raises NotABroker, NotAnAmendment, EffectBeforeSignedText, KindIsFixed, RoundIsRunning,
    TransitionNotAllowed.
    """
    require_broker(broker)
    partnership = lock(partnership_id)
    roadmap = text_under_work(partnership, lifecycle.Action.REVISE)
    source = amended_edition(roadmap)
    if source is None:
        raise NotAnAmendment
    require_no_running_round(partnership)
    if roadmap.state != lifecycle.Edition.DRAFTING and description.kind != roadmap.amendment_kind:
        raise KindIsFixed
    signed_at = timezone.localdate(source.entered_at)
    if description.effective_on and description.effective_on < signed_at:
        raise EffectBeforeSignedText
    new = (description.purpose, description.effective_on)
    if new != (roadmap.purpose, roadmap.effective_on):
        roadmap.described_at = at
    roadmap.amendment_kind = description.kind
    roadmap.purpose, roadmap.effective_on = new
    roadmap.save(update_fields=["amendment_kind", "purpose", "effective_on", "described_at"])
    advance_edition(
        partnership,
        roadmap,
        lifecycle.Action.REVISE,
        actor=broker,
        at=at,
        nature=description.kind.value,
        purpose=description.purpose,
        effective_on=description.effective_on.isoformat() if description.effective_on else None,
    )
    refresh_status(partnership, at=at)
