"""The steps of a case in the order in which they are taken, whichever driver takes them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from lucky_link.demo.case_file import (
    AcceptedRisk,
    CommitmentKept,
    Filing,
    MilestoneRecord,
    NoteRecord,
    PaymentMade,
    PostponementRecord,
    QuestionnaireRecord,
)
from lucky_link.demo.script import Script


class Driver(Protocol):
    """Takes the steps of one case: over HTTP (`http.driver`) or through the actions (`actions.driver`)."""

    def open_case(self) -> None: ...
    def describe_case(self) -> None: ...
    def write_note(self, note: NoteRecord) -> None: ...
    def start_preparation(self) -> None: ...
    def ask_expectations(self) -> None: ...
    def skip_expectations(self) -> None: ...
    def fill_envelope(self, filing: Filing) -> None: ...
    def seal_envelope(self, filing: Filing) -> None: ...
    def write_clauses(self) -> None: ...
    def accept_risk(self, risk: AcceptedRisk) -> None: ...
    def open_negotiation(self) -> None: ...
    def open_next_round(self) -> None: ...
    def answer(self, party: str, number: int) -> None: ...
    def seal_answer(self, party: str) -> None: ...
    def reply_and_redraft(self, number: int) -> None: ...
    def freeze(self) -> None: ...
    def sign(self, party: str) -> None: ...
    def countersign(self) -> None: ...
    def seal_charter(self) -> None: ...
    def complete(self, milestone: MilestoneRecord) -> None: ...
    def keep(self, kept: CommitmentKept) -> None: ...
    def ask_postponement(self, postponement: PostponementRecord) -> None: ...
    def accept_postponement(self, postponement: PostponementRecord) -> None: ...
    def pay(self, payment: PaymentMade) -> None: ...
    def receive(self, payment: PaymentMade) -> None: ...
    def ask_questionnaire(self, questionnaire: QuestionnaireRecord) -> None: ...
    def answer_questionnaire(self, questionnaire: QuestionnaireRecord, party: str) -> None: ...
    def start_review(self) -> None: ...
    def close(self) -> None: ...


@dataclass(frozen=True, kw_only=True)
class CaseStep:
    """One step of a case.

    `day`: of the calendar of the case, None when the calendar does not reach the step.
    `slot`: position within the day, in units of 20 minutes.
    """

    title: str
    run: Callable[[], None]
    day: int | None
    slot: int = 0


def steps(script: Script, driver: Driver) -> Iterator[CaseStep]:
    """Yield every step of a case, from its opening to its end."""
    yield from _scoping(script, driver)
    yield from _expectations(script, driver)
    yield from _drafting(script, driver)
    for number in range(1, script.case.last_discussed_round + 2):
        yield from _round(script, driver, number)
    yield from _signing(script, driver)
    yield from _follow_up(script, driver)


def _scoping(script: Script, driver: Driver) -> Iterator[CaseStep]:
    case, calendar = script.case, script.case.calendar
    yield CaseStep(
        title=f"{script.broker.name} opens the case “{case.title}”",
        run=driver.open_case,
        day=calendar.opened,
    )
    yield CaseStep(
        title="The case is described, with the evidence of the need",
        run=driver.describe_case,
        day=calendar.opened,
    )
    yield from _notes(script, driver, is_followed=False)
    yield CaseStep(
        title="The need is proved: the case is prepared", run=driver.start_preparation, day=calendar.prepared
    )


def _notes(script: Script, driver: Driver, *, is_followed: bool) -> Iterator[CaseStep]:
    """Yield the private messages written before the charter is countersigned, or those after it."""
    signed = script.case.calendar.countersigned
    for note in script.case.notes:
        if is_followed == (signed is not None and note.day > signed):
            yield CaseStep(
                title=f"A private message passes between {script.parties[note.party].name} and the broker",
                run=partial(driver.write_note, note),
                day=note.day,
            )


def _expectations(script: Script, driver: Driver) -> Iterator[CaseStep]:
    calendar = script.case.calendar
    if calendar.asked is None:
        yield CaseStep(
            title=f"{script.broker.name} says why the parties are not asked what they expect",
            run=driver.skip_expectations,
            day=calendar.prepared,
            slot=1,
        )
        return
    yield CaseStep(
        title=f"{script.broker.name} asks both parties what they expect",
        run=driver.ask_expectations,
        day=calendar.asked,
        slot=3,
    )
    for filing in script.case.filings:
        author = script.author(filing.party, filing.author).name
        yield CaseStep(
            title=f"{author} fills the envelope",
            run=partial(driver.fill_envelope, filing),
            day=filing.day,
            slot=6,
        )
        if filing.seals:
            yield CaseStep(
                title=f"{author} seals the envelope",
                run=partial(driver.seal_envelope, filing),
                day=filing.day,
                slot=6,
            )


def _drafting(script: Script, driver: Driver) -> Iterator[CaseStep]:
    case, calendar = script.case, script.case.calendar
    yield CaseStep(
        title=f"{script.broker.name} writes {len(case.clauses)} clauses with their tables",
        run=driver.write_clauses,
        day=calendar.prepared if calendar.written is None else calendar.written,
        slot=2,
    )
    yield from _accepted_risks(script, driver, 0, day=calendar.proposed, slot=0)
    yield CaseStep(
        title="The text is put to both parties", run=driver.open_negotiation, day=calendar.proposed
    )


def _accepted_risks(
    script: Script, driver: Driver, number: int, *, day: int | None, slot: int
) -> Iterator[CaseStep]:
    for risk in script.case.keeps:
        if risk.round == number:
            yield CaseStep(
                title=f"{script.broker.name} says why clause {risk.clause} stays",
                run=partial(driver.accept_risk, risk),
                day=day,
                slot=slot,
            )


def _round(script: Script, driver: Driver, number: int) -> Iterator[CaseStep]:
    """Yield a round; the one after the last discussed round is that in which all agree."""
    is_discussed = number <= script.case.last_discussed_round
    day = _day_of_round(script, number)
    # The last round of a calendar without freeze is still running today: answered and not sealed.
    is_running = script.case.calendar.frozen is None and number == len(script.case.calendar.rounds)
    end = None if is_running else day
    if number > 1:
        yield CaseStep(title=f"Round {number} is put to both parties", run=driver.open_next_round, day=day)
    for slot, party in enumerate(script.parties, 2):
        name = script.representative(party).name
        verb = f"answers round {number}" if is_discussed else "agrees to every clause"
        yield CaseStep(title=f"{name} {verb}", run=partial(driver.answer, party, number), day=day, slot=slot)
        yield CaseStep(
            title=f"{name} seals the envelope", run=partial(driver.seal_answer, party), day=end, slot=slot
        )
    if is_discussed:
        yield CaseStep(
            title=f"{script.broker.name} replies to each remark and redrafts",
            run=partial(driver.reply_and_redraft, number),
            day=end,
            slot=8,
        )
        yield from _accepted_risks(script, driver, number, day=end, slot=8)


def _day_of_round(script: Script, number: int) -> int | None:
    """Return the day of a round: the round in which all agree may take place on the day of the freeze."""
    calendar = script.case.calendar
    return calendar.rounds[number - 1] if number <= len(calendar.rounds) else calendar.frozen


def _signing(script: Script, driver: Driver) -> Iterator[CaseStep]:
    calendar = script.case.calendar
    yield CaseStep(
        title=f"{script.broker.name} freezes the text", run=driver.freeze, day=calendar.frozen, slot=6
    )
    for party, organisation in script.parties.items():
        yield CaseStep(
            title=f"{script.signatory(party).name} signs for {organisation.name}",
            run=partial(driver.sign, party),
            day=calendar.signed.get(party),
            slot=2,
        )
    yield CaseStep(
        title=f"{script.broker.name} countersigns as a witness",
        run=driver.countersign,
        day=calendar.countersigned,
        slot=4,
    )
    yield CaseStep(title="The charter is sealed", run=driver.seal_charter, day=calendar.countersigned, slot=4)


def _follow_up(script: Script, driver: Driver) -> Iterator[CaseStep]:
    """Yield what follows the signature, in the order of the days."""
    follow_up = [
        *_milestones(script, driver),
        *_commitments(script, driver),
        *_payments(script, driver),
        *_questionnaires(script, driver),
        *_notes(script, driver, is_followed=True),
    ]
    calendar = script.case.calendar
    if calendar.review is not None:
        title = f"{script.broker.name} starts the review"
        follow_up.append(CaseStep(title=title, run=driver.start_review, day=calendar.review, slot=5))
    if calendar.closed is not None:
        title = f"{script.broker.name} closes the case"
        follow_up.append(CaseStep(title=title, run=driver.close, day=calendar.closed, slot=9))
    yield from sorted(follow_up, key=lambda step: (step.day or 0, step.slot))


def _milestones(script: Script, driver: Driver) -> Iterator[CaseStep]:
    owners = {milestone.code: milestone for milestone in script.case.milestones}
    for postponement in script.case.postponements:
        owner = script.milestone_owner(owners[postponement.milestone])
        yield CaseStep(
            title=f"{owner.name} asks to postpone {postponement.milestone}",
            run=partial(driver.ask_postponement, postponement),
            day=postponement.asked,
            slot=1,
        )
        if postponement.accepted is not None:
            yield CaseStep(
                title=f"The other party accepts to postpone {postponement.milestone}",
                run=partial(driver.accept_postponement, postponement),
                day=postponement.accepted,
                slot=2,
            )
    for milestone in script.case.milestones:
        if milestone.is_done:
            yield CaseStep(
                title=f"{milestone.code}, “{milestone.title}”, is done, confirmed and shown",
                run=partial(driver.complete, milestone),
                day=milestone.done_day,
                slot=3,
            )


def _commitments(script: Script, driver: Driver) -> Iterator[CaseStep]:
    for kept in script.case.kept:
        party = script.case.commitments[kept.commitment].party
        yield CaseStep(
            title=f"{script.representative(party).name} declares {kept.commitment} kept, and it is confirmed",
            run=partial(driver.keep, kept),
            day=kept.day,
            slot=3,
        )


def _payments(script: Script, driver: Driver) -> Iterator[CaseStep]:
    for payment in script.case.payments:
        payer = script.payer(payment)
        amount = script.case.promised[payment.label].amount
        yield CaseStep(
            title=f"{script.parties[payer].name} pays {amount} €, “{payment.label}”",
            run=partial(driver.pay, payment),
            day=payment.paid,
            slot=4,
        )
        if payment.received is not None:
            yield CaseStep(
                title=f"{script.representative(script.other(payer)).name} confirms that the money came",
                run=partial(driver.receive, payment),
                day=payment.received,
                slot=4,
            )


def _questionnaires(script: Script, driver: Driver) -> Iterator[CaseStep]:
    for questionnaire in script.case.questionnaires:
        yield CaseStep(
            title=f"{script.broker.name} asks both parties: {questionnaire.question}",
            run=partial(driver.ask_questionnaire, questionnaire),
            day=questionnaire.asked,
            slot=7,
        )
        for party, day in questionnaire.answered.items():
            yield CaseStep(
                title=f"{script.representative(party).name} answers and seals: {questionnaire.question}",
                run=partial(driver.answer_questionnaire, questionnaire, party),
                day=day,
                slot=6,
            )
