"""The facts read from the history of a case, and the status row computed from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Prefetch, Q, QuerySet

from ledger import queries as ledger
from partnerships import lifecycle
from partnerships.case.next_step import (
    OF_AWAITED,
    AwaitedAnswer,
    NextStep,
    OpenMilestone,
    RunningRound,
    RunningSuspension,
    Step,
    StepFacts,
    decide,
)
from partnerships.charter import snapshot as charter_snapshot
from partnerships.lifecycle import Case, Edition
from partnerships.models import (
    Answer,
    Charter,
    DeclaredAction,
    DeclaredActionAnswer,
    Evidence,
    EvidenceAnswer,
    LimitAlert,
    Mediation,
    Meeting,
    MeetingTask,
    MinutesAnswer,
    Partnership,
    Party,
    Payment,
    Postponement,
    PostponementAnswer,
    Question,
    Roadmap,
    Round,
    SealedCharter,
    Stance,
    Suspension,
    SuspensionAnswer,
    SuspensionDecision,
    SuspensionQuestion,
)
from partnerships.reminders import EVENING
from partnerships.status.closing import awaited_of_exit, awaited_of_review
from partnerships.text import agreement
from partnerships.text.clause_positions import TextHistory, read_history


@dataclass(frozen=True, kw_only=True)
class CaseFacts:
    """The facts on which the status of a case depends; `text`: history of the discussed edition."""

    step: StepFacts
    roadmap_id: UUID | None
    is_discussed: bool
    criticism_rounds: int
    milestones: Sequence[OpenMilestone]
    awaited: Sequence[AwaitedAnswer]
    suspension: Suspension | None
    sealed_editions: Sequence[int]
    ends_on: date | None
    rounds: Sequence[Round]
    last_entry_at: datetime | None
    text: TextHistory | None


def read_facts(partnership: Partnership) -> CaseFacts:
    """Return the facts of a case from its history. At most 27 queries."""
    parties = list(partnership.parties.order_by("rank", "pk"))
    editions = list(partnership.roadmaps.order_by("-edition"))
    roadmap = next((edition for edition in editions if edition.state != Edition.VOID), None)
    rounds = _rounds(partnership)
    milestones = _milestones(partnership) if partnership.activated_at else []
    suspensions = _suspensions(partnership) if partnership.activated_at else []
    running = next((each for each in suspensions if each.is_running), None)
    awaited = _awaited(partnership, parties, suspensions)
    signed, is_sealed, is_seal_refused = _signatures(roadmap)
    edition = Edition(roadmap.state) if roadmap else None
    discussed = _discussed(editions)
    criticism = [round_ for round_ in rounds if round_.question == Question.CRITICISM]
    text = read_history(discussed, parties, criticism) if discussed else None
    step = StepFacts(
        case=Case(partnership.state),
        edition=edition,
        parties=tuple(party.code for party in parties),
        running=_running(rounds, parties),
        unreplied=_unreplied(roadmap) if roadmap and edition == Edition.NEGOTIATION else 0,
        unconfirmed=text.unconfirmed() if text and edition == Edition.NEGOTIATION else (),
        unsigned=tuple(party.code for party in parties if party.pk not in signed),
        is_sealed=is_sealed,
        is_seal_refused=is_seal_refused,
        has_evidence=bool(partnership.evidence_of_need.strip()),
        has_expectations=bool(partnership.expectations_skipped) or any(map(_is_opened_expectations, rounds)),
        has_clauses=edition != Edition.DRAFTING or _has_clauses(roadmap),
        milestone=milestones[0] if milestones and partnership.state == Case.ACTIVE else None,
        awaited=tuple(awaited),
        suspension=_running_suspension(running, parties) if running else None,
    )
    return CaseFacts(
        step=step,
        roadmap_id=roadmap.pk if roadmap else None,
        is_discussed=any(_is_running(round_) for round_ in criticism),
        criticism_rounds=len(criticism),
        milestones=milestones,
        awaited=awaited,
        suspension=running,
        sealed_editions=_sealed_editions(partnership) if partnership.activated_at else [],
        ends_on=_ends_on(partnership) if partnership.activated_at else None,
        rounds=rounds,
        last_entry_at=ledger.last_written(subject_type="case", ids=[partnership.pk]).get(partnership.pk),
        text=text,
    )


def status_from_facts(facts: CaseFacts) -> dict[str, Any]:
    """Return the columns of the status row for these facts."""
    next_step: NextStep = decide(facts.step)
    deadline, running, text = next_step.deadline, facts.step.running, facts.text
    is_signing = facts.step.edition == Edition.SIGNING
    return {
        "step": next_step.step.value,
        "party_codes": list(next_step.parties),
        "deadline_at": deadline if isinstance(deadline, datetime) else None,
        "due_date": None if isinstance(deadline, datetime) else deadline,
        "roadmap_id": facts.roadmap_id,
        "is_discussed": facts.is_discussed,
        "criticism_rounds": facts.criticism_rounds,
        "unsealed": list(running.unsealed) if running else [],
        "unsigned": list(facts.step.unsigned) if is_signing else [],
        "unanswered": text.unanswered() if text else {},
        "unreplied": facts.step.unreplied,
        "milestones": [
            {**asdict(milestone), "due_date": milestone.due_date.isoformat()}
            for milestone in facts.milestones
        ],
        "awaited": [
            {
                **asdict(answer),
                "unanswered": list(answer.unanswered),
                "until": answer.until.isoformat() if answer.until else None,
            }
            for answer in facts.awaited
        ],
        "sealed_editions": list(facts.sealed_editions),
        "ends_on": facts.ends_on,
        "last_entry_at": facts.last_entry_at,
        "suspension_ground": facts.suspension.ground if facts.suspension else "",
        "suspended_until": facts.suspension.planned_end if facts.suspension else None,
        "convergence": text.convergence() if text else [],
    }


def _ends_on(partnership: Partnership) -> date | None:
    """Return the last day of the latest signed text, None when it has none. 1 query."""
    charters = partnership.charters.filter(voided=None, roadmap__state=Edition.SIGNED)
    charter = charters.order_by("-roadmap__edition", "-frozen_at").first()
    return charter_snapshot.from_json(bytes(charter.canonical_json)).ends_on if charter else None


def _discussed(editions: Sequence[Roadmap]) -> Roadmap | None:
    """Return the last edition submitted to the parties, a void one only when there is no other."""
    opened = [edition for edition in editions if edition.state != Edition.DRAFTING]
    return next((edition for edition in opened if edition.state != Edition.VOID), next(iter(opened), None))


def _rounds(partnership: Partnership) -> list[Any]:
    """Return the rounds of a case, each with the parties that are `unsealed`. 1 query."""
    unsealed = ArrayAgg("envelopes__party_id", filter=Q(envelopes__sealed_at=None), default=[])
    # The encryption key of a round is only needed to open envelopes.
    rounds = partnership.rounds.defer("key").annotate(unsealed=unsealed)
    return list(rounds.order_by("-asked_at", "-number", "pk"))


def _is_opened_expectations(round_: Round) -> bool:
    return (
        round_.question == Question.EXPECTATIONS
        and round_.opened_at is not None
        and round_.cancelled_at is None
    )


def _has_clauses(roadmap: Roadmap | None) -> bool:
    """Return whether an edition has a clause. 1 query."""
    return roadmap is not None and roadmap.clauses.filter(position__isnull=False).exists()


def _is_running(round_: Round) -> bool:
    return round_.opened_at is None and round_.cancelled_at is None


def _running(rounds: Sequence[Any], parties: Sequence[Party]) -> RunningRound | None:
    """Return the running round with the earliest deadline."""
    running = [round_ for round_ in rounds if _is_running(round_)]
    round_ = min(running, key=lambda candidate: candidate.deadline_at, default=None)
    if round_ is None:
        return None
    codes = tuple(party.code for party in parties if party.pk in round_.unsealed)
    return RunningRound(round_.question, codes, round_.deadline_at)


def _unreplied(roadmap: Roadmap) -> int:
    """Return the number of remarks on the clauses of a text without a reply of the broker. 1 query."""
    remarks = Answer.objects.filter(agreement.ANSWERED, revision__clause__roadmap=roadmap, reply=None)
    return remarks.exclude(stance=Stance.AGREE).count()


def _signatures(roadmap: Roadmap | None) -> tuple[set[int], bool, bool]:
    """Return the parties that signed the valid charter, and whether it is sealed or failed to be. 1 query."""
    if roadmap is None or roadmap.state not in (Edition.SIGNING, Edition.SIGNED):
        return set(), False, False
    charters = Charter.objects.filter(roadmap=roadmap, voided=None).order_by("pk")
    rows = list(
        charters.values_list("signatures__party_id", "sealed__charter_id", "seal_refusal__charter_id")
    )
    signed = {party for party, _sealed, _refused in rows if party}
    return signed, any(row[1] for row in rows), any(row[2] for row in rows)


def _milestones(partnership: Partnership) -> list[OpenMilestone]:
    """Return the open milestones of a signed text, the next one first. 1 query."""
    open_milestones = partnership.milestones.filter(completed_at=None, cancelled_at=None)
    rows = open_milestones.order_by("due_date", "pk").values_list(
        "pk", "code", "title", "owner__code", "due_date"
    )
    return [
        OpenMilestone(id=pk, code=code, title=title, owner=owner, due_date=due_date)
        for pk, code, title, owner, due_date in rows
    ]


def _suspensions(partnership: Partnership) -> list[Suspension]:
    """Return the suspension that is asked or runs, with its answers, if any. 2 queries at most."""
    decisions = ("", SuspensionDecision.ACCEPTED)
    rows = partnership.suspensions.filter(ended_at=None, decision__in=decisions).select_related("party")
    answers = Prefetch("answers", queryset=SuspensionAnswer.objects.order_by("pk"))
    return list(rows.prefetch_related(answers).order_by("number"))


def _running_suspension(suspension: Suspension, parties: Sequence[Party]) -> RunningSuspension:
    unready = _silent(suspension, SuspensionQuestion.RESUME, parties)
    return RunningSuspension(unready, len(unready) < len(parties), suspension.planned_end)


def _silent(
    suspension: Suspension, question: SuspensionQuestion, parties: Sequence[Party]
) -> tuple[str, ...]:
    answered = {row.party_id for row in suspension.answers.all() if row.question == question}
    return tuple(party.code for party in parties if party.pk not in answered)


def _asked_suspension(suspension: Suspension, parties: Sequence[Party]) -> AwaitedAnswer:
    is_of_party = suspension.party is not None
    return AwaitedAnswer(
        step=Step.DECIDE_SUSPENSION if is_of_party else Step.AGREE_SUSPENSION,
        id=suspension.number,
        code=suspension.code,
        title=str(suspension.get_ground_display()),
        party=suspension.party.code if suspension.party else "",
        unanswered=() if is_of_party else _silent(suspension, SuspensionQuestion.START, parties),
        until=None,
    )


def _awaited(
    partnership: Partnership, parties: Sequence[Party], suspensions: Sequence[Suspension]
) -> list[AwaitedAnswer]:
    """Return what the follow-up and the meetings wait for, in the order of OF_AWAITED, then of time.

    In a suspended case only mediations and the minutes of meetings go on. At most 14 queries.
    """
    if partnership.state in lifecycle.FINAL:
        return []
    rows = _of_meetings(partnership, parties)
    if partnership.state == Case.SUSPENDED:
        rows = [row for row in rows if row.step not in (Step.DO_TASK, Step.BROKER_TASK)]
        rows += _awaited_mediations(partnership, parties)
    elif partnership.state == Case.ACTIVE:
        rows += _of_follow_up(partnership, parties)
        rows += [_asked_suspension(each, parties) for each in suspensions if each.decision == ""]
        rows += awaited_of_exit(partnership, parties)
    elif partnership.state == Case.REVIEW:
        rows += [_awaited_payment(each, parties) for each in _payments(partnership)]
        rows += awaited_of_review(partnership, parties)
    return sorted(rows, key=lambda row: (OF_AWAITED.index(row.step), row.until is None, row.until, row.id))


def _of_follow_up(partnership: Partnership, parties: Sequence[Party]) -> list[AwaitedAnswer]:
    """Return what the follow-up of a signed text waits for. 11 queries."""
    unsettled = Evidence.objects.filter(settlement=None, answer_until__isnull=False)
    own = unsettled.filter(
        Q(milestone__partnership=partnership) | Q(commitment__partnership=partnership)
    ).select_related("milestone", "commitment", "party")
    answers = Prefetch("answers", queryset=EvidenceAnswer.objects.order_by("pk"))
    rows = [_awaited_evidence(each, parties) for each in own.prefetch_related(answers).order_by("pk")]
    requests = Postponement.objects.filter(milestone__partnership=partnership, decided_at=None)
    accepted = Prefetch("answers", queryset=PostponementAnswer.objects.order_by("pk"))
    asked = requests.select_related("milestone", "party").prefetch_related(accepted).order_by("pk")
    rows += [_awaited_postponement(each, parties) for each in asked]
    rows += _awaited_mediations(partnership, parties)
    # Of a mediation that an alert opens, the mediation itself waits.
    alerts: QuerySet[Any] = partnership.alerts.with_answered().filter(mediation=None).select_related("party")
    unanswered = [each for each in alerts.order_by("number") if not each.is_answered]
    rows += [_awaited_alert(each, parties) for each in unanswered]
    replies = Prefetch("answers", queryset=DeclaredActionAnswer.objects.order_by("pk"))
    about = Prefetch("alerts", queryset=LimitAlert.objects.order_by("pk"))
    declared = partnership.declared_actions.filter(points__contains=[{"respects": False}])
    asking = declared.select_related("party").prefetch_related(replies, about).order_by("number")
    rows += [each for each in (_awaited_action(row, parties) for row in asking) if each.unanswered]
    return rows + [_awaited_payment(each, parties) for each in _payments(partnership)]


def _awaited_alert(alert: LimitAlert, parties: Sequence[Party]) -> AwaitedAnswer:
    return AwaitedAnswer(
        step=Step.ANSWER_ALERT,
        id=alert.number,
        code=alert.code,
        title=alert.title,
        party=alert.party.code if alert.party else "",
        unanswered=tuple(party.code for party in parties if party.pk != alert.party_id),
        until=None,
    )


def _awaited_action(action: DeclaredAction, parties: Sequence[Party]) -> AwaitedAnswer:
    """Return what a declared action that asks waits for; an alert about it is an answer of its party."""
    replies = (*action.answers.all(), *action.alerts.all())
    spoke = {action.party_id, *(row.party_id for row in replies)}
    return AwaitedAnswer(
        step=Step.ANSWER_ACTION,
        id=action.number,
        code=action.code,
        title=action.title,
        party=action.party.code,
        unanswered=tuple(party.code for party in parties if party.pk not in spoke),
        until=None,
    )


def _of_meetings(partnership: Partnership, parties: Sequence[Party]) -> list[AwaitedAnswer]:
    """Return the minutes of meetings and the tasks that wait for somebody. 3 queries."""
    minutes = Prefetch("answers", queryset=MinutesAnswer.objects.order_by("pk"))
    written = partnership.meetings.filter(closed_at=None, minutes_number__gt=0).prefetch_related(minutes)
    rows = [_awaited_meeting(each, parties) for each in written.order_by("number")]
    tasks = MeetingTask.objects.filter(
        meeting__partnership=partnership, done_at=None, cancelled_at=None
    ).select_related("meeting", "owner")
    return rows + [_awaited_task(each) for each in tasks.order_by("pk")]


def _awaited_meeting(meeting: Meeting, parties: Sequence[Party]) -> AwaitedAnswer:
    is_refused, unanswered = _minutes_answers(meeting, parties)
    return AwaitedAnswer(
        step=Step.REVISE_MINUTES if is_refused else Step.AGREE_MEETING,
        id=meeting.number,
        code=meeting.code,
        title=meeting.title,
        party="",
        unanswered=() if is_refused else unanswered,
        until=None,
    )


def _minutes_answers(subject: Mediation | Meeting, parties: Sequence[Party]) -> tuple[bool, tuple[str, ...]]:
    """Return whether a party refused the present minutes, and the codes of those that have not answered."""
    answers = [row for row in subject.answers.all() if row.number == subject.minutes_number]
    answered = {row.party_id for row in answers}
    unanswered = tuple(party.code for party in parties if party.pk not in answered)
    return any(not row.is_agreed for row in answers), unanswered


def _awaited_task(task: MeetingTask) -> AwaitedAnswer:
    return AwaitedAnswer(
        step=Step.DO_TASK if task.owner else Step.BROKER_TASK,
        id=task.pk,
        code=task.code,
        title=task.text.rstrip("."),
        party="",
        unanswered=(task.owner.code,) if task.owner else (),
        until=datetime.combine(task.due_date, EVENING),
    )


def _awaited_mediations(partnership: Partnership, parties: Sequence[Party]) -> list[AwaitedAnswer]:
    """Return the open mediations by number. 2 queries."""
    minutes = Prefetch("answers", queryset=MinutesAnswer.objects.order_by("pk"))
    raised = partnership.mediations.filter(closed_at=None).select_related("party").prefetch_related(minutes)
    return [_awaited_mediation(each, parties) for each in raised.order_by("number")]


def _awaited_mediation(mediation: Mediation, parties: Sequence[Party]) -> AwaitedAnswer:
    is_refused, unanswered = _minutes_answers(mediation, parties)
    is_of_broker = not mediation.minutes_number or is_refused
    return AwaitedAnswer(
        step=Step.MEDIATE if is_of_broker else Step.AGREE_MINUTES,
        id=mediation.number,
        code=mediation.code,
        title=mediation.title,
        party=mediation.party.code if mediation.party else "",
        unanswered=() if is_of_broker else unanswered,
        until=None if mediation.answered_at else mediation.answer_until,
    )


def _payments(partnership: Partnership) -> QuerySet[Payment]:
    """Return the payments that are due, or declared and not yet confirmed. 1 query."""
    open_rows = partnership.payments.with_due().filter(cancelled_at=None, received_at=None)
    due = open_rows.filter(Q(is_due=True) | Q(declared_at__isnull=False))
    return due.select_related("payer", "milestone").order_by("pk")


def _awaited_payment(payment: Payment, parties: Sequence[Party]) -> AwaitedAnswer:
    others = tuple(party.code for party in parties if party.pk != payment.payer_id)
    return AwaitedAnswer(
        step=Step.RECEIVE if payment.declared_at else Step.PAY,
        id=payment.pk,
        code=payment.milestone.code if payment.milestone else "",
        title=payment.label,
        party=payment.payer.code,
        unanswered=others if payment.declared_at else (payment.payer.code,),
        until=None,
    )


def _awaited_postponement(request: Postponement, parties: Sequence[Party]) -> AwaitedAnswer:
    answered = {request.party_id, *(answer.party_id for answer in request.answers.all())}
    return AwaitedAnswer(
        step=Step.POSTPONE,
        id=request.pk,
        code=request.milestone.code,
        title=request.milestone.title,
        party=request.party.code,
        unanswered=tuple(party.code for party in parties if party.pk not in answered),
        until=None,
    )


def _awaited_evidence(evidence: Evidence, parties: Sequence[Party]) -> AwaitedAnswer:
    answers = list(evidence.answers.all())
    is_contested = any(not answer.is_confirmed for answer in answers)
    answered = {evidence.party_id, *(answer.party_id for answer in answers)}
    return AwaitedAnswer(
        step=Step.SETTLE if is_contested else Step.CONFIRM_DONE,
        id=evidence.pk,
        code=evidence.subject.code,
        title=evidence.subject.title,
        party=evidence.party.code if evidence.party else "",
        unanswered=tuple(party.code for party in parties if party.pk not in answered),
        until=evidence.answer_until,
    )


def _sealed_editions(partnership: Partnership) -> list[int]:
    """Return the numbers of the editions whose charter is sealed, in order. 1 query."""
    sealed = SealedCharter.objects.filter(charter__partnership=partnership)
    numbers = sealed.order_by("charter__roadmap__edition", "pk")
    return list(numbers.values_list("charter__roadmap__edition", flat=True))
