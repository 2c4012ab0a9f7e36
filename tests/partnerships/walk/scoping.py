"""The case is prepared, each party alone says what it expects, and the text is put to them or given up."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import rule

from partnerships.expectations.actions import open_expectations
from partnerships.expectations.queries.expectations import PARTS
from partnerships.lifecycle import Edition
from partnerships.models import Question, Rule
from partnerships.negotiation.actions import negotiation
from partnerships.rounds.actions import envelopes
from partnerships.rounds.actions.rounds import RoundSettings
from partnerships.scoping import actions as scoping
from tests import make
from tests.partnerships.walk.answering import Answering
from tests.partnerships.walk.ground import BROKERS, EVERYBODY, brokers, during, people, speakers


class Scoping(Answering):
    """What people try before the text is put to them."""

    @during("")
    @rule(who=brokers)
    def prepare(self, who: str) -> None:
        done = self.attempt(scoping.prepare, partnership_id=self.partnership.pk, broker=self.person(who))
        assert not done or (who in BROKERS and not self.suspended)
        if done:
            make.skip_expectations(self.partnership, self.cast.nora, at=self.at)
            make.write_text(self.partnership, self.cast.nora, at=self.at)

    @during("", Edition.DRAFTING)
    @rule(who=brokers, days=st.integers(1, 12), rule_=st.sampled_from(Rule))
    def ask_what_is_expected(self, who: str, days: int, rule_: Rule) -> None:
        was_running = self.running is not None
        done = self.attempt(
            open_expectations,
            partnership_id=self.partnership.pk,
            broker=self.person(who),
            asking=RoundSettings(days=days, rule=rule_),
        )
        assert not done or (who in BROKERS and not was_running and self.state == Edition.DRAFTING)

    @during(Edition.DRAFTING)
    @rule(who=people, part=st.sampled_from(tuple(PARTS)), is_complete=st.booleans())
    def write_an_expectation(self, who: str, part: str, is_complete: bool) -> None:
        round_ = self.last_round(Question.EXPECTATIONS)
        if round_ is None:
            return
        line: dict[str, envelopes.Json] = {"text": self.secret(who, round_)}
        if part == "expectations":
            line |= {"indicator": "Un relevé" if is_complete else "", "by_date": None, "priority": 1}
        done = self.attempt(
            envelopes.draft,
            is_told=False,
            round_id=round_.pk,
            speaker=self.person(who),
            part=part,
            value=[line],
            seen_number=None,
        )
        assert done == self.may_write(who, round_)

    @during(Edition.DRAFTING)
    @rule(who=speakers)
    def expect_and_seal(self, who: str) -> None:
        self.write_an_expectation(who, "expectations", True)
        self.seal(who)

    @during(Edition.DRAFTING)
    @rule()
    def everybody_expects_in_turn(self) -> None:
        self.ask_what_is_expected("nora", 5, Rule.OPEN)
        for who in ("ada", "carla"):
            self.expect_and_seal(who)

    @during(Edition.DRAFTING)
    @rule(who=brokers, days=st.integers(2, 6))
    def put_the_text_to_all(self, who: str, days: int) -> None:
        was_running = self.running is not None
        done = self.attempt(
            negotiation.open_negotiation,
            partnership_id=self.partnership.pk,
            broker=self.person(who),
            asking=RoundSettings(days=days),
        )
        assert not done or (who in BROKERS and not was_running)

    @rule(who=st.sampled_from(EVERYBODY), mood=st.integers(0, 30))
    def give_up_the_case(self, who: str, mood: int) -> None:
        """Rarely, so that other walks go on: its rounds stay closed for ever."""
        if mood:
            return
        done = self.attempt(
            scoping.abandon, partnership_id=self.partnership.pk, broker=self.person(who), reason="Assez."
        )
        assert not done or (who in BROKERS and self.running is None and self.state in ("", Edition.VOID))
