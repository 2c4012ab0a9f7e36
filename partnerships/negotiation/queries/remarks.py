"""The history of one clause: who asked what and why, what the broker made of it, and why the text changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import FETCH_RAISE
from django.http import Http404
from django.utils.translation import gettext as _

from partnerships.models import Answer, ClauseRevision, Partnership, Reply, Stance

ASKED = (
    *("revision_id", "stance", "reason", "proposed_text"),
    *("party__side", "party__organisation__name", "round__number"),
    *("reply__answer", "reply__outcome", "reply__text"),
    *(f"reply__replied_by__{name}" for name in ("full_name", "email", "erased_at")),
)

OUTCOMES = dict(Reply._meta.get_field("outcome").flatchoices)  # noqa: SLF001


@dataclass(frozen=True, kw_only=True)
class Remark:
    """Who asked what and why, or what the broker made of it.

    `answer_id`: the answer in which it was asked; `is_unanswered`: the broker has not replied to it.
    """

    side: str
    name: str
    about: str
    text: str
    proposed_text: str = ""
    answer_id: int | None = None
    is_unanswered: bool = False


class Revised(NamedTuple):
    """A revision by its number, and why the text changed."""

    id: int
    number: int
    reason: str


def remarks_on(clause_id: int, broker: str) -> list[Remark]:
    """Return the history of a clause, oldest first. 2 queries."""
    revisions = ClauseRevision.objects.filter(clause=clause_id).order_by("number")
    asking = Answer.objects.filter(revision__clause=clause_id).exclude(stance=Stance.AGREE)
    answers = (
        asking.select_related("party__organisation", "round", "reply__replied_by")
        .only(*ASKED)
        .fetch_mode(FETCH_RAISE)
        .order_by("answered_at", "pk")
    )
    rows = revisions.values_list("pk", "number", "reason")
    return list(_remarks([Revised(*row) for row in rows], list(answers), broker))


def _remarks(revisions: Sequence[Revised], answers: Sequence[Answer], broker: str) -> Iterator[Remark]:
    """Give each reason in the order of the revisions, its reply below it, then why the text changed."""
    for revision in revisions:
        if revision.reason:
            yield Remark(
                side="broker",
                name=broker,
                about=_("texte %(number)s") % {"number": revision.number},
                text=revision.reason,
            )
        for answer in answers:
            if answer.revision_id == revision.id:
                yield from _asked(answer)


def _asked(answer: Answer) -> Iterator[Remark]:
    words = {"stance": str(Stance(answer.stance).label).lower(), "number": answer.round.number}
    reply = getattr(answer, "reply", None)
    yield Remark(
        side=answer.party.side,
        name=answer.party.organisation.name,
        about=_("%(stance)s du tour %(number)s") % words,
        text=answer.reason,
        proposed_text=answer.proposed_text,
        answer_id=answer.pk,
        is_unanswered=reply is None,
    )
    if reply:
        yield Remark(
            side="broker",
            name=str(reply.replied_by),
            about=str(OUTCOMES[reply.outcome]).lower(),
            text=reply.text,
        )


def clause_of_answer(partnership: Partnership, answer_id: int) -> int:
    """Return the number of the clause of which something was asked in an answer. Raises Http404. 1 query."""
    asked = Answer.objects.filter(
        pk=answer_id,
        revision__clause__roadmap__partnership=partnership,
        revision__clause__position__isnull=False,
    ).exclude(stance=Stance.AGREE)
    number = asked.values_list("revision__clause__position", flat=True).first()
    if number is None:
        raise Http404
    return int(number)
