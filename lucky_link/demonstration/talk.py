"""The rounds of a written case: what each party says of the text, and what the broker makes of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from accounts.models import User
from lucky_link.casecites import marked
from lucky_link.casefile import CaseFile, Remark
from lucky_link.casetalk import reply_to
from lucky_link.caseterms import tables_of
from partnerships.charter.references import marker
from partnerships.drafting.actions import clauses as drafting
from partnerships.models import Answer, Clause, Partnership, Question, Stance
from partnerships.negotiation.actions import answers, negotiation
from partnerships.negotiation.stances import Said
from partnerships.rounds.actions import envelopes
from partnerships.rounds.queries import running
from partnerships.text import agreement


def answer(
    remarks: Sequence[Remark],
    partnership: Partnership,
    party: str,
    speaker: User,
    *,
    at: datetime,
    seals: bool,
) -> None:
    """Have a party draft its remarks of a round, agree to whatever else it is asked, and seal or not."""
    asked = running(partnership, Question.CRITICISM)
    if asked is None:
        return
    clauses = clauses_of(partnership)
    stands = agreement.stands_on(clauses[0].roadmap_id)
    left = agreement.to_answer(clauses, stands, partnership.parties.get(code=party).pk)
    said = {clause.current_id or 0: Said(stance=Stance.AGREE) for clause in left}
    for remark in remarks:
        said[clauses[remark.clause - 1].current_id or 0] = Said(
            stance=Stance(remark.stance), reason=remark.reason, proposed_text=remark.proposed_text
        )
    for revision_id, each in said.items():
        answers.keep(
            round_id=asked.pk, speaker=speaker, revision_id=revision_id, said=each, seen_number=0, at=at
        )
    if seals:
        envelopes.seal(round_id=asked.pk, speaker=speaker, at=at)


def reply(case: CaseFile, partnership: Partnership, broker: User, *, at: datetime) -> None:
    """Have the broker reply to each remark that waits, in the words of the file."""
    told = {(each.party, each.clause, each.round): each for each in case.remarks}
    asked = Answer.objects.filter(revision__clause__roadmap__partnership=partnership, reply=None)
    rows = asked.exclude(stance=Stance.AGREE).order_by("pk")
    for answer_id, party, clause, number in rows.values_list(
        "pk", "party__code", "revision__clause__position", "round__number"
    ):
        outcome, text = reply_to(case, told[party, clause or 0, number])
        negotiation.reply(answer_id=answer_id, broker=broker, outcome=outcome, text=text, at=at)


def redraft(case: CaseFile, partnership: Partnership, broker: User, number: int, *, at: datetime) -> None:
    """Have the broker rewrite the clauses that the file redrafts after a round."""
    clauses = dict(enumerate(clauses_of(partnership), 1))
    markers = {place: marker(clause.key) for place, clause in clauses.items()}
    for each in case.redrafts:
        clause = clauses[each.clause]
        seen = clause.current
        if each.round != number or seen is None:
            continue
        wording = drafting.wording_of(seen)
        drafting.revise_clause(
            clause_id=clause.pk,
            broker=broker,
            seen_number=seen.number,
            wording=drafting.Wording(
                title=wording.title,
                body=marked(each.body, markers),
                plain_words=marked(each.plain_words, markers) or wording.plain_words,
                terms=replace(wording.terms, **tables_of(each)),
            ),
            reason=each.reason,
            at=at,
        )


def clauses_of(partnership: Partnership) -> list[Clause]:
    return agreement.clauses_of(partnership.roadmaps.order_by("-edition")[:1].get())
