"""The agreed text is frozen, signed by those who may, declined, and witnessed."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from hypothesis import strategies as st
from hypothesis.stateful import rule

from partnerships.lifecycle import Edition
from partnerships.models import Charter, Rule, SealedCharter, Stance
from partnerships.signing.actions import freezing, sealing, signing
from tests.partnerships.walk.ground import BROKERS, brokers, during, people, sides, speakers
from tests.partnerships.walk.scoping import Scoping

PARIS = ZoneInfo("Europe/Paris")


class Signing(Scoping):
    """What people try once a text is agreed."""

    @during(Edition.NEGOTIATION, Edition.AGREED)
    @rule(who=brokers)
    def freeze(self, who: str) -> None:
        done = self.attempt(freezing.freeze, partnership_id=self.partnership.pk, broker=self.person(who))
        assert not done or (who in BROKERS and not self.suspended)

    def consent(self, who: str, *, honest: bool) -> signing.Consent:
        charter = Charter.objects.filter(voided=None).order_by("-frozen_at").first()
        return signing.Consent(
            fingerprint=charter.fingerprint if charter and honest else "0" * 64,
            typed_name=self.person(who).full_name,
            words="Je signe.",
            method="password",
        )

    @during(Edition.AGREED, Edition.SIGNING, Edition.SIGNED)
    @rule(who=speakers, honest=st.sampled_from((True, True, True, False)))
    def sign(self, who: str, honest: bool) -> None:
        done = self.attempt(
            signing.sign,
            partnership_id=self.partnership.pk,
            signatory=self.person(who),
            consent=self.consent(who, honest=honest),
        )
        assert not done or (self.signs(who, self.at.astimezone(PARIS).date()) and honest)

    @during(Edition.SIGNING, Edition.SIGNED)
    @rule(who=speakers)
    def decline(self, who: str) -> None:
        done = self.attempt(
            signing.decline,
            partnership_id=self.partnership.pk,
            signatory=self.person(who),
            reason="Non.",
        )
        assert not done or (self.speaks(who) and who in self.administrators)

    @during(Edition.SIGNING, Edition.SIGNED)
    @rule(who=speakers)
    def take_the_signature_back(self, who: str) -> None:
        done = self.attempt(
            signing.take_back,
            partnership_id=self.partnership.pk,
            signatory=self.person(who),
            reason="Finalement non.",
            method="password",
        )
        assert not done or self.signs(who, self.at.astimezone(PARIS).date())

    @during(Edition.SIGNING, Edition.SIGNED)
    @rule(who=brokers)
    def countersign(self, who: str) -> None:
        done = self.attempt(
            signing.countersign,
            partnership_id=self.partnership.pk,
            broker=self.person(who),
            consent=self.consent(who, honest=True),
        )
        assert not done or who in BROKERS

    @during(Edition.AGREED, Edition.SIGNING)
    @rule(is_witnessed=st.booleans())
    def everybody_signs_in_turn(self, is_witnessed: bool) -> None:
        self.freeze("nora")
        for who in sorted(self.mandates):
            self.sign(who, True)
        if is_witnessed:
            self.countersign("nora")

    @during(Edition.SIGNING)
    @rule(side=sides, refuses=st.booleans())
    def a_mandate_ends_before_the_signature(self, side: str, refuses: bool) -> None:
        self.a_mandate_is_ended(side)
        for who in self.of_side(side):
            self.sign(who, True)
        if refuses:
            self.decline(self.administrator(side))
        self.a_mandate_is_given(side, None)

    @during(Edition.DRAFTING, Edition.NEGOTIATION)
    @rule(side=sides)
    def a_suspended_organisation_keeps_silent(self, side: str) -> None:
        self.ask_what_is_expected("nora", 5, Rule.OPEN)
        self.ask_again("nora", 5, Rule.OPEN)
        self.an_organisation_is_suspended(side, "nora")
        for who in self.of_side(side):
            self.draft(who, 0, Stance.AGREE)
            self.write_an_expectation(who, "expectations", True)
            self.seal(who)
            self.sign(who, True)
        self.a_suspension_is_lifted(side, "nora")

    @rule(who=people)
    def somebody_acts_out_of_turn(self, who: str) -> None:
        """Whatever the stage, each act of every chapter; most are refused, none leaves a trace then."""
        self.prepare(who)
        self.ask_what_is_expected(who, 3, Rule.OPEN)
        self.put_the_text_to_all(who, 3)
        self.draft(who, 0, Stance.AGREE)
        self.seal(who)
        self.take_back(who)
        self.ask_again(who, 3, Rule.OPEN)
        self.give_up_the_round(who, False)
        self.sign(who, True)
        self.countersign(who)
        self.decline(who)
        self.take_the_signature_back(who)
        self.freeze(who)

    @rule()
    def the_road_goes_on(self) -> None:
        """What a peaceful case would do next, so that walks come to its end."""
        self.calm_returns()
        match self.state:
            case "":
                self.prepare("nora")
            case Edition.DRAFTING:
                self.everybody_expects_in_turn()
                self.put_the_text_to_all("nora", 4)
            case Edition.NEGOTIATION:
                self.everybody_answers_in_turn(Stance.AGREE)
            case Edition.AGREED | Edition.SIGNING:
                self.everybody_signs_in_turn(True)
            case Edition.SIGNED:
                self.the_charter_is_sealed()

    def the_charter_is_sealed(self) -> None:
        """Once, in bytes that stand for the PDF."""
        charter = Charter.objects.filter(voided=None).order_by("-frozen_at")[:1].get()
        was_sealed = SealedCharter.objects.filter(charter=charter).exists()
        pdf = b"%PDF-2.0 " + charter.fingerprint.encode()
        done = self.attempt(sealing.store, charter_id=charter.pk, pdf=pdf, timestamped=False)
        assert done == (not was_sealed)
