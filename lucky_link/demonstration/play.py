"""Play a written case through the real actions, each step on the day its calendar says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, time, timedelta
from functools import partial
from typing import NamedTuple

from accounts.models import User
from lucky_link.casecites import marked
from lucky_link.casefile import CaseFile, Milestone, Note
from lucky_link.casetalk import remarks_of
from lucky_link.caseterms import terms_of
from lucky_link.demonstration import filing, talk
from lucky_link.demonstration.keeping import keep
from lucky_link.demonstration.people import Troupe
from partnerships.charter.references import marker
from partnerships.charter.texts import Heading
from partnerships.closing import actions as closing
from partnerships.drafting.actions import clauses as drafting
from partnerships.following import actions as following
from partnerships.models import Partnership
from partnerships.negotiation.actions import negotiation
from partnerships.rounds.actions.rounds import USUAL_DAYS, RoundSettings
from partnerships.scoping.actions import scoping
from partnerships.signing.actions import freezing, signing

CONSENT = "J’ai lu tout le texte et je signe pour l’organisation que je représente."


class Step(NamedTuple):
    """One act of the case and the moment it takes place."""

    at: datetime
    act: Callable[[datetime], object]


class Play:
    """A case on stage. `steps` are to be taken in the order of their moments."""

    def __init__(self, case: CaseFile, troupe: Troupe, *, today: datetime) -> None:
        self.case = case
        self.troupe = troupe
        self.today = today
        self.broker = troupe.people[case.broker]
        self.signatories = {
            "A": troupe.signatory(case.association),
            "E": troupe.signatory(case.company),
        }

    @property
    def partnership(self) -> Partnership:
        return Partnership.objects.filter(title=self.case.title).order_by("-opened_at", "-pk")[:1].get()

    def steps(self) -> list[Step]:
        """Return what happens up to today, in order."""
        filed = (Step(self._moment(*when), act) for *when, act in filing.acts(self.case, self.troupe))
        told = [step for step in (*self._told(), *filed) if step.at <= self.today]
        return sorted(told, key=lambda step: step.at)

    def _moment(self, day: int, twenties: int = 0) -> datetime:
        """Return a moment of the day `day`: eight in the morning and so many times twenty minutes."""
        morning = datetime.combine(self.today.date() + timedelta(days=day), time(8), tzinfo=UTC)
        return morning + timedelta(minutes=20 * twenties)

    def _told(self) -> Iterator[Step]:
        calendar = self.case.calendar
        for day, twenties, act in (
            (calendar.opened, 0, self._open),
            (calendar.prepared, 0, self._prepare),
            (calendar.prepared if calendar.written is None else calendar.written, 1, self._write),
            (calendar.proposed, 0, self._propose),
            (calendar.frozen, 0, self._agree),
            (calendar.frozen, 6, self._freeze),
            (calendar.countersigned, 4, self._countersign),
            (calendar.review, 0, self._review),
            (calendar.closed, 0, self._close),
        ):
            if day is not None:
                yield Step(self._moment(day, twenties), act)
        for number, day in enumerate(calendar.rounds, 1):
            yield from self._round(number, day)
        for party, day in calendar.signed.items():
            yield Step(self._moment(day, 2), partial(self._sign, party))
        for note in self.case.notes:
            yield Step(self._moment(note.day), partial(self._note, note))
        for milestone in (each for clause in self.case.clauses for each in clause.milestones):
            if milestone.done_day is not None:
                yield Step(self._moment(milestone.done_day, 1), partial(self._complete, milestone))

    def _round(self, number: int, day: int) -> Iterator[Step]:
        if number > 1:
            yield Step(self._moment(day), self._ask_again)
        runs = number == len(self.case.calendar.rounds) and self.case.calendar.frozen is None
        yield Step(self._moment(day, 2), partial(self._answer, "A", number, seals=not runs))
        yield Step(self._moment(day, 3), partial(self._answer, "E", number, seals=not runs))
        if not runs:
            yield Step(self._moment(day, 8), partial(self._redraft, number))

    def _open(self, at: datetime) -> None:
        organisations = [
            self.troupe.organisations[self.case.association],
            self.troupe.organisations[self.case.company],
        ]
        opened = scoping.open_case(
            broker=self.broker, title=self.case.title, organisations=organisations, at=at
        )
        scoping.describe(
            partnership_id=opened.pk,
            broker=self.broker,
            description=scoping.Description(
                title=self.case.title,
                plain_words=self.case.plain_words,
                evidence_of_need=self.case.evidence_of_need,
                broker_interests=self.case.broker_interests,
            ),
            at=at,
        )

    def _note(self, note: Note, at: datetime) -> None:
        party = self.partnership.parties.get(code=note.party)
        scoping.write_note(
            party_id=party.pk,
            author=self.troupe.people[note.author],
            text=note.text,
            at=at,
        )

    def _prepare(self, at: datetime) -> None:
        scoping.prepare(partnership_id=self.partnership.pk, broker=self.broker, at=at)

    def _write(self, at: datetime) -> None:
        partnership, markers = self.partnership, dict[int, str]()
        for number, clause in enumerate(self.case.clauses, 1):
            written = drafting.add_clause(
                partnership_id=partnership.pk,
                broker=self.broker,
                heading=Heading[clause.heading],
                wording=drafting.Wording(
                    title=clause.title,
                    body=marked(clause.body, markers),
                    plain_words=marked(clause.plain_words, markers),
                    terms=terms_of(clause, self.today.date()),
                    line_ids=filing.line_ids(partnership, clause),
                ),
                responsible=clause.responsible,
                at=at,
            )
            markers[number] = marker(written.key)

    def _propose(self, at: datetime) -> None:
        keep(self.case, talk.clauses_of(self.partnership), 0, broker=self.broker, at=at)
        calendar = self.case.calendar
        days = calendar.rounds[0] - calendar.proposed if calendar.rounds and calendar.proposed else 0
        # As many working days as there are days leave time to answer, whatever the holidays.
        asking = RoundSettings(days=max(USUAL_DAYS, days + 1))
        negotiation.open_negotiation(
            partnership_id=self.partnership.pk, broker=self.broker, asking=asking, at=at
        )

    def _ask_again(self, at: datetime) -> None:
        if self._is_discussed():
            negotiation.ask_again(partnership_id=self.partnership.pk, broker=self.broker, at=at)

    def _is_discussed(self) -> bool:
        return self.partnership.roadmaps.filter(state="negotiation").exists()

    def _answer(self, party: str, number: int, at: datetime, *, seals: bool) -> None:
        remarks, speaker = remarks_of(self.case, party, number), self.signatories[party]
        talk.answer(remarks, self.partnership, party, speaker, at=at, seals=seals)

    def _redraft(self, number: int, at: datetime) -> None:
        talk.reply(self.case, self.partnership, self.broker, at=at)
        talk.redraft(self.case, self.partnership, self.broker, number, at=at)
        keep(self.case, talk.clauses_of(self.partnership), number, broker=self.broker, at=at)

    def _agree(self, at: datetime) -> None:
        self._ask_again(at)
        for party in ("A", "E"):
            self._answer(party, 0, at, seals=True)

    def _freeze(self, at: datetime) -> None:
        freezing.freeze(partnership_id=self.partnership.pk, broker=self.broker, at=at)

    def _consent(self, person: User) -> signing.Consent:
        charter = self.partnership.charters.filter(voided=None).order_by("-frozen_at")[:1].get()
        return signing.Consent(
            fingerprint=charter.fingerprint,
            typed_name=person.full_name,
            words=CONSENT,
            method="demonstration",
        )

    def _sign(self, party: str, at: datetime) -> None:
        signatory = self.signatories[party]
        signing.sign(
            partnership_id=self.partnership.pk,
            signatory=signatory,
            consent=self._consent(signatory),
            at=at,
        )

    def _countersign(self, at: datetime) -> None:
        signing.countersign(
            partnership_id=self.partnership.pk,
            broker=self.broker,
            consent=self._consent(self.broker),
            at=at,
        )

    def _complete(self, milestone: Milestone, at: datetime) -> None:
        row = self.partnership.milestones.select_related("owner").get(code=milestone.code)
        speaker = self.signatories[row.owner.code if row.owner else "A"]
        following.complete_milestone(
            milestone_id=row.pk,
            partnership_id=row.partnership_id,
            speaker=speaker,
            text=milestone.evidence or milestone.indicator,
            link="",
            at=at,
        )

    def _review(self, at: datetime) -> None:
        closing.start_review(partnership_id=self.partnership.pk, broker=self.broker, at=at)

    def _close(self, at: datetime) -> None:
        closing.close(
            partnership_id=self.partnership.pk, broker=self.broker, lessons=self.case.lessons, at=at
        )
