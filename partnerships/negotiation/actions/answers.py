"""Drafting of the answers of a party, for one clause or for several at once."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_variables

from accounts.models import User
from partnerships import lifecycle
from partnerships.case.transitions import lock, text_under_work
from partnerships.models import ClauseRevision, Partnership, Party, Round, Stance
from partnerships.negotiation.actions.criticism import TextHasMoved
from partnerships.negotiation.queries.positions import Position, part_name, position_to_json
from partnerships.permissions import require_answering_party
from partnerships.rounds.actions import envelopes
from partnerships.rounds.actions.rounds import RoundError
from partnerships.rounds.queries import own_content
from partnerships.text import agreement, prior_agreement, references
from partnerships.text.contents import contents_of


class NotAgreedBefore(RoundError):
    """The party never agreed to the content of these clauses; their numbers are the argument."""

    sentence = gettext_lazy(
        "Vous ne pouvez accepter en une fois que les clauses que votre organisation a déjà "
        "acceptées ou signées, mot pour mot. Lisez ces clauses et répondez à chacune\u00a0: "
        "%(what)s. Vos réponses sont conservées."
    )


@sensitive_variables()
@transaction.atomic
def save_position(
    *,
    round_id: UUID,
    speaker: User,
    revision_id: int,
    position: Position,
    seen_number: int | None,
    at: datetime,
) -> int:
    """Save a position in the envelope of the speaker's party, and return how often it was saved.

    Raises TextHasMoved and what drafting in an envelope raises.
    """
    _require_current(_locked(round_id), {revision_id})
    return envelopes.draft(
        round_id=round_id,
        speaker=speaker,
        part=part_name(revision_id),
        value=position_to_json(position),
        seen_number=seen_number,
        at=at,
    )


@sensitive_variables()
@transaction.atomic
def agree(*, round_id: UUID, speaker: User, revision_ids: Collection[int], at: datetime) -> None:
    """Save an agreement to several clauses that the speaker's party has not answered yet.

    All or none: the party must have agreed to or signed exactly this content of each of them before.
    Raises TextHasMoved, NotAgreedBefore and what drafting in an envelope raises.
    """
    partnership = _locked(round_id)
    party = require_answering_party(speaker, partnership)
    _require_current(partnership, set(revision_ids))
    _require_agreed_before(partnership, party, set(revision_ids))
    round_ = Round.objects.get(pk=round_id)
    _envelope, content = own_content(round_, speaker, partnership)
    for revision_id in revision_ids:
        if part_name(revision_id) not in content.parts:
            envelopes.draft(
                round_id=round_id,
                speaker=speaker,
                part=part_name(revision_id),
                value=position_to_json(Position(stance=Stance.AGREE)),
                seen_number=0,
                at=at,
            )


def _locked(round_id: UUID) -> Partnership:
    return lock(Round.objects.values_list("partnership_id", flat=True).get(pk=round_id))


def _require_current(partnership: Partnership, revision_ids: Collection[int]) -> None:
    current = ClauseRevision.objects.filter(
        Q(current_of__position__isnull=False) | Q(is_removal=True),
        pk__in=revision_ids,
        current_of__roadmap__partnership=partnership,
        current_of__roadmap__state=lifecycle.Edition.NEGOTIATION,
    )
    if current.count() != len(revision_ids):
        raise TextHasMoved


def _require_agreed_before(partnership: Partnership, party: Party, revision_ids: Collection[int]) -> None:
    roadmap = text_under_work(partnership, lifecycle.Action.ANSWER)
    clauses = agreement.asked_of(roadmap)
    contents = contents_of(clause for clause in clauses if clause.position is not None)
    known = {revision_id for revision_id in revision_ids if revision_id in contents}
    unchanged = prior_agreement.agreed_before(roadmap, party.pk, contents, known)
    numbers = references.numbers_of(clauses)
    changed = [
        numbers[clause.pk]
        for clause in clauses
        if clause.current_id in revision_ids and clause.current_id not in unchanged
    ]
    if changed:
        raise NotAgreedBefore(", ".join(changed))
