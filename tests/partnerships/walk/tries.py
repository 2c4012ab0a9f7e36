"""What people try, in whatever order, and what each of them may do of it."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from accounts.actions import people as members
from accounts.models import Membership
from partnerships.actions import drafting, envelopes, freezing, negotiation, signing
from partnerships.actions.rounds import Asking
from partnerships.models import Answer, Charter, Envelope, Round, Rule, Stance
from partnerships.permissions import ConsentError, signs_for, speaks_for
from partnerships.queries import agreement
from partnerships.queries.envelopes import own_held
from partnerships.queries.said import Said, part, value
from tests.partnerships.walk.ground import BROKERS, PARTIES, SECRET, Ground

EVERYBODY = ("ada", "ben", "carla", "dan", "nora", "oscar", "mallory", "root")
people = st.sampled_from(EVERYBODY)
# Anybody may try, but those who may do it try often, so that walks reach the end of the road.
speakers = st.sampled_from(("ada", "carla") * 6 + EVERYBODY)
brokers = st.sampled_from(("nora", "oscar") * 6 + EVERYBODY)
stances = st.sampled_from((Stance.AGREE,) * 3 + tuple(Stance))


class Walk(Ground):
    """What people try."""

    def speaks(self, who: str) -> bool:
        return speaks_for(self.person(who), self.partnership) is not None

    def draft_one(self, who: str, revision_id: int, stance: Stance) -> bool:
        asked = self.running or Round.objects.order_by("-asked_at", "-number").first()
        if asked is None:
            return False
        return self.attempt(
            envelopes.draft,
            is_told=False,
            round_id=asked.pk,
            speaker=self.person(who),
            part=part(revision_id),
            value=value(Said(stance=stance, reason=SECRET)),
            seen_number=None,
        )

    @rule(who=people, which=st.integers(0, 30), stance=stances)
    def draft(self, who: str, which: int, stance: Stance) -> None:
        clauses = self.clauses
        done = self.draft_one(who, clauses[which % len(clauses)].current_id or 0, stance)
        assert not done or self.speaks(who)

    @rule(who=speakers)
    def seal(self, who: str) -> None:
        asked = self.running
        if asked is None:
            return
        done = self.attempt(envelopes.seal, round_id=asked.pk, speaker=self.person(who))
        assert not done or self.speaks(who)

    @rule(who=speakers, stance=stances)
    def agree_to_the_rest_and_seal(self, who: str, stance: Stance) -> None:
        for place, clause in enumerate(self.clauses):
            if not self.draft_one(who, clause.current_id or 0, Stance.AGREE if place else stance):
                return
        self.seal(who)

    @rule(who=speakers)
    def take_back(self, who: str) -> None:
        asked = self.running
        if asked is None:
            return
        own = PARTIES.get(who, "")
        others = asked.envelopes.exclude(party__code=own).filter(sealed_at__isnull=False).exists()
        done = self.attempt(envelopes.take_back, round_id=asked.pk, speaker=self.person(who))
        assert not done or (self.speaks(who) and not others)

    @rule(who=people)
    def look_into_an_envelope(self, who: str) -> None:
        """Rule 3: whoever looks reads the envelope of their own party or none."""
        asked = self.running
        if asked is None:
            return
        try:
            envelope, _held = own_held(asked, self.person(who), self.partnership)
        except ConsentError:
            return
        assert envelope.party.code == PARTIES[who]

    @rule(who=brokers, days=st.integers(1, 12), rule_=st.sampled_from(Rule))
    def ask_again(self, who: str, days: int, rule_: Rule) -> None:
        was_running = self.running is not None
        done = self.attempt(
            negotiation.ask_again,
            partnership_id=self.partnership.pk,
            broker=self.person(who),
            asking=Asking(days=days, rule=rule_),
        )
        assert not done or (who in BROKERS and not was_running)

    @rule(who=brokers)
    def reply_to_a_remark(self, who: str) -> None:
        asked = Answer.objects.exclude(stance=Stance.AGREE).filter(reply=None).order_by("pk").first()
        if asked is None:
            return
        done = self.attempt(
            negotiation.reply,
            answer_id=asked.pk,
            broker=self.person(who),
            outcome="partly",
            text="Parce que.",
        )
        assert not done or who in BROKERS

    @rule(days=st.integers(0, 9))
    def time_passes(self, days: int) -> None:
        """Rule 6: nobody answers after the deadline, and the sweep opens or extends for all at once."""
        self.at += timedelta(days=days)
        asked = self.running
        if asked and self.at >= asked.deadline_at:
            assert not self.attempt(envelopes.seal, round_id=asked.pk, speaker=self.cast.ada)
        self.settle()
        assert not Round.objects.filter(opened_at=None, cancelled_at=None, deadline_at__lte=self.at).exists()

    @rule(who=people, which=st.integers(0, 30), letter=st.sampled_from("abcdef"))
    def change_one_letter(self, who: str, which: int, letter: str) -> None:
        """Rule 2: the agreement is gone for that clause alone, and no text moves while a round runs."""
        clause = self.clauses[which % len(self.clauses)]
        assert clause.current is not None
        wording = drafting.wording_of(clause.current)
        before = agreement.stands_on(self.roadmap.pk)
        was_running = self.running is not None
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
        after = agreement.stands_on(self.roadmap.pk)
        untouched = {key: answer for key, answer in before.items() if key[0] != clause.current_id or not done}
        assert {key: answer.pk for key, answer in after.items()} == {
            key: answer.pk for key, answer in untouched.items()
        }

    @rule(who=st.sampled_from(("ben", "dan")))
    def somebody_goes(self, who: str) -> None:
        """Who has left answers no more; what their party drafted and sealed stays."""
        membership = Membership.objects.present().filter(user=self.person(who)).first()
        if membership is None:
            return
        sealed = list(Envelope.objects.exclude(fingerprint="").order_by("pk").values_list("pk", flat=True))
        members.leave(organisation_id=membership.organisation_id, member=self.person(who), at=self.at)
        assert not self.speaks(who)
        kept = Envelope.objects.exclude(fingerprint="").order_by("pk").values_list("pk", flat=True)
        assert list(kept) == sealed

    @rule(who=brokers)
    def freeze(self, who: str) -> None:
        done = self.attempt(freezing.freeze, partnership_id=self.partnership.pk, broker=self.person(who))
        assert not done or who in BROKERS

    @rule(who=speakers, honest=st.sampled_from((True, True, True, False)))
    def sign(self, who: str, honest: bool) -> None:
        person = self.person(who)
        charter = Charter.objects.filter(voided=None).order_by("-frozen_at").first()
        seen = charter.fingerprint if charter and honest else "0" * 64
        done = self.attempt(
            signing.sign,
            partnership_id=self.partnership.pk,
            signatory=person,
            consent=signing.Consent(
                fingerprint=seen, typed_name=person.full_name, words="Je signe.", method="password"
            ),
        )
        assert not done or (signs_for(person, self.partnership) is not None and honest)

    @rule(who=people)
    def decline(self, who: str) -> None:
        person = self.person(who)
        done = self.attempt(
            signing.decline, partnership_id=self.partnership.pk, signatory=person, reason="Non."
        )
        assert not done or signs_for(person, self.partnership) is not None

    @rule(who=brokers)
    def countersign(self, who: str) -> None:
        person = self.person(who)
        charter = Charter.objects.filter(voided=None).order_by("-frozen_at").first()
        done = self.attempt(
            signing.countersign,
            partnership_id=self.partnership.pk,
            broker=person,
            consent=signing.Consent(
                fingerprint=charter.fingerprint if charter else "",
                typed_name=person.full_name,
                words="Témoin.",
                method="password",
            ),
        )
        assert not done or who in BROKERS

    @rule()
    def everybody_agrees_in_turn(self) -> None:
        self.ask_again("nora", 5, Rule.OPEN)
        for who in ("ada", "carla"):
            self.agree_to_the_rest_and_seal(who, Stance.AGREE)

    @rule()
    def everybody_signs_in_turn(self) -> None:
        self.freeze("nora")
        for who in ("ada", "carla"):
            self.sign(who, True)
        self.countersign("nora")

    @invariant()
    def an_outsider_has_no_voice(self) -> None:
        """Rules 1 and 8: neither broker, nor superuser, nor a member of another organisation."""
        if hasattr(self, "partnership"):
            strangers = [self.person(who) for who in ("nora", "oscar", "mallory", "root")]
            sides = self.partnership.parties.values("organisation")
            assert not Membership.objects.filter(user__in=strangers, organisation__in=sides).exists()
