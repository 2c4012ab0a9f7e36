"""The signed text is amended: described, changed, corrected, given up, and signed again."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import rule

from partnerships.amending import actions as amending
from partnerships.drafting.actions import amendments, clause_order
from partnerships.drafting.actions import clauses as drafting
from partnerships.drafting.actions.amendments import AmendmentDescription
from partnerships.lifecycle import Edition
from partnerships.models import AmendmentKind
from partnerships.negotiation.actions import negotiation
from partnerships.text.contents import text_fingerprint
from tests.partnerships.walk.ground import BROKERS, brokers, during, speakers
from tests.partnerships.walk.signing import Signing

UNFROZEN = (Edition.DRAFTING, Edition.NEGOTIATION, Edition.AGREED)


class Amending(Signing):
    """What people try once a text is signed."""

    @property
    def is_amended(self) -> bool:
        return self.roadmap is not None and self.roadmap.edition > 1

    @during(Edition.SIGNED, Edition.VOID)
    @rule(who=brokers)
    def open_an_amendment(self, who: str) -> None:
        done = self.attempt(
            amendments.open_amendment, partnership_id=self.partnership.pk, broker=self.person(who)
        )
        assert not done or who in BROKERS

    @during(*UNFROZEN)
    @rule(who=brokers, kind=st.sampled_from(AmendmentKind), days=st.integers(-30, 90))
    def describe_the_amendment(self, who: str, kind: AmendmentKind, days: int) -> None:
        description = AmendmentDescription(
            kind=kind,
            purpose="Une faute de frappe.",
            effective_on=(self.at + timedelta(days=days)).date(),
        )
        done = self.attempt(
            amendments.describe_amendment,
            partnership_id=self.partnership.pk,
            broker=self.person(who),
            description=description,
        )
        assert not done or (who in BROKERS and self.is_amended)

    @during(*UNFROZEN)
    @rule(who=brokers, which=st.integers(0, 30), reason=st.sampled_from(("Inutile.", "")))
    def remove_a_clause(self, who: str, which: int, reason: str) -> None:
        clauses = [clause for clause in self.clauses if clause.position]
        if clauses:
            done = self.attempt(
                clause_order.remove_clause,
                clause_id=clauses[which % len(clauses)].pk,
                broker=self.person(who),
                reason=reason,
            )
            assert not done or who in BROKERS

    @during(*UNFROZEN)
    @rule(who=brokers)
    def put_a_clause_back(self, who: str) -> None:
        removed = [clause for clause in self.clauses if not clause.position]
        if removed:
            done = self.attempt(
                clause_order.restore_clause,
                clause_id=removed[0].pk,
                broker=self.person(who),
                reason="Demandé par une partie.",
            )
            assert not done or who in BROKERS

    @during(Edition.DRAFTING)
    @rule(who=brokers)
    def correct_a_word(self, who: str) -> None:
        """One letter of the first title, in a correction, and send it to be confirmed."""
        self.describe_the_amendment("nora", AmendmentKind.CLERICAL, 0)
        clause = self.clauses[0] if self.clauses and self.is_amended else None
        if clause and clause.current:
            wording = drafting.wording_of(clause.current)
            self.attempt(
                drafting.revise_clause,
                clause_id=clause.pk,
                broker=self.cast.nora,
                seen_number=clause.current.number,
                wording=drafting.Wording(
                    title=f"{wording.title}s",
                    body=wording.body,
                    plain_words=wording.plain_words,
                    terms=wording.terms,
                ),
                reason="Un pluriel.",
            )
        done = self.attempt(
            amending.send_correction, partnership_id=self.partnership.pk, broker=self.person(who)
        )
        assert not done or (who in BROKERS and self.running is None)

    @during(Edition.NEGOTIATION)
    @rule(who=speakers, is_read=st.sampled_from((True, True, False)))
    def confirm_a_correction(self, who: str, is_read: bool) -> None:
        if self.roadmap is None:
            return
        fingerprint = text_fingerprint(self.roadmap, self.clauses) if is_read else "0" * 64
        done = self.attempt(
            amending.confirm_correction,
            partnership_id=self.partnership.pk,
            speaker=self.person(who),
            fingerprint=fingerprint,
        )
        assert not done or (self.speaks(who) and is_read and self.is_amended)

    @during(Edition.NEGOTIATION)
    @rule(who=speakers)
    def contest_a_correction(self, who: str) -> None:
        done = self.attempt(
            amending.contest_correction,
            partnership_id=self.partnership.pk,
            speaker=self.person(who),
            reason="Le sens change.",
        )
        assert not done or (self.speaks(who) and self.is_amended)

    @during(Edition.NEGOTIATION)
    @rule(who=brokers)
    def resume_the_agreement(self, who: str) -> None:
        done = self.attempt(
            negotiation.resume_agreement, partnership_id=self.partnership.pk, broker=self.person(who)
        )
        assert not done or (who in BROKERS and self.running is None)

    @during(*UNFROZEN, Edition.SIGNING)
    @rule(who=brokers, mood=st.integers(0, 4))
    def give_the_amendment_up(self, who: str, mood: int) -> None:
        if mood:
            return
        was_amended = self.is_amended
        done = self.attempt(
            amending.give_up,
            partnership_id=self.partnership.pk,
            broker=self.person(who),
            reason="Le projet change.",
        )
        assert not done or (who in BROKERS and was_amended and self.running is None)

    @during(Edition.SIGNED, Edition.VOID)
    @rule(is_correction=st.booleans())
    def an_amendment_in_turn(self, is_correction: bool) -> None:
        """Opened, changed and put to all; a correction is confirmed by both sides."""
        self.open_an_amendment("nora")
        if is_correction:
            self.correct_a_word("nora")
            for side in ("A", "E"):
                self.confirm_a_correction(self.of_side(side)[0], True)
        else:
            self.remove_a_clause("nora", 9, "")
            self.put_the_text_to_all("nora", 4)
