"""Take the steps of a case through the actions of the product, each on the day of its calendar."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from functools import partial
from typing import NamedTuple

from accounts.models import User
from lucky_link.demo.actions import following, rounds
from lucky_link.demo.actions.cast_loader import CastRows
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
from lucky_link.demo.clause_terms import terms_of
from lucky_link.demo.player import CaseStep, steps
from lucky_link.demo.references import with_markers
from lucky_link.demo.script import Script
from partnerships.charter.references import marker
from partnerships.charter.texts import Heading
from partnerships.closing.actions import review as closing
from partnerships.dialogue import actions as dialogue
from partnerships.drafting.actions import clauses as drafting
from partnerships.expectations import actions as expectations
from partnerships.models import Partnership
from partnerships.negotiation.actions import negotiation
from partnerships.rounds.actions import envelopes
from partnerships.rounds.actions.rounds import USUAL_DAYS, RoundSettings
from partnerships.scoping import actions as scoping
from partnerships.signing.actions import freezing, sealing, signing

CONSENT = "J’ai lu tout le texte et je signe pour l’organisation que je représente."


class ScheduledStep(NamedTuple):
    """Something to run at a moment of the past."""

    at: datetime
    run: Callable[[datetime], object]


class ActionsDriver:
    """Plays one case with the rows of its cast; `at` is the moment of the step being taken."""

    def __init__(self, script: Script, rows: CastRows, *, today: datetime) -> None:
        self.script = script
        self.case = script.case
        self.rows = rows
        self.today = today
        self.at = today
        self.broker = rows.users[script.broker.email]

    def schedule(self) -> list[ScheduledStep]:
        """Return the steps that the calendar reaches up to today, in the order of their moments."""
        scheduled = [
            ScheduledStep(moment(self.today, step.day, step.slot), partial(self._take, step))
            for step in steps(self.script, self)
            if step.day is not None
        ]
        return sorted((step for step in scheduled if step.at <= self.today), key=lambda step: step.at)

    @property
    def partnership(self) -> Partnership:
        cases = Partnership.objects.filter(title=self.case.title)
        return cases.order_by("-opened_at", "-pk")[:1].get()

    def representative(self, party: str) -> User:
        """Return the user who answers for a party."""
        return self.rows.users[self.script.representative(party).email]

    def signatory(self, party: str) -> User:
        """Return the user who signs for a party."""
        return self.rows.users[self.script.signatory(party).email]

    def _take(self, step: CaseStep, at: datetime) -> None:
        self.at = at
        step.run()

    def _author(self, entry: NoteRecord | Filing) -> User:
        return self.rows.users[self.script.author(entry.party, entry.author).email]

    def open_case(self) -> None:
        names = (self.case.association, self.case.company)
        scoping.open_case(
            broker=self.broker,
            title=self.case.title,
            organisations=[self.rows.organisations[name] for name in names],
            at=self.at,
        )

    def describe_case(self) -> None:
        scoping.describe(
            partnership_id=self.partnership.pk,
            broker=self.broker,
            description=scoping.CaseDescription(
                title=self.case.title,
                plain_words=self.case.plain_words,
                evidence_of_need=self.case.evidence_of_need,
                broker_interests=self.case.broker_interests,
            ),
            at=self.at,
        )

    def write_note(self, note: NoteRecord) -> None:
        party = self.partnership.parties.get(code=note.party)
        dialogue.write_note(party_id=party.pk, author=self._author(note), text=note.text, at=self.at)

    def start_preparation(self) -> None:
        scoping.prepare(partnership_id=self.partnership.pk, broker=self.broker, at=self.at)

    def ask_expectations(self) -> None:
        expectations.open_expectations(
            partnership_id=self.partnership.pk,
            broker=self.broker,
            asking=RoundSettings(days=self.case.calendar.asked_for),
            at=self.at,
        )

    def skip_expectations(self) -> None:
        expectations.skip_expectations(
            partnership_id=self.partnership.pk,
            broker=self.broker,
            reason=self.case.expectations_skipped,
            at=self.at,
        )

    def fill_envelope(self, filing: Filing) -> None:
        rounds.fill_envelope(self.partnership, filing, self._author(filing), at=self.at)

    def seal_envelope(self, filing: Filing) -> None:
        current = rounds.expectations_round(self.partnership)
        envelopes.seal(round_id=current.pk, speaker=self._author(filing), at=self.at)

    def write_clauses(self) -> None:
        partnership, markers = self.partnership, dict[int, str]()
        for number, clause in enumerate(self.case.clauses, 1):
            row = drafting.add_clause(
                partnership_id=partnership.pk,
                broker=self.broker,
                heading=Heading[clause.heading],
                wording=drafting.Wording(
                    title=clause.title,
                    body=with_markers(clause.body, markers),
                    plain_words=with_markers(clause.plain_words, markers),
                    terms=terms_of(clause, self.today.date()),
                    line_ids=rounds.line_ids(partnership, clause),
                ),
                responsible=clause.responsible,
                at=self.at,
            )
            markers[number] = marker(row.key)

    def accept_risk(self, risk: AcceptedRisk) -> None:
        rounds.accept_risk(self.partnership, risk, self.broker, at=self.at)

    def open_negotiation(self) -> None:
        calendar = self.case.calendar
        days = calendar.rounds[0] - calendar.proposed if calendar.rounds and calendar.proposed else 0
        # At least as many working days as calendar days, so that holidays do not end the round early.
        asking = RoundSettings(days=max(USUAL_DAYS, days + 1))
        negotiation.open_negotiation(
            partnership_id=self.partnership.pk, broker=self.broker, asking=asking, at=self.at
        )

    def open_next_round(self) -> None:
        negotiation.ask_again(partnership_id=self.partnership.pk, broker=self.broker, at=self.at)

    def answer(self, party: str, number: int) -> None:
        remarks = self.case.remarks_of(party, number)
        rounds.answer(self.partnership, party, remarks, self.representative(party), at=self.at)

    def seal_answer(self, party: str) -> None:
        rounds.seal_answer(self.partnership, self.representative(party), at=self.at)

    def reply_and_redraft(self, number: int) -> None:
        rounds.reply(self.case, self.partnership, self.broker, at=self.at)
        rounds.redraft(self.case, self.partnership, self.broker, number, at=self.at)

    def freeze(self) -> None:
        freezing.freeze(partnership_id=self.partnership.pk, broker=self.broker, at=self.at)

    def sign(self, party: str) -> None:
        signatory = self.signatory(party)
        signing.sign(
            partnership_id=self.partnership.pk,
            signatory=signatory,
            consent=self._consent(signatory),
            at=self.at,
        )

    def countersign(self) -> None:
        signing.countersign(
            partnership_id=self.partnership.pk,
            broker=self.broker,
            consent=self._consent(self.broker),
            at=self.at,
        )

    def _consent(self, user: User) -> signing.Consent:
        charter = self.partnership.charters.filter(voided=None).order_by("-frozen_at")[:1].get()
        return signing.Consent(
            fingerprint=charter.fingerprint,
            typed_name=user.full_name,
            words=CONSENT,
            method="demonstration",
        )

    def seal_charter(self) -> None:
        for charter_id in sealing.unsealed(self.at):
            sealing.seal(charter_id=charter_id, at=self.at)

    def complete(self, milestone: MilestoneRecord) -> None:
        owner, other = self._both(self.script.owner(milestone.code))
        following.complete(self.partnership, milestone, owner, other, at=self.at)

    def keep(self, kept: CommitmentKept) -> None:
        owner, other = self._both(self.case.commitments[kept.commitment].party)
        following.keep(self.partnership, kept, owner, other, at=self.at)

    def ask_postponement(self, postponement: PostponementRecord) -> None:
        owner, _other = self._both(self.script.owner(postponement.milestone))
        following.ask_postponement(self.partnership, postponement, owner, today=self.today, at=self.at)

    def accept_postponement(self, postponement: PostponementRecord) -> None:
        _owner, other = self._both(self.script.owner(postponement.milestone))
        following.accept_postponement(self.partnership, postponement, other, at=self.at)

    def pay(self, payment: PaymentMade) -> None:
        payer, _other = self._both(self.script.payer(payment))
        following.pay(self.partnership, payment, payer, today=self.today, at=self.at)

    def receive(self, payment: PaymentMade) -> None:
        _payer, other = self._both(self.script.payer(payment))
        following.receive(self.partnership, payment, other, at=self.at)

    def ask_questionnaire(self, questionnaire: QuestionnaireRecord) -> None:
        following.ask_questionnaire(self.partnership, questionnaire, self.broker, at=self.at)

    def answer_questionnaire(self, questionnaire: QuestionnaireRecord, party: str) -> None:
        author = self.representative(party)
        following.answer_questionnaire(self.partnership, questionnaire, party, author, at=self.at)

    def _both(self, party: str) -> tuple[User, User]:
        """Return who acts for a party, and for the other."""
        return self.representative(party), self.representative(self.script.other(party))

    def start_review(self) -> None:
        closing.start_review(partnership_id=self.partnership.pk, broker=self.broker, at=self.at)

    def close(self) -> None:
        closing.close(
            partnership_id=self.partnership.pk,
            broker=self.broker,
            words=closing.ClosingWords(
                lessons=self.case.lessons, incomplete_reason=self.case.incomplete_reason
            ),
            at=self.at,
        )


def moment(today: datetime, day: int, slot: int = 0) -> datetime:
    """Return a moment of a day counted from today: 8:00 UTC plus 20 minutes per slot."""
    morning = datetime.combine(today.date() + timedelta(days=day), time(8), tzinfo=UTC)
    return morning + timedelta(minutes=20 * slot)
