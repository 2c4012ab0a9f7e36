"""The parties answer under seal, the broker asks, gives up a round, and redrafts between two rounds."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import rule

from outbox.models import Message
from partnerships.drafting.actions import clauses as drafting
from partnerships.lifecycle import Edition
from partnerships.models import Answer, Question, Round, Rule, Stance
from partnerships.negotiation.actions import negotiation
from partnerships.negotiation.queries.positions import Position, part_name, position_to_json
from partnerships.rounds.actions import envelopes
from partnerships.rounds.actions.rounds import RoundSettings
from partnerships.text import agreement
from tests.partnerships.walk.ground import (
    BROKERS,
    PARTIES,
    SECRET,
    brokers,
    during,
    people,
    sides,
    speakers,
    while_asking,
)
from tests.partnerships.walk.suspending import Suspending

stances = st.sampled_from((Stance.AGREE,) * 3 + tuple(Stance))


class Answering(Suspending):
    """What people try while a text is negotiated."""

    def last_round(self, question: Question) -> Round | None:
        round_ = Round.objects.filter(partnership=self.partnership, question=question)
        return round_.order_by("-asked_at", "-number").first()

    def may_write(self, who: str, round_: Round) -> bool:
        """Say whether somebody may write in the envelope of their party at this moment."""
        is_sealed = round_.envelopes.filter(party__code=PARTIES.get(who), sealed_at__isnull=False).exists()
        is_open = self.running == round_ and self.at < round_.deadline_at and not self.is_suspended
        return self.speaks(who) and is_open and not is_sealed

    def secret(self, who: str, round_: Round) -> str:
        """Words that name their side and their round, so that they are recognised wherever they appear."""
        return f"{SECRET}-{PARTIES.get(who, 'X')}-{round_.pk.hex[:8]}"

    def draft_one(self, who: str, revision_id: int, stance: Stance) -> bool:
        round_ = self.last_round(Question.CRITICISM)
        if round_ is None:
            return False
        done = self.attempt(
            envelopes.draft,
            is_told=False,
            round_id=round_.pk,
            speaker=self.person(who),
            part=part_name(revision_id),
            value=position_to_json(Position(stance=stance, reason=self.secret(who, round_))),
            seen_number=None,
        )
        assert done == self.may_write(who, round_)
        return done

    @during(Edition.NEGOTIATION, Edition.AGREED)
    @rule(who=people, which=st.integers(0, 30), stance=stances)
    def draft(self, who: str, which: int, stance: Stance) -> None:
        clauses = self.clauses
        if clauses:
            self.draft_one(who, clauses[which % len(clauses)].current_id or 0, stance)

    @while_asking
    @rule(who=speakers)
    def seal(self, who: str) -> None:
        round_ = self.running
        if round_ is None:
            return
        own = round_.envelopes.filter(party__code=PARTIES.get(who, ""))
        before = own.first()
        done = self.attempt(envelopes.seal, round_id=round_.pk, speaker=self.person(who))
        assert not done or (self.speaks(who) and self.at < round_.deadline_at)
        if done and before:
            sealed = own.get()
            self.drafts[sealed.pk] = bytes(before.ciphertext)
            self.seals.setdefault(sealed.pk, []).append((bytes(sealed.ciphertext), sealed.fingerprint))

    @during(Edition.NEGOTIATION)
    @rule(who=speakers, stance=stances)
    def agree_to_the_rest_and_seal(self, who: str, stance: Stance) -> None:
        for place, clause in enumerate(self.clauses):
            if not self.draft_one(who, clause.current_id or 0, Stance.AGREE if place else stance):
                return
        self.seal(who)

    @while_asking
    @rule(who=speakers)
    def take_back(self, who: str) -> None:
        round_ = self.running
        if round_ is None:
            return
        own = PARTIES.get(who, "")
        others = round_.envelopes.exclude(party__code=own).filter(sealed_at__isnull=False).exists()
        done = self.attempt(envelopes.take_back, round_id=round_.pk, speaker=self.person(who))
        assert not done or (self.speaks(who) and not others and self.at < round_.deadline_at)
        if done:
            self.spoiled.discard(round_.envelopes.get(party__code=own).pk)

    @during(Edition.NEGOTIATION)
    @rule(side=sides, stance=stances)
    def somebody_thinks_again(self, side: str, stance: Stance) -> None:
        who = self.of_side(side)[-1]
        self.agree_to_the_rest_and_seal(who, stance)
        self.take_back(who)

    @during(Edition.NEGOTIATION, Edition.AGREED)
    @rule(who=brokers, days=st.integers(1, 12), rule_=st.sampled_from(Rule))
    def ask_again(self, who: str, days: int, rule_: Rule) -> None:
        was_running = self.running is not None
        done = self.attempt(
            negotiation.ask_again,
            partnership_id=self.partnership.pk,
            broker=self.person(who),
            asking=RoundSettings(days=days, rule=rule_),
        )
        assert not done or (who in BROKERS and not was_running)

    @while_asking
    @rule(who=brokers, asks_anew=st.booleans())
    def give_up_the_round(self, who: str, asks_anew: bool) -> None:
        """Rule 3: what was sealed stays closed for ever, all are told once, and a new round can be asked."""
        round_ = self.running
        done = self.attempt(
            negotiation.cancel_round,
            partnership_id=self.partnership.pk,
            broker=self.person(who),
            reason="Une annexe manquait.",
        )
        is_asked = round_ is not None and round_.question == Question.CRITICISM
        assert done == (who in BROKERS and is_asked and not self.is_suspended)
        if not (done and round_):
            return
        round_.refresh_from_db()
        assert round_.cancel_reason == "Une annexe manquait."
        assert Message.objects.filter(kind="round-cancelled", key__endswith=str(round_.pk)).count() == 1
        assert self.running is None
        for speaker in ("ada", "carla"):
            self.draft(speaker, 0, Stance.AGREE)
            assert not self.attempt(envelopes.seal, round_id=round_.pk, speaker=self.person(speaker))
        if asks_anew:
            self.ask_again("nora", 3, Rule.OPEN)
            assert self.running is not None

    @during(Edition.NEGOTIATION)
    @rule(who=brokers)
    def somebody_replies(self, who: str) -> None:
        self.reply_to_a_remark(who)

    def reply_to_a_remark(self, who: str) -> bool:
        answer = Answer.objects.exclude(stance=Stance.AGREE).filter(reply=None).order_by("pk").first()
        if answer is None:
            return False
        done = self.attempt(
            negotiation.reply,
            answer_id=answer.pk,
            broker=self.person(who),
            outcome="partly",
            text="Parce que.",
        )
        assert done == (who in BROKERS and not self.is_suspended)
        return done

    @rule(days=st.integers(0, 9))
    def time_passes(self, days: int) -> None:
        """Rule 6: nobody answers after the deadline, and the sweep opens or extends for all at once."""
        self.at += timedelta(days=days)
        round_ = self.running
        if round_ and self.at >= round_.deadline_at:
            for who in sorted(self.present):
                self.write_late(who, round_)
        self.settle()
        late = Round.objects.filter(opened_at=None, cancelled_at=None, deadline_at__lte=self.at)
        late = Round.objects.filter(opened_at=None, cancelled_at=None, deadline_at__lte=self.at)
        assert self.is_suspended or not late.exists()

    @while_asking
    @rule()
    def the_last_moment_has_passed(self) -> None:
        round_ = self.running
        if round_ is not None:
            self.at = max(self.at, round_.deadline_at)
            self.time_passes(0)

    def write_late(self, who: str, round_: Round) -> None:
        late = {"round_id": round_.pk, "speaker": self.person(who)}
        assert not self.attempt(envelopes.draft, **late, part="limits", value=[], seen_number=None)
        assert not self.attempt(envelopes.seal, **late)
        assert not self.attempt(envelopes.take_back, **late)

    @rule(who=people, which=st.integers(0, 30), letter=st.sampled_from("abcdef"))
    def change_one_letter(self, who: str, which: int, letter: str) -> None:
        """Rule 2: the agreement is gone for that clause alone, and no text moves while a round runs."""
        if not self.clauses or self.roadmap is None:
            return
        clause = self.clauses[which % len(self.clauses)]
        assert clause.current is not None
        wording = drafting.wording_of(clause.current)
        before = agreement.latest_answers(self.roadmap.pk)
        was_running = self.running is not None and self.running.question == Question.CRITICISM
        done = self.attempt(
            drafting.revise_clause,
            clause_id=clause.pk,
            broker=self.person(who),
            seen_number=clause.current.number,
            wording=drafting.Wording(
                title=wording.title,
                body=wording.body + letter,
                plain_words=wording.plain_words,
                terms=wording.terms,
            ),
            reason="Une lettre.",
        )
        assert not done or (who in BROKERS and not was_running)
        after = agreement.latest_answers(self.roadmap.pk)
        untouched = {key: answer for key, answer in before.items() if key[0] != clause.current_id or not done}
        assert {key: answer.pk for key, answer in after.items()} == {
            key: answer.pk for key, answer in untouched.items()
        }

    @during(Edition.NEGOTIATION)
    @rule(last=stances)
    def everybody_answers_in_turn(self, last: Stance) -> None:
        while self.reply_to_a_remark("nora"):
            pass
        self.ask_again("nora", 5, Rule.OPEN)
        self.agree_to_the_rest_and_seal(self.of_side("A")[0], Stance.AGREE)
        self.agree_to_the_rest_and_seal(self.of_side("E")[0], last)
