"""The signed text is followed: declared done, confirmed, contested, settled, postponed."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from partnerships.following.actions import evidence, postponement
from partnerships.lifecycle import Edition
from partnerships.models import Evidence, EvidenceAnswer, Outcome, Postponement, Settlement
from tests import make
from tests.partnerships.walk.ground import BROKERS, PARTIES, during, speakers
from tests.partnerships.walk.suspending import Suspending


class Following(Suspending):
    """What people try once a case is active."""

    def declare_a_milestone_done(self, who: str, which: int) -> None:
        milestones = list(self.partnership.milestones.select_related("owner").order_by("pk"))
        if milestones:
            milestone = milestones[which % len(milestones)]
            was_open = milestone.completed_at is None and milestone.cancelled_at is None
            done = self.attempt(
                evidence.complete_milestone,
                milestone_id=milestone.pk,
                partnership_id=self.partnership.pk,
                speaker=self.person(who),
                evidence=make.EVIDENCE,
            )
            is_owner = milestone.owner is None or milestone.owner.code == PARTIES.get(who)
            assert not done or (self.speaks(who) and is_owner and was_open)

    def declare_a_commitment_kept(self, who: str, which: int) -> None:
        commitments = list(self.partnership.commitments.select_related("party").order_by("pk"))
        if commitments:
            commitment = commitments[which % len(commitments)]
            done = self.attempt(
                evidence.complete_commitment,
                commitment_id=commitment.pk,
                partnership_id=self.partnership.pk,
                speaker=self.person(who),
                evidence=make.EVIDENCE,
            )
            is_owner = (
                self.speaks(who) and commitment.party.code == PARTIES[who]
                if commitment.party
                else who in BROKERS
            )
            assert not done or is_owner

    def answer_evidence(self, who: str, which: int, reason: str) -> None:
        given = self.evidence(which)
        if given:
            fields = {"evidence_id": given.pk, "speaker": self.person(who)}
            done = (
                self.attempt(evidence.contest, reason=reason, **fields)
                if reason
                else self.attempt(evidence.confirm, **fields)
            )
            is_own = given.party is not None and given.party.code == PARTIES.get(who)
            assert not done or (self.speaks(who) and not is_own)

    def settle_a_contest(self, who: str, which: int, is_accepted: bool) -> None:
        given = self.evidence(which)
        if given:
            was_contested = given.answers.filter(is_confirmed=False).exists()
            done = self.attempt(
                evidence.settle,
                evidence_id=given.pk,
                broker=self.person(who),
                is_accepted=is_accepted,
                reason="Entendu.",
            )
            may_accept = given.party is not None or not is_accepted
            assert not done or (who in BROKERS and was_contested and may_accept)

    # One rule for all, so that the walks still reach what comes before and after.
    @during(Edition.SIGNED)
    @rule(
        who=speakers, which=st.integers(0, 5), reason=st.sampled_from(("", "Non.")), days=st.integers(-5, 30)
    )
    def follow_the_text(self, who: str, which: int, reason: str, days: int) -> None:
        for speaker in (who, *sorted(self.mandates)):
            self.ask_to_postpone(speaker, which, days)
            self.answer_a_postponement(speaker, not reason)
            self.declare_a_milestone_done(speaker, which)
            self.declare_a_commitment_kept(speaker, which)
        for speaker in (who, *sorted(self.mandates)):
            self.answer_evidence(speaker, which, reason)
            self.settle_a_contest(speaker, which, days > 0)
        self.settle_a_contest("nora", which, days > 0)
        self.time_passes(max(days, 0))

    def time_passes(self, days: int) -> None:
        """The sweep accepts what nobody contested in time, once."""
        self.at += timedelta(days=days)
        self.settle()
        for evidence_id in evidence.unanswered(self.at):
            assert evidence.accept_silence(evidence_id=evidence_id, at=self.at)
            assert not evidence.accept_silence(evidence_id=evidence_id, at=self.at)
            self.look()

    def ask_to_postpone(self, who: str, which: int, days: int) -> None:
        milestones = list(self.partnership.milestones.select_related("owner").order_by("pk"))
        if milestones:
            milestone = milestones[which % len(milestones)]
            done = self.attempt(
                postponement.ask_postponement,
                milestone_id=milestone.pk,
                partnership_id=self.partnership.pk,
                speaker=self.person(who),
                due_date=milestone.due_date + timedelta(days=days),
                reason="Un retard.",
            )
            assert not done or (self.speaks(who) and days > 0)

    def answer_a_postponement(self, who: str, is_accepted: bool) -> None:
        request = Postponement.objects.select_related("party").filter(decided_at=None).order_by("pk").first()
        if request:
            done = self.attempt(
                postponement.answer_postponement,
                request_id=request.pk,
                speaker=self.person(who),
                is_accepted=is_accepted,
                reason="Vu.",
            )
            assert not done or (self.speaks(who) and request.party.code != PARTIES[who])

    def evidence(self, which: int) -> Evidence | None:
        given = list(Evidence.objects.select_related("party").order_by("pk"))
        return given[which % len(given)] if given else None

    @invariant()
    def nobody_answers_for_another_party(self) -> None:
        """An answer is of another party than the evidence, and no end of a question is without its ground."""
        for answer in EvidenceAnswer.objects.select_related("party", "evidence").order_by("pk"):
            assert PARTIES[self.names[answer.answered_by_id]] == answer.party.code
            assert answer.party_id != answer.evidence.party_id
        for settlement in Settlement.objects.select_related("evidence").order_by("pk"):
            is_contested = settlement.evidence.answers.filter(is_confirmed=False).exists()
            assert is_contested == (settlement.settled_by_id is not None)
            if settlement.outcome == Outcome.SILENCE:
                assert settlement.settled_at >= settlement.evidence.answer_until
