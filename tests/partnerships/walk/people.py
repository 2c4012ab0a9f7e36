"""People leave, hand over, lose a mandate; organisations are suspended, and stand again."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import strategies as st
from hypothesis.stateful import rule

from accounts.models import Decision, Mandate
from accounts.people.actions import mandates, memberships
from accounts.vetting import actions as vetting
from partnerships.models import Envelope
from tests.partnerships.walk.ground import BROKERS, PARTIES, brokers, sides
from tests.partnerships.walk.holds import Holds

EVERY_ROLE = memberships.Roles(is_administrator=True, is_referent=True, is_signatory=True)


class People(Holds):
    """What happens to the people of both sides and to their organisations."""

    def administrator(self, side: str) -> str:
        return next(who for who in self.of_side(side) if who in self.administrators)

    @rule(who=st.sampled_from(tuple(PARTIES)))
    def somebody_goes(self, who: str) -> None:
        """Who has left answers no more; what their party sealed stays; an organisation keeps its last head."""
        sealed = self.sealed_envelopes()
        side = PARTIES[who]
        may_go = who in self.present and {who} != self.administrators & set(self.of_side(side))
        done = self.attempt(
            memberships.leave,
            is_told=False,
            organisation_id=self.organisation(side).pk,
            member=self.person(who),
        )
        assert done == may_go
        if done:
            self.present.discard(who)
            self.administrators.discard(who)
            self.mandates.pop(who, None)
        assert self.sealed_envelopes() == sealed

    def sealed_envelopes(self) -> list[tuple[int, str]]:
        sealed = Envelope.objects.exclude(fingerprint="").order_by("pk")
        return list(sealed.values_list("pk", "fingerprint"))

    @rule(side=sides)
    def a_colleague_takes_every_role(self, side: str) -> None:
        """So that the first signatory may leave too; the mandate does not come with the role."""
        head = self.administrator(side)
        for other in self.of_side(side):
            if other == head:
                continue
            done = self.attempt(
                memberships.change_roles,
                is_told=False,
                organisation_id=self.organisation(side).pk,
                administrator=self.person(head),
                member_id=self.person(other).pk,
                roles=EVERY_ROLE,
            )
            assert done == (side not in self.suspended)
            if done:
                self.administrators.add(other)

    @rule(side=sides, days=st.sampled_from((None, None, 1, 10)))
    def a_mandate_is_given(self, side: str, days: int | None) -> None:
        head = self.administrator(side)
        last = (self.at + timedelta(days=days)).date() if days else None
        done = self.attempt(
            mandates.record_mandate,
            is_told=False,
            organisation_id=self.organisation(side).pk,
            administrator=self.person(head),
            signatory_id=self.person(head).pk,
            terms=mandates.MandateTerms("présidence", "Statuts", self.at.date(), last),
        )
        assert done == (side not in self.suspended)
        if done:
            self.mandates[head] = last or date.max

    @rule(side=sides)
    def a_mandate_is_ended(self, side: str) -> None:
        running = Mandate.objects.filter(organisation=self.organisation(side), revoked_at=None)
        mandate = running.order_by("pk").first()
        if mandate is None:
            return
        done = self.attempt(
            mandates.revoke_mandate,
            is_told=False,
            organisation_id=self.organisation(side).pk,
            administrator=self.person(self.administrator(side)),
            mandate_id=mandate.pk,
        )
        assert done == (side not in self.suspended)
        if done:
            del self.mandates[self.names[mandate.user_id]]

    @rule(side=sides, who=brokers)
    def an_organisation_is_suspended(self, side: str, who: str) -> None:
        """Its frozen text is taken back; what it sealed before stays sealed."""
        sealed = self.sealed_envelopes()
        if self.decide(side, who, Decision.SUSPENDED):
            self.suspended.add(side)
        assert self.sealed_envelopes() == sealed

    @rule(side=sides, who=brokers)
    def a_suspension_is_lifted(self, side: str, who: str) -> None:
        if side in self.suspended and self.decide(side, who, Decision.VERIFIED):
            self.suspended.discard(side)

    @rule()
    def calm_returns(self) -> None:
        """So that walks go on: both stand, and both have somebody to sign."""
        for side in ("A", "E"):
            self.a_suspension_is_lifted(side, "oscar")
            if not any(who in self.mandates for who in self.of_side(side)):
                self.a_mandate_is_given(side, None)

    def decide(self, side: str, who: str, decision: Decision) -> bool:
        was_suspended = side in self.suspended
        before = self.entries()
        stops = decision == Decision.SUSPENDED and self.state == "signing"
        done = self.attempt(
            vetting.decide,
            is_told=stops,
            organisation_id=self.organisation(side).pk,
            broker=self.person(who),
            decision=decision,
            reason="Une vérification est en cours.",
        )
        assert done == (who in BROKERS and was_suspended == (decision == Decision.VERIFIED))
        assert (self.entries() > before) == (done and stops)
        return done
