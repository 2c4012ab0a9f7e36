"""Whatever people do and in whatever order, the rules that never bend hold."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from ledger import verify
from partnerships import lifecycle
from partnerships.actions import drafting, freezing, negotiation, scoping, signing
from partnerships.lifecycle import Edition
from partnerships.models import Answer, Charter, Partnership, Roadmap, Signature, Stance
from partnerships.permissions import ConsentError
from partnerships.queries import agreement
from tests import make
from tests.cast import Cast, assemble

REFUSED = (
    lifecycle.TransitionNotAllowed,
    ConsentError,
    scoping.ScopingError,
    drafting.DraftingError,
    negotiation.NegotiationError,
    freezing.SigningError,
)
EVERYBODY = ("ada", "ben", "carla", "dan", "nora", "oscar", "mallory", "root")
people = st.sampled_from(EVERYBODY)
# Anybody may try, but those who may do it try often, so that walks reach the end of the road.
speakers = st.sampled_from(("ada", "carla") * 6 + EVERYBODY)
brokers = st.sampled_from(("nora", "oscar") * 6 + EVERYBODY)
REACHED: set[str] = set()


class Walk(RuleBasedStateMachine):
    """One case, eight people, each free to try anything at any time."""

    cast: Cast
    partnership: Partnership
    at: datetime

    @initialize(until=st.sampled_from((Edition.NEGOTIATION, Edition.AGREED, Edition.SIGNING)))
    def open(self, until: Edition) -> None:
        self.at = make.NOON
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        self.cast = assemble(self.at)
        self.partnership = make.partnership(self.cast, until=until)

    def teardown(self) -> None:
        if hasattr(self, "savepoint"):
            transaction.set_rollback(True)
            self.savepoint.__exit__(None, None, None)

    @property
    def roadmap(self) -> Roadmap:
        return Roadmap.objects.get(partnership=self.partnership)

    def attempt(self, act: object, **arguments: object) -> bool:
        self.at += timedelta(minutes=1)
        try:
            act(**arguments, at=self.at)  # type: ignore[operator]
        except REFUSED:
            return False
        REACHED.add(self.roadmap.state)
        return True

    @rule(who=people, stances=st.lists(st.sampled_from(Stance), min_size=1, max_size=4))
    def answer(self, who: str, stances: list[Stance]) -> None:
        clauses = agreement.clauses_of(self.roadmap)
        said = {
            clause.current_id: negotiation.Said(stance=stance, reason="Parce que.")
            for clause, stance in zip(clauses, stances, strict=False)
        }
        done = self.attempt(
            negotiation.answer,
            partnership_id=self.partnership.pk,
            speaker=getattr(self.cast, who),
            said=said,
        )
        assert not done or who in ("ada", "ben", "carla", "dan")

    @rule(who=speakers)
    def agree_to_all(self, who: str) -> None:
        said = {
            clause.current_id: negotiation.Said(stance=Stance.AGREE)
            for clause in agreement.clauses_of(self.roadmap)
        }
        done = self.attempt(
            negotiation.answer,
            partnership_id=self.partnership.pk,
            speaker=getattr(self.cast, who),
            said=said,
        )
        assert not done or who in ("ada", "ben", "carla", "dan")

    @rule(who=people, which=st.integers(0, 30), letter=st.sampled_from("abcdef"))
    def change_one_letter(self, who: str, which: int, letter: str) -> None:
        clauses = agreement.clauses_of(self.roadmap)
        clause = clauses[which % len(clauses)]
        assert clause.current is not None
        wording = drafting.wording_of(clause.current)
        before = agreement.stands_on(self.roadmap.pk)
        done = self.attempt(
            drafting.revise_clause,
            clause_id=clause.pk,
            broker=getattr(self.cast, who),
            seen_number=clause.current.number,
            wording=drafting.Wording(
                title=wording.title,
                body=wording.body + letter,
                plain_words=wording.plain_words,
                terms=wording.terms,
            ),
            reason="Une lettre.",
        )
        assert not done or who in ("nora", "oscar")
        after = agreement.stands_on(self.roadmap.pk)
        untouched = {key: answer for key, answer in before.items() if key[0] != clause.current_id or not done}
        assert {key: answer.pk for key, answer in after.items()} == {
            key: answer.pk for key, answer in untouched.items()
        }

    @rule(who=brokers)
    def freeze(self, who: str) -> None:
        done = self.attempt(
            freezing.freeze, partnership_id=self.partnership.pk, broker=getattr(self.cast, who)
        )
        assert not done or who in ("nora", "oscar")

    @rule(who=speakers, honest=st.sampled_from((True, True, True, False)))
    def sign(self, who: str, honest: bool) -> None:
        person = getattr(self.cast, who)
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
        assert not done or (who in ("ada", "carla") and honest)

    @rule(who=people)
    def decline(self, who: str) -> None:
        done = self.attempt(
            signing.decline,
            partnership_id=self.partnership.pk,
            signatory=getattr(self.cast, who),
            reason="Non.",
        )
        assert not done or who in ("ada", "carla")

    @rule(who=brokers)
    def countersign(self, who: str) -> None:
        person = getattr(self.cast, who)
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
        assert not done or who in ("nora", "oscar")

    @rule()
    def everybody_signs_in_turn(self) -> None:
        for who in ("ada", "carla"):
            self.sign(who, True)
        self.countersign("nora")

    @invariant()
    def the_ledger_holds(self) -> None:
        if hasattr(self, "partnership"):
            assert verify.verify() is None

    @invariant()
    def agreed_means_agreed_by_all(self) -> None:
        if not hasattr(self, "partnership") or self.roadmap.state not in (
            Edition.AGREED,
            Edition.SIGNING,
            Edition.SIGNED,
        ):
            return
        clauses = agreement.clauses_of(self.roadmap)
        party_ids = list(self.partnership.parties.order_by("rank").values_list("pk", flat=True))
        assert agreement.is_agreed(clauses, agreement.stands_on(self.roadmap.pk), party_ids)

    @invariant()
    def what_was_signed_is_what_was_read(self) -> None:
        for signature in Signature.objects.select_related("charter").order_by("pk"):
            assert signature.fingerprint == signature.charter.fingerprint

    @invariant()
    def nobody_answers_for_a_stranger(self) -> None:
        for answer in Answer.objects.select_related("party", "answered_by").order_by("pk"):
            assert answer.answered_by.memberships.filter(organisation=answer.party.organisation_id).exists()


@pytest.mark.django_db
def test_nobody_walks_around_the_rules() -> None:
    assert connection.in_atomic_block
    run_state_machine_as_test(
        Walk,
        settings=settings(
            max_examples=16,
            stateful_step_count=40,
            derandomize=True,
            deadline=None,
            phases=(Phase.generate,),
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert {Edition.NEGOTIATION, Edition.AGREED, Edition.SIGNING, Edition.SIGNED} <= REACHED
