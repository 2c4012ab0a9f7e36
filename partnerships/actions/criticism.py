"""A round of criticism: on each clause a stance and why; opened, they become answers on revisions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, cast

from django.views.decorators.debug import sensitive_variables

from outbox import post
from partnerships import lifecycle
from partnerships.actions.advance import advance_edition, text_under_work
from partnerships.actions.rounds import RoundError
from partnerships.cipher import Json
from partnerships.models import Answer, Envelope, Partnership, Party, Roadmap, Round, Stance
from partnerships.queries import agreement


class TextHasMoved(RoundError):
    """The answer speaks of a revision that is no longer current."""


class WhyIsMissing(RoundError):
    """All but an agreement says why; the number of the clause is the message."""


class NotAllAnswered(RoundError):
    """Clauses are left without a stance; their numbers are the message."""


@dataclass(frozen=True, kw_only=True)
class Said:
    """A stance as it was typed, on the revision that was before the speaker's eyes."""

    stance: Stance
    reason: str = ""
    proposed_text: str = ""


def part(revision_id: int) -> str:
    """Return the name under which an envelope holds the stance on a revision."""
    return str(revision_id)


def value(said: Said) -> Json:
    """Return a stance as an envelope holds it."""
    return cast("Json", asdict(said) | {"stance": said.stance.value})


@sensitive_variables()
def said_in(answers: Mapping[str, Json]) -> dict[int, Said]:
    """Return the stances that an envelope holds, by the id of the revision."""
    told = cast("Mapping[str, dict[str, Any]]", answers)
    return {int(name): Said(**{**each, "stance": Stance(each["stance"])}) for name, each in told.items()}


@sensitive_variables()
def check(partnership: Partnership, party: Party, answers: Mapping[str, Json]) -> None:
    """Raise TextHasMoved, WhyIsMissing or NotAllAnswered for an answer that cannot be sealed."""
    roadmap = text_under_work(partnership, lifecycle.Action.ANSWER)
    clauses = agreement.clauses_of(roadmap)
    current = {clause.current_id: clause for clause in clauses}
    said = said_in(answers)
    for revision_id, each in said.items():
        if revision_id not in current:
            raise TextHasMoved
        if each.stance != Stance.AGREE and not each.reason.strip():
            raise WhyIsMissing(str(current[revision_id].position))
    asked = agreement.to_answer(clauses, agreement.stands_on(roadmap.pk), party.pk)
    left = [str(clause.position) for clause in asked if clause.current_id not in said]
    if left:
        raise NotAllAnswered(", ".join(left))


@sensitive_variables()
def project(partnership: Partnership, asked: Round, sealed: Sequence[Envelope], at: datetime) -> None:
    """Write each opened stance as an answer; when all agree to all, the text is agreed by itself."""
    roadmap = text_under_work(partnership, lifecycle.Action.ANSWER)
    for envelope in sealed:
        said = said_in(cast("dict[str, dict[str, Json]]", envelope.opened)["answers"])
        Answer.objects.bulk_create(
            Answer(
                revision_id=revision_id,
                party=envelope.party,
                round=asked,
                stance=each.stance,
                reason=each.reason,
                proposed_text=each.proposed_text,
                answered_by=envelope.sealed_by,
                answered_at=at,
            )
            for revision_id, each in said.items()
        )
        counted = Counter(each.stance.value for each in said.values())
        advance_edition(
            partnership,
            roadmap,
            lifecycle.Action.ANSWER,
            actor=envelope.sealed_by,
            at=at,
            party=envelope.party.code,
            **{stance.value: counted[stance.value] for stance in Stance},
        )
    _settle(partnership, roadmap, at)


def _settle(partnership: Partnership, roadmap: Roadmap, at: datetime) -> None:
    clauses = agreement.clauses_of(roadmap)
    party_ids = list(partnership.parties.order_by("rank").values_list("pk", flat=True))
    if not agreement.is_agreed(clauses, agreement.stands_on(roadmap.pk), party_ids):
        return
    advance_edition(partnership, roadmap, lifecycle.Action.AGREE, actor=None, at=at)
    last = max(clause.current_id or 0 for clause in clauses)
    post.post(
        kind="text-agreed",
        key=f"case:{partnership.pk}:agreed:{roadmap.pk}:{last}",
        at=at,
        facts={"partnership": str(partnership.pk), "roadmap": str(roadmap.pk)},
    )
