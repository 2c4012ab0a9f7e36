"""The signed text is amended: described, changed, corrected, given up, and signed again."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import timedelta
from itertools import pairwise

from hypothesis import strategies as st
from hypothesis.stateful import rule

from partnerships.amending import actions as amending
from partnerships.drafting.actions import amendments, clause_order, clause_parts
from partnerships.drafting.actions import clauses as drafting
from partnerships.drafting.actions.amendments import AmendmentDescription
from partnerships.lifecycle import Edition
from partnerships.models import AmendmentKind, Clause
from partnerships.negotiation.actions import negotiation
from partnerships.text.contents import text_fingerprint
from tests.partnerships.walk.ground import BROKERS, brokers, during, speakers
from tests.partnerships.walk.signing import Signing

UNFROZEN = (Edition.DRAFTING, Edition.NEGOTIATION, Edition.AGREED)


def rows_of(clause: Clause) -> list[object]:
    """Return all rows of a clause."""
    terms = drafting.wording_of(clause.current).terms
    tables = [getattr(terms, column.name) for column in fields(terms)]
    return [row for table in tables if isinstance(table, tuple) for row in table]


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

    @during(*UNFROZEN)
    @rule(who=brokers, which=st.integers(0, 30), choice=st.sampled_from("abcjttt"), number=st.integers(1, 3))
    def reshape(self, who: str, which: int, choice: str, number: int) -> None:
        """Go back to a revision of a clause, copy it, split it or join it with the next."""
        match choice:
            case "a":
                self.go_back_to_a_revision(who, which, number)
            case "b":
                self.copy_a_clause(who, which)
            case "c":
                self.split_a_clause(who, which, number)
            case "j":
                self.join_two_clauses(who, which)
            case _:
                # One after the other, so that each has something to work on.
                for act in (self.copy_a_clause, self.join_two_clauses):
                    act("nora", which)
                self.split_a_clause("nora", which, 2)
                self.go_back_to_a_revision("nora", which, number)

    def go_back_to_a_revision(self, who: str, which: int, number: int) -> None:
        revised = [each for each in self.placed if each.current and each.current.number > 1]
        if revised:
            clause = revised[which % len(revised)]
            done = self.attempt(
                clause_parts.restore_revision,
                clause_id=clause.pk,
                broker=self.person(who),
                seen_number=clause.current.number,
                number=1 + number % (clause.current.number - 1),
                reason="Mieux avant.",
            )
            assert not done or who in BROKERS

    def copy_a_clause(self, who: str, which: int) -> None:
        if self.placed:
            clause = self.placed[which % len(self.placed)]
            done = self.attempt(clause_parts.copy_clause, clause_id=clause.pk, broker=self.person(who))
            assert not done or who in BROKERS

    def split_a_clause(self, who: str, which: int, paragraph: int) -> None:
        """Split a clause whose text has two paragraphs, else a clause just copied and given them."""
        cut = [each for each in self.placed if each.current and "\n\n" in each.current.body]
        if not cut and self.placed:
            self.give_two_paragraphs(self.placed[which % len(self.placed)])
            cut = [each for each in self.placed if each.current and "\n\n" in each.current.body]
        if cut:
            clause = cut[which % len(cut)]
            done = self.attempt(
                clause_parts.split_clause,
                clause_id=clause.pk,
                broker=self.person(who),
                seen_number=clause.current.number,
                paragraph=paragraph,
                title="La suite",
                reason="Deux idées.",
            )
            assert not done or (who in BROKERS and paragraph > 1)

    def join_two_clauses(self, who: str, which: int) -> None:
        """Join two clauses of one heading, a copy if there are none; the first then has the rows of both."""
        pairs = self.pairs
        if not pairs:
            self.copy_a_clause("nora", which)
            pairs = self.pairs
        if pairs:
            first, second = pairs[which % len(pairs)]
            rows = [*rows_of(first), *rows_of(second)]
            done = self.attempt(
                clause_parts.join_clauses,
                clause_id=first.pk,
                broker=self.person(who),
                seen_number=first.current.number,
                next_number=second.current.number,
                reason="Une idée.",
            )
            assert not done or who in BROKERS
            if done:
                joined = next(each for each in self.placed if each.pk == first.pk)
                assert sorted(map(repr, rows_of(joined))) == sorted(map(repr, rows))
                assert second.pk not in {each.pk for each in self.placed}

    @property
    def pairs(self) -> list[tuple[Clause, Clause]]:
        return [(a, b) for a, b in pairwise(self.placed) if a.heading == b.heading]

    @property
    def placed(self) -> list[Clause]:
        return [clause for clause in self.clauses if clause.position]

    def give_two_paragraphs(self, clause: Clause) -> None:
        wording = drafting.wording_of(clause.current)
        self.attempt(
            drafting.revise_clause,
            clause_id=clause.pk,
            broker=self.cast.nora,
            seen_number=clause.current.number,
            wording=replace(wording, body=f"{wording.body[:200]}\n\nEt ensuite."),
            reason="Deux idées.",
        )

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
