"""The question of a round of criticism: check of the positions at sealing, answers at opening."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import cast

from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_variables

from outbox import post
from partnerships import lifecycle, message_keys
from partnerships.case.transitions import advance_edition, text_under_work
from partnerships.models import Answer, Envelope, Partnership, Party, Roadmap, Round, Stance
from partnerships.negotiation.queries.positions import positions_from_answers
from partnerships.rounds.actions.rounds import RoundError
from partnerships.rounds.encryption import Json
from partnerships.text import agreement, prior_agreement, references


class TextHasMoved(RoundError):
    """A position is on a revision that is no longer current."""

    sentence = gettext_lazy(
        "Une clause a changé pendant votre lecture. Rien n’est envoyé : relisez-la, puis répondez."
    )


class ReasonIsMissing(RoundError):
    """A position other than an agreement has no reason; the number of its clause is the argument."""

    sentence = gettext_lazy(
        "Écrivez pourquoi, clause %(what)s : sans raison, l’autre partie ne peut pas répondre."
    )


class NotAllAnswered(RoundError):
    """Clauses have no position; their numbers are the argument."""

    sentence = gettext_lazy(
        "Des clauses sont sans réponse\u00a0: %(what)s. Répondez-y, puis scellez. "
        "L’enveloppe n’est pas scellée avant."
    )


@sensitive_variables()
def check(partnership: Partnership, party: Party, answers: Mapping[str, Json]) -> None:
    """Raise TextHasMoved, ReasonIsMissing or NotAllAnswered for an answer that cannot be sealed."""
    roadmap = text_under_work(partnership, lifecycle.Action.ANSWER)
    clauses = agreement.asked_of(roadmap)
    current = {clause.current_id: clause for clause in clauses}
    numbers = references.numbers_of(clauses)
    positions = positions_from_answers(answers)
    for revision_id, position in positions.items():
        if revision_id not in current:
            raise TextHasMoved
        if not position.is_complete:
            raise ReasonIsMissing(numbers[current[revision_id].pk])
    standing = prior_agreement.standing_agreements(roadmap, clauses)
    asked = agreement.to_answer(clauses, agreement.latest_answers(roadmap.pk), party.pk, standing)
    unanswered = [numbers[clause.pk] for clause in asked if clause.current_id not in positions]
    if unanswered:
        raise NotAllAnswered(", ".join(unanswered))


@sensitive_variables()
def project(partnership: Partnership, round_: Round, sealed: Sequence[Envelope], at: datetime) -> None:
    """Store each opened position as an answer; when all parties agree to all clauses, the text is agreed."""
    roadmap = text_under_work(partnership, lifecycle.Action.ANSWER)
    for envelope in sealed:
        positions = positions_from_answers(cast("dict[str, dict[str, Json]]", envelope.opened)["answers"])
        Answer.objects.bulk_create(
            Answer(
                revision_id=revision_id,
                party=envelope.party,
                round=round_,
                stance=position.stance,
                reason=position.reason,
                proposed_text=position.proposed_text,
                answered_by=envelope.sealed_by,
                answered_at=at,
            )
            for revision_id, position in positions.items()
        )
        counted = Counter(position.stance for position in positions.values())
        advance_edition(
            partnership,
            roadmap,
            lifecycle.Action.ANSWER,
            actor=envelope.sealed_by,
            at=at,
            party=envelope.party.code,
            agree=counted[Stance.AGREE],
            question=counted[Stance.QUESTION],
            reservation=counted[Stance.RESERVATION],
            objection=counted[Stance.OBJECTION],
        )
    settle(partnership, roadmap, at)


def settle(partnership: Partnership, roadmap: Roadmap, at: datetime) -> bool:
    """Mark a text in negotiation as agreed if every party agrees to all of it; return whether it is."""
    clauses = agreement.asked_of(roadmap)
    if not prior_agreement.is_agreed_by_all(partnership, roadmap, clauses):
        return False
    advance_edition(partnership, roadmap, lifecycle.Action.AGREE, actor=None, at=at)
    last = max(clause.current_id or 0 for clause in clauses)
    post.post(
        kind="text-agreed",
        key=message_keys.text_agreed(partnership.pk, roadmap.pk, last),
        at=at,
        facts={"partnership": str(partnership.pk), "roadmap": str(roadmap.pk)},
    )
    return True
