"""The rounds of a case through the actions: expectations, then criticism with replies and redrafts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from accounts.models import User
from lucky_link.demo.case_file import AcceptedRisk, CaseFile, ClauseRecord, Filing, RemarkRecord
from lucky_link.demo.clause_terms import tables_of
from lucky_link.demo.references import envelope_line, with_markers
from partnerships.charter.references import marker
from partnerships.drafting.actions import clauses as drafting
from partnerships.drafting.actions import risks
from partnerships.models import Answer, Line, Partnership, Question, Round, Stance
from partnerships.models import Clause as ClauseRow
from partnerships.negotiation.actions import answers as answering
from partnerships.negotiation.actions import negotiation
from partnerships.negotiation.queries.positions import Position
from partnerships.rounds.actions import envelopes
from partnerships.rounds.encryption import Json
from partnerships.rounds.queries import running
from partnerships.text import agreement


def clauses_of(partnership: Partnership) -> list[ClauseRow]:
    """Return the clauses of the latest roadmap, in the order of the text."""
    return agreement.clauses_of(partnership.roadmaps.order_by("-edition")[:1].get())


def expectations_round(partnership: Partnership) -> Round:
    """Return the running round of expectations."""
    return partnership.rounds.get(question=Question.EXPECTATIONS, opened_at=None, cancelled_at=None)


def criticism_round(partnership: Partnership) -> Round:
    """Return the running round of criticism."""
    current = running(partnership, Question.CRITICISM)
    if current is None:
        raise Round.DoesNotExist(f"no round of criticism runs in {partnership.title}")
    return current


def fill_envelope(partnership: Partnership, filing: Filing, author: User, *, at: datetime) -> None:
    """Draft each part of the expectations envelope of a party."""
    round_id = expectations_round(partnership).pk
    for part, value in _envelope_parts(filing, at).items():
        envelopes.draft(round_id=round_id, speaker=author, part=part, value=value, seen_number=None, at=at)


def line_ids(partnership: Partnership, clause: ClauseRecord) -> tuple[int, ...]:
    """Return the ids of the opened envelope lines that a clause is written from."""
    lines = [line for reference in clause.written_from if (line := envelope_line(reference))]
    opened = Line.objects.filter(round__partnership=partnership).order_by("rank")
    return tuple(
        opened.filter(party__code=line.party, kind=line.kind)[line.position - 1].pk for line in lines
    )


def answer(
    partnership: Partnership, party: str, remarks: Sequence[RemarkRecord], author: User, *, at: datetime
) -> None:
    """Draft the remarks of a party, and its agreement to the other clauses it has to answer."""
    current = criticism_round(partnership)
    clauses = clauses_of(partnership)
    standings = agreement.latest_answers(clauses[0].roadmap_id)
    unanswered = agreement.to_answer(clauses, standings, partnership.parties.get(code=party).pk)
    answers = {clause.current_id or 0: Position(stance=Stance.AGREE) for clause in unanswered}
    for remark in remarks:
        answers[clauses[remark.clause - 1].current_id or 0] = Position(
            stance=Stance(remark.stance), reason=remark.reason, proposed_text=remark.proposed_text
        )
    for revision_id, content in answers.items():
        answering.save_position(
            round_id=current.pk,
            speaker=author,
            revision_id=revision_id,
            position=content,
            seen_number=0,
            at=at,
        )


def seal_answer(partnership: Partnership, author: User, *, at: datetime) -> None:
    """Seal the envelope of a party in the running round of criticism."""
    envelopes.seal(round_id=criticism_round(partnership).pk, speaker=author, at=at)


def reply(case: CaseFile, partnership: Partnership, broker: User, *, at: datetime) -> None:
    """Reply to each remark without a reply, as the file says."""
    remarks: dict[tuple[str, int, int], RemarkRecord] = {
        (remark.party, remark.clause, remark.round): remark for remark in case.remarks
    }
    unanswered = Answer.objects.filter(revision__clause__roadmap__partnership=partnership, reply=None)
    rows = unanswered.exclude(stance=Stance.AGREE).order_by("pk")
    for answer_id, party, clause, number in rows.values_list(
        "pk", "party__code", "revision__clause__position", "round__number"
    ):
        outcome, text = case.reply_to(remarks[party, clause or 0, number])
        negotiation.reply(answer_id=answer_id, broker=broker, outcome=outcome, text=text, at=at)


def redraft(case: CaseFile, partnership: Partnership, broker: User, number: int, *, at: datetime) -> None:
    """Revise the clauses that the file redrafts after a round."""
    clauses = dict(enumerate(clauses_of(partnership), 1))
    markers = {position: marker(clause.key) for position, clause in clauses.items()}
    for entry in case.redrafts:
        clause = clauses[entry.clause]
        revision = clause.current
        if entry.round != number or revision is None:
            continue
        wording = drafting.wording_of(revision)
        drafting.revise_clause(
            clause_id=clause.pk,
            broker=broker,
            seen_number=revision.number,
            wording=drafting.Wording(
                title=wording.title,
                body=with_markers(entry.body, markers),
                plain_words=with_markers(entry.plain_words, markers) or wording.plain_words,
                terms=replace(wording.terms, **tables_of(entry)),
            ),
            reason=entry.reason,
            at=at,
        )


def accept_risk(partnership: Partnership, risk: AcceptedRisk, broker: User, *, at: datetime) -> None:
    """Keep a clause that a risk rule blocks, with the reason."""
    clause = clauses_of(partnership)[risk.clause - 1]
    if clause.current is not None:
        risks.keep_risk(
            clause_id=clause.pk,
            broker=broker,
            seen_number=clause.current.number,
            code=risk.rule,
            reason=risk.reason,
            at=at,
        )


def _envelope_parts(filing: Filing, at: datetime) -> dict[str, Json]:
    means: dict[str, Json] = {
        "amount_minor": None if filing.amount is None else filing.amount * 100,
        "hours": filing.hours,
        "text": filing.means,
    }
    return {
        "expectations": [
            {
                "text": expectation.text,
                "indicator": expectation.indicator,
                "by_date": None
                if expectation.by_day is None
                else (at + timedelta(days=expectation.by_day - filing.day)).date().isoformat(),
                "priority": expectation.priority,
            }
            for expectation in filing.expectations
        ],
        "limits": [{"text": limit} for limit in filing.limits],
        "red_lines": [{"text": red_line} for red_line in filing.red_lines],
        "means": [means] if any(means.values()) else [],
    }
