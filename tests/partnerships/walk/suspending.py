"""The case is suspended and goes on: asked, granted, proposed, answered, prolonged, ended."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule

from outbox.kinds import all_kinds
from outbox.models import Message
from partnerships import message_keys
from partnerships.handover import actions as handover
from partnerships.lifecycle import Case
from partnerships.models import CaseHandover, Milestone, Round, Settlement, Suspension, SuspensionGround
from partnerships.suspension import actions as suspension
from tests.partnerships.walk.ground import BROKERS, PARTIES, brokers, sides, speakers
from tests.partnerships.walk.people import People

in_force = precondition(lambda walk: walk.case_state in (Case.ACTIVE, Case.SUSPENDED))


class Suspending(People):
    """What people try about the clocks of a case, and about who runs it."""

    @property
    def open_suspension(self) -> Suspension | None:
        """The one that is asked or runs."""
        rows = Suspension.objects.filter(partnership=self.partnership, decision__in=("", "accepted"))
        return rows.filter(ended_at=None).select_related("party").first()

    def ask_to_suspend(self, who: str, days: int) -> None:
        was_open = self.open_suspension is not None
        done = self.attempt(
            suspension.ask,
            partnership_id=self.partnership.pk,
            person=self.person(who),
            ground=SuspensionGround.RECALL,
            text="Un lot est rappelé.",
            until=(self.at + timedelta(days=days)).date(),
        )
        assert not done or ((self.speaks(who) if who in PARTIES else who in BROKERS) and not was_open)

    def answer_the_request(self, who: str, is_yes: bool) -> None:
        asked = self.open_suspension
        if asked is None or asked.decision:
            return
        given = {"suspension_id": asked.pk, "reason": "Vu."}
        if asked.party:
            done = self.attempt(suspension.decide, broker=self.person(who), is_granted=is_yes, **given)
            assert not done or who in BROKERS
        else:
            done = self.attempt(suspension.answer, speaker=self.person(who), is_agreed=is_yes, **given)
            assert not done or self.speaks(who)

    def say_ready(self, who: str) -> None:
        running = self.open_suspension
        if running is None or not running.is_running:
            return
        before = self.due_dates()
        done = self.attempt(suspension.say_ready, suspension_id=running.pk, speaker=self.person(who))
        assert not done or self.speaks(who)
        self.all_moved_alike(running, before)

    def end_it(self, who: str) -> None:
        running = self.open_suspension
        if running is None or not running.is_running:
            return
        before = self.due_dates()
        is_ready = running.answers.filter(question="resume").exists()
        done = self.attempt(suspension.resume, suspension_id=running.pk, broker=self.person(who))
        assert not done or (who in BROKERS and is_ready and self.at >= running.planned_end)
        self.all_moved_alike(running, before)

    def due_dates(self) -> dict[int, object]:
        rows = Milestone.objects.filter(partnership=self.partnership, completed_at=None, cancelled_at=None)
        return dict(rows.order_by("pk").values_list("pk", "due_date"))

    def all_moved_alike(self, running: Suspension, before: dict[int, object]) -> None:
        """Rule 6: either nothing has moved, or everything open by the same number of days."""
        running.refresh_from_db()
        moved = timedelta(days=running.days or 0)
        assert self.due_dates() == {pk: day + moved for pk, day in before.items()}

    # One rule for all, so that the walks still reach what comes before and after.
    @in_force
    @rule(who=speakers, by=brokers, is_yes=st.sampled_from((True, True, False)), days=st.integers(-1, 40))
    def the_case_stands_still(self, who: str, by: str, is_yes: bool, days: int) -> None:
        self.ask_to_suspend(who, days)
        for answering in (by, who, *sorted(self.mandates)):
            self.answer_the_request(answering, is_yes)
        if days % 3 == 0:
            self.at += timedelta(days=max(days, 0))
        for speaker in (who, *sorted(self.mandates)) if days % 2 else (who,):
            self.say_ready(speaker)
        self.end_it(by)

    @in_force
    @rule(who=brokers, side=sides)
    def the_case_goes_on(self, who: str, side: str) -> None:
        """So that walks go on: one side is ready, and the broker ends it after the planned end."""
        speaker = self.of_side(side)[0]
        self.ask_to_suspend(speaker, 10)
        self.answer_the_request(who, is_yes=True)
        running = self.open_suspension
        self.say_ready(speaker)
        if running is not None and self.is_suspended:
            self.at = max(self.at, running.planned_end)
            self.end_it(who)

    @in_force
    @rule(who=brokers, to=st.sampled_from(BROKERS), is_yes=st.booleans())
    def another_broker_is_asked(self, who: str, to: str, is_yes: bool) -> None:
        lead = self.names[self.partnership.broker_id]
        done = self.attempt(
            handover.ask,
            partnership_id=self.partnership.pk,
            broker=self.person(who),
            to_broker_id=self.person(to).pk,
            reason="Un congé.",
        )
        assert not done or (who == lead and to != lead)
        asked = CaseHandover.objects.filter(partnership=self.partnership, decision="").first()
        if asked is None:
            return
        answer = {"handover_id": asked.pk, "broker": self.person(to)}
        if is_yes:
            done = self.attempt(handover.accept, interests="Aucun.", **answer)
        else:
            done = self.attempt(handover.decline, reason="Trop de dossiers.", **answer)
        self.partnership.refresh_from_db()
        assert not done or asked.to_broker_id == self.person(to).pk
        assert (self.partnership.broker_id == asked.to_broker_id) == (done and is_yes)

    @invariant()
    def nothing_moves_meanwhile(self) -> None:
        """A suspended case has a running suspension, no planned reminder, and no end of a clock within it."""
        if not hasattr(self, "partnership"):
            return
        running = self.open_suspension
        is_suspended = running is not None and running.is_running
        assert (self.case_state == Case.SUSPENDED) == is_suspended
        if is_suspended:
            nags = [
                kind.name for kind in all_kinds() if kind.working_hours and kind.name != "suspension-overdue"
            ]
            prefix = message_keys.case_prefix(self.partnership.pk)
            assert not Message.objects.waiting().filter(key__startswith=prefix, kind__in=nags).exists()
        for row in Suspension.objects.filter(partnership=self.partnership, decision="accepted").order_by(
            "pk"
        ):
            span = (row.decided_at + timedelta(seconds=1), row.ended_at or self.at)
            assert not Round.objects.filter(partnership=self.partnership, opened_at__range=span).exists()
            assert not Settlement.objects.filter(settled_at__gt=span[0], settled_at__lt=span[1]).exists()
