"""An amendment: what it asks, what it shows, what it freezes, how it ends."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.urls import reverse

from accounts.people.actions import mandates
from outbox.models import Message
from partnerships.amending import actions as amending
from partnerships.charter import snapshot
from partnerships.charter.texts import Heading, MilestoneText
from partnerships.closing.actions import review as closing
from partnerships.drafting.actions import amendments as drafting_amendments
from partnerships.drafting.actions import clause_order, requirements
from partnerships.drafting.actions import clauses as drafting
from partnerships.drafting.actions.amendments import AmendmentDescription
from partnerships.lifecycle import Case, Edition, TransitionNotAllowed
from partnerships.models import AmendmentKind, ClausePosition, Stance, VoidedCharter
from partnerships.negotiation.actions import negotiation
from partnerships.negotiation.queries.positions import Position
from partnerships.permissions import BrokerHasNoVoice
from partnerships.signing.actions import freezing, signing
from partnerships.signing.queries import snapshots
from partnerships.text import agreement
from tests import amendments, make
from tests.make import NOON

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
AT = NOON + DAY
J4 = MilestoneText(code="J4", title="Bilan final", owner="A", due_date=NOON.date() + 120 * DAY)


@pytest.fixture
def case(cast):
    return make.partnership(cast, until=Case.ACTIVE, at=NOON)


def asked(case, person) -> set[int]:
    """Return the positions that the party of somebody must still take, by revision."""
    rows = ClausePosition.objects.filter(
        party__organisation__memberships__user=person,
        clause__roadmap=make.roadmap(case),
        is_signed=False,
    )
    return {row.clause.current_id or 0 for row in rows.select_related("clause")}


def answer(case, person, stance=Stance.AGREE, *, at=AT) -> None:
    said = Position(stance=stance, reason="" if stance == Stance.AGREE else "Trop tôt.")
    make.draft(case, person, dict.fromkeys(asked(case, person), said), at=at)
    make.seal(case, person, at=at)


def reword(case, cast, change, *, position=4, at=AT) -> None:
    clause = agreement.clauses_of(make.roadmap(case))[position - 1]
    now = drafting.wording_of(clause.current)
    drafting.revise_clause(
        clause_id=clause.pk,
        broker=cast.nora,
        seen_number=clause.current.number,
        wording=change(now),
        reason="Demandé par les parties.",
        at=at,
    )


def open_amendment(case, cast):
    return drafting_amendments.open_amendment(partnership_id=case.pk, broker=cast.nora, at=AT)


def describe(case, cast, *, at=AT, **description) -> None:
    drafting_amendments.describe_amendment(
        partnership_id=case.pk, broker=cast.nora, description=AmendmentDescription(**description), at=at
    )


def put_to_all(case, cast, *, at=AT):
    return negotiation.open_negotiation(partnership_id=case.pk, broker=cast.nora, at=at)


def end_mandate(organisation, administrator) -> None:
    mandates.revoke_mandate(
        organisation_id=organisation.pk,
        administrator=administrator,
        mandate_id=organisation.mandates.get().pk,
        at=AT,
    )


def page(enter, person, name, case, *args, **query):
    return enter(person).get(reverse(f"partnerships:{name}", args=[case.reference, *args]), query)


class TestWhatIsAsked:
    def test_only_the_changed_the_added_and_the_removed_clauses(self, case, cast, enter):
        amendment = amendments.draft(case, cast, amendments.with_milestones(J4), at=AT)
        drafting.add_clause(
            partnership_id=case.pk,
            broker=cast.nora,
            heading=Heading.RESULTS,
            wording=drafting.Wording(title="Logo", body="Le logo reste celui de l’association."),
            at=AT,
        )
        removed = next(
            each for each in agreement.clauses_of(amendment) if each.heading == Heading.CONFIDENTIALITY
        )
        clause_order.remove_clause(clause_id=removed.pk, broker=cast.nora, at=AT)
        put_to_all(case, cast)
        revisions = {each.current.title: each.current_id for each in agreement.asked_of(make.roadmap(case))}
        wanted = {revisions[title] for title in ("Jalons", "Logo", "Confidentialité, point 1")}
        for person in (cast.ada, cast.carla):
            assert asked(case, person) == wanted
        shown = page(enter, cast.ada, "rounds", case).context["page"]
        html = "".join(
            page(enter, cast.ada, "rounds", case, clause=row.shown.number).text for row in shown.discussed
        )
        assert "retrait demandé" in html
        assert "<del>Les documents marqués" in html
        assert "ajoutée par l’avenant" in html
        assert "<ins>J4" in html
        for person in (cast.ada, cast.carla):
            answer(case, person)
        assert make.roadmap(case).state == Edition.AGREED

    def test_a_clause_that_cites_a_changed_one(self, cast):
        case = make.partnership(cast, until=Edition.DRAFTING, at=NOON)
        clauses = agreement.clauses_of(make.roadmap(case))
        cited, citing = clauses[3], clauses[8]
        reword(
            case,
            cast,
            lambda now: replace(now, body=f"{now.body} Voir {{clause:{cited.key}}}."),
            position=9,
            at=NOON,
        )
        for state in (Edition.NEGOTIATION, Edition.AGREED, Edition.SIGNING, Edition.SIGNED, Case.ACTIVE):
            make.STEPS[state](case, cast, 1, NOON)
        amendment = open_amendment(case, cast)
        reword(case, cast, lambda now: replace(now, body=f"{now.body} Et rien d’autre."))
        put_to_all(case, cast)
        current = {each.key: each.current_id for each in agreement.clauses_of(amendment)}
        assert asked(case, cast.ada) == {current[cited.key], current[citing.key]}

    def test_a_removal_is_refused_and_the_clause_put_back(self, case, cast):
        amendment = open_amendment(case, cast)
        last = agreement.clauses_of(amendment)[-1]
        clause_order.remove_clause(clause_id=last.pk, broker=cast.nora, at=AT)
        put_to_all(case, cast)
        answer(case, cast.ada)
        answer(case, cast.carla, Stance.OBJECTION)
        assert make.roadmap(case).state == Edition.NEGOTIATION
        make.reply_to_all(case, cast.nora, at=AT)
        with pytest.raises(drafting.RevisionReasonMissing):
            clause_order.restore_clause(clause_id=last.pk, broker=cast.nora, at=AT)
        clause_order.restore_clause(
            clause_id=last.pk, broker=cast.nora, reason="Demandé par l’entreprise.", at=AT
        )
        assert [each.key for each in agreement.clauses_of(amendment)][-1] == last.key
        assert asked(case, cast.ada) == asked(case, cast.carla) == set()
        with pytest.raises(requirements.AmendmentChangesNothing):
            make.ask_again(case, cast.nora, at=AT)

    def test_another_date_of_effect_is_asked_again(self, case, cast):
        amendments.draft(case, cast, amendments.with_milestones(J4), at=AT)
        put_to_all(case, cast)
        for person in (cast.ada, cast.carla):
            answer(case, person)
        assert make.roadmap(case).state == Edition.AGREED
        describe(case, cast, effective_on=date(2026, 6, 1), at=AT + DAY)
        assert make.roadmap(case).state == Edition.NEGOTIATION
        with pytest.raises(negotiation.NotAgreedByAll):
            negotiation.resume_agreement(partnership_id=case.pk, broker=cast.nora, at=AT + DAY)
        make.ask_again(case, cast.nora, at=AT + DAY)
        for person in (cast.ada, cast.carla):
            answer(case, person, at=AT + DAY)
        assert make.roadmap(case).state == Edition.AGREED


class TestAfterARefusalToSign:
    def test_the_agreement_stands_when_nothing_changed(self, case, cast):
        amendments.draft(case, cast, amendments.with_milestones(J4), at=AT)
        put_to_all(case, cast)
        for person in (cast.ada, cast.carla):
            answer(case, person)
        freezing.freeze(partnership_id=case.pk, broker=cast.nora, at=AT)
        signing.decline(partnership_id=case.pk, signatory=cast.carla, reason="Pas encore.", at=AT + DAY)
        negotiation.resume_agreement(partnership_id=case.pk, broker=cast.nora, at=AT + DAY)
        frozen = freezing.freeze(partnership_id=case.pk, broker=cast.nora, at=AT + DAY)
        amendments.sign_all(case, cast, frozen, at=AT + DAY)
        assert make.roadmap(case).state == Edition.SIGNED

    def test_a_changed_text_is_not_agreed_without_a_round(self, case, cast):
        amendments.draft(case, cast, amendments.with_milestones(J4), at=AT)
        put_to_all(case, cast)
        for person in (cast.ada, cast.carla):
            answer(case, person)
        freezing.freeze(partnership_id=case.pk, broker=cast.nora, at=AT)
        signing.decline(partnership_id=case.pk, signatory=cast.carla, reason="Pas encore.", at=AT + DAY)
        make.revise(case, cast.nora, position=2, at=AT + DAY)
        with pytest.raises(negotiation.NotAgreedByAll):
            negotiation.resume_agreement(partnership_id=case.pk, broker=cast.nora, at=AT + DAY)


class TestAnAmendmentThatChangesNothing:
    def test_is_not_put_to_the_parties(self, case, cast):
        open_amendment(case, cast)
        with pytest.raises(requirements.AmendmentChangesNothing):
            put_to_all(case, cast)
        reword(case, cast, lambda now: replace(now, body=f"{now.body} Rien."))
        reword(case, cast, lambda now: replace(now, body=now.body.removesuffix(" Rien.")))
        with pytest.raises(requirements.AmendmentChangesNothing):
            put_to_all(case, cast)

    def test_leaves_the_canonical_json_as_it_is_apart_from_its_own_fields(self, case, cast):
        signed = case.charters.get()
        amendment = open_amendment(case, cast)
        reword(case, cast, lambda now: replace(now, body=f"{now.body} Rien."))
        reword(case, cast, lambda now: replace(now, body=now.body.removesuffix(" Rien.")))
        then = snapshot.from_json(bytes(signed.canonical_json))
        now = snapshots.snapshot_of(amendment, AT, signed)
        assert now.amendment
        assert (now.amendment.changes, now.amendment.others) == ((), ())
        agreed = {"agreements": then.agreements}
        alike = replace(now, edition=1, previous_fingerprint=None, amendment=None, **agreed)
        assert snapshot.canonical_json(alike) == snapshot.canonical_json(then)


class TestWhatIsFrozen:
    def test_says_what_it_changes_and_when_it_takes_effect(self, case, cast, enter):
        changes = amendments.with_milestones(J3={"title": "Bilan revu"})
        amendments.draft(case, cast, changes, at=AT)
        describe(case, cast, purpose="Revoir le bilan.", effective_on=date(2026, 6, 1))
        put_to_all(case, cast)
        for person in (cast.ada, cast.carla):
            answer(case, person)
        frozen = freezing.freeze(partnership_id=case.pk, broker=cast.nora, at=AT)
        text = snapshot.from_json(bytes(frozen.canonical_json)).amendment
        assert text
        assert (text.amends, text.kind, text.purpose) == (1, "substance", "Revoir le bilan.")
        assert text.effective_on == date(2026, 6, 1)
        [change] = text.changes
        assert (change.kind, change.title) == ("changed", "Jalons")
        [part] = change.parts
        assert [(piece.kind, piece.text) for piece in part.pieces if piece.kind != "same"] == [
            ("del", "croisé"),
            ("ins", "revu"),
        ]
        html = page(enter, cast.ada, "sign", case).content.decode()
        assert "<del>croisé</del><ins>revu</ins>" in html
        assert html.index("Ce que change cet avenant") < html.index('id="en-clair"')

    def test_counts_the_revisions_of_a_changed_clause_on(self, case, cast):
        signed = case.charters.get()
        amendment = amendments.draft(case, cast, amendments.with_milestones(J4), at=AT)
        now = snapshots.snapshot_of(amendment, AT, signed)
        then = {each.key: each for each in snapshot.from_json(bytes(signed.canonical_json)).clauses}
        more = {each.title: each.revision_number - then[each.key].revision_number for each in now.clauses}
        assert more.pop("Jalons") == 1
        assert set(more.values()) == {0}

    def test_names_those_who_sign_now(self, case, cast):
        open_amendment(case, cast)
        end_mandate(cast.association, cast.ada)
        now = snapshots.snapshot_of(make.roadmap(case), AT, case.charters.get())
        assert [each.signatory_name for each in now.parties] == ["", "Carla Morin"]


class TestGivingUp:
    @pytest.mark.parametrize("until", ["drafting", "negotiation", "agreed", "signing"])
    def test_ends_it_whatever_its_state(self, case, cast, enter, until):
        amendments.draft(case, cast, amendments.with_milestones(J4), at=AT)
        if until != "drafting":
            put_to_all(case, cast)
        if until in ("agreed", "signing"):
            for person in (cast.ada, cast.carla):
                answer(case, person)
        if until == "signing":
            freezing.freeze(partnership_id=case.pk, broker=cast.nora, at=AT)
            make.sign(case, cast.ada, at=AT)
        amending.give_up(partnership_id=case.pk, broker=cast.nora, reason="Le projet change.", at=AT + DAY)
        roadmap = make.roadmap(case)
        assert (roadmap.state, roadmap.void_reason) == (Edition.VOID, "Le projet change.")
        assert not case.rounds.filter(opened_at=None, cancelled_at=None).exists()
        assert VoidedCharter.objects.count() == (until == "signing")
        assert Message.objects.filter(kind="amendment-given-up").count() == 1
        case.status.refresh_from_db()
        assert case.status.roadmap == case.roadmaps.get(edition=1)
        ledger = page(enter, cast.carla, "ledger", case).content.decode()
        assert "abandonne l’avenant 1\u00a0: Le projet change." in ledger
        again = amendments.draft(case, cast, amendments.with_milestones(J4), at=AT + 2 * DAY)
        assert again.edition == 3

    def test_is_not_for_the_charter(self, cast):
        case = make.partnership(cast, until=Edition.NEGOTIATION)
        with pytest.raises(drafting_amendments.NotAnAmendment):
            amending.give_up(partnership_id=case.pk, broker=cast.nora, reason="Non.", at=AT)

    def test_is_read_by_the_parties(self, case, cast, enter):
        amendments.draft(case, cast, amendments.with_milestones(J4), at=AT)
        put_to_all(case, cast)
        amending.give_up(partnership_id=case.pk, broker=cast.nora, reason="Le projet change.", at=AT)
        where = reverse("partnerships:roadmap", args=[case.reference])
        html = enter(cast.carla).get(where, {"edition": 2}).content.decode()
        assert "Avenant abandonné" in html
        assert "Le projet change." in html


class TestTheReview:
    def test_is_refused_over_an_amendment_and_says_all_that_is_missing(self, case, cast, enter):
        open_amendment(case, cast)
        with pytest.raises(closing.AmendmentIsOpen) as refused:
            closing.start_review(partnership_id=case.pk, broker=cast.nora, at=AT)
        assert "Avenant 1, texte en rédaction" in refused.value.message
        assert "J1, J2, J3" in refused.value.message
        html = page(enter, cast.nora, "closing", case).content.decode()
        assert "Avenant en cours" in html
        assert reverse("partnerships:start_review", args=[case.reference]) not in html
        amending.give_up(partnership_id=case.pk, broker=cast.nora, reason="Non.", at=AT)
        with pytest.raises(closing.MilestonesAreOpen):
            closing.start_review(partnership_id=case.pk, broker=cast.nora, at=AT)


class TestTheFollowUp:
    def test_stays_that_of_the_signed_text(self, case, cast, enter):
        make.complete(case, "J1", cast.ben, at=AT)
        moved = {"J1": {"title": "Autre"}, "J2": {"due_date": NOON.date() + 200 * DAY}}
        amendments.draft(case, cast, amendments.with_milestones(J4, drop="J3", **moved), at=AT)
        shown = page(enter, cast.nora, "roadmap", case).context["page"].text
        assert [each.title.partition(".")[0] for each in shown.milestones] == ["J1", "J2", "J3"]
        assert shown.milestones[0].label == "À confirmer"
        assert [each.label for each in shown.picture.marks if each.is_done] == []
        notes = " ".join(shown.amendment.milestone_notes)
        assert "J1 est fait" in notes
        assert "J3 est dû le 31 mai 2026 jusqu’à la signature de l’avenant, qui l’annule." in notes
        assert "J2 est dû le 1 mai 2026 jusqu’à la signature de l’avenant, puis le" in notes


class TestACorrection:
    @pytest.fixture
    def corrected(self, case, cast):
        """An amendment that corrects one word of clause 4."""
        open_amendment(case, cast)
        describe(case, cast, kind=AmendmentKind.CLERICAL, purpose="Une faute de frappe.")
        reword(case, cast, lambda now: replace(now, title=now.title.replace("Limites", "Limittes")))
        return case

    def send(self, case, cast):
        amending.send_correction(partnership_id=case.pk, broker=cast.nora, at=AT)

    def confirm(self, case, person, enter):
        shown = page(enter, person, "amendment", case).context["page"]
        amending.confirm_correction(
            partnership_id=case.pk, speaker=person, fingerprint=shown.fingerprint, at=AT
        )

    def test_is_confirmed_by_each_party_then_signed(self, corrected, cast, enter):
        self.send(corrected, cast)
        assert not corrected.rounds.filter(opened_at=None, cancelled_at=None).exists()
        corrected.status.refresh_from_db()
        assert (corrected.status.step, corrected.status.party_codes) == ("confirm", ["A", "E"])
        self.confirm(corrected, cast.ben, enter)
        corrected.status.refresh_from_db()
        assert corrected.status.party_codes == ["E"]
        with pytest.raises(amending.AlreadyConfirmed):
            self.confirm(corrected, cast.ada, enter)
        self.confirm(corrected, cast.dan, enter)
        frozen = freezing.freeze(partnership_id=corrected.pk, broker=cast.nora, at=AT)
        amendments.sign_all(corrected, cast, frozen, at=AT)
        assert snapshot.from_json(bytes(frozen.canonical_json)).amendment.kind == "clerical"
        agreements = snapshot.from_json(bytes(frozen.canonical_json)).agreements
        assert {(each.way, each.edition, each.round_number) for each in agreements} == {
            ("confirmation", 2, None)
        }

    def test_takes_no_round(self, corrected, cast):
        with pytest.raises(negotiation.CorrectionNeedsNoRound):
            put_to_all(corrected, cast)

    def test_says_what_it_corrects(self, corrected, cast):
        describe(corrected, cast, kind=AmendmentKind.CLERICAL)
        with pytest.raises(amending.PurposeIsMissing):
            self.send(corrected, cast)

    @pytest.mark.parametrize(
        "change",
        [
            lambda now: replace(now, body=f"{now.body} Elle verse 300 euros."),
            lambda now: replace(now, terms=replace(now.terms, limits=now.terms.limits[:-1])),
        ],
    )
    def test_changes_words_alone(self, corrected, cast, change):
        reword(corrected, cast, change)
        with pytest.raises(requirements.NoMereCorrection):
            self.send(corrected, cast)

    def test_that_moves_is_confirmed_again(self, corrected, cast, enter):
        self.send(corrected, cast)
        old = page(enter, cast.ada, "amendment", corrected).context["page"].fingerprint
        self.confirm(corrected, cast.ada, enter)
        reword(corrected, cast, lambda now: replace(now, title=now.title.replace("Limittes", "Limitess")))
        with pytest.raises(amending.CorrectionHasMoved):
            amending.confirm_correction(
                partnership_id=corrected.pk, speaker=cast.carla, fingerprint=old, at=AT
            )
        self.confirm(corrected, cast.carla, enter)
        assert make.roadmap(corrected).state == Edition.NEGOTIATION
        self.confirm(corrected, cast.ada, enter)
        assert make.roadmap(corrected).state == Edition.AGREED

    def test_that_a_party_contests_passes_through_a_round(self, corrected, cast, enter):
        self.send(corrected, cast)
        self.confirm(corrected, cast.ada, enter)
        amending.contest_correction(
            partnership_id=corrected.pk, speaker=cast.carla, reason="Le sens change.", at=AT
        )
        assert Message.objects.filter(kind="correction-contested").count() == 1
        assert make.roadmap(corrected).amendment_kind == AmendmentKind.SUBSTANCE
        make.ask_again(corrected, cast.nora, at=AT)
        assert len(asked(corrected, cast.ada)) == 1
        for person in (cast.ada, cast.carla):
            answer(corrected, person)
        assert make.roadmap(corrected).state == Edition.AGREED

    def test_is_never_confirmed_by_the_broker(self, corrected, cast, enter):
        self.send(corrected, cast)
        shown = page(enter, cast.nora, "amendment", corrected).context["page"]
        with pytest.raises(BrokerHasNoVoice):
            amending.confirm_correction(
                partnership_id=corrected.pk, speaker=cast.nora, fingerprint=shown.fingerprint, at=AT
            )

    def test_after_a_refusal_to_sign_stands_confirmed(self, corrected, cast, enter):
        self.send(corrected, cast)
        for person in (cast.ada, cast.carla):
            self.confirm(corrected, person, enter)
        freezing.freeze(partnership_id=corrected.pk, broker=cast.nora, at=AT)
        signing.decline(partnership_id=corrected.pk, signatory=cast.ada, reason="Plus tard.", at=AT + DAY)
        negotiation.resume_agreement(partnership_id=corrected.pk, broker=cast.nora, at=AT + DAY)
        assert make.roadmap(corrected).state == Edition.AGREED


class TestFreezing:
    def test_is_offered_only_when_it_can_be_done(self, cast, enter):
        case = make.partnership(cast, until=Edition.AGREED)
        freeze = reverse("partnerships:freeze", args=[case.reference])
        for name in ("drafting", "rounds", "charter"):
            assert f'action="{freeze}"' in page(enter, cast.nora, name, case).content.decode(), name
        end_mandate(cast.association, cast.ada)
        end_mandate(cast.company, cast.carla)
        for name in ("drafting", "rounds", "charter"):
            html = page(enter, cast.nora, name, case).content.decode()
            assert f'action="{freeze}"' not in html, name
            for organisation in (cast.association, cast.company):
                assert reverse("broker:vet", args=[organisation.pk]) in html, name
        with pytest.raises(freezing.NoMandate) as refused:
            freezing.freeze(partnership_id=case.pk, broker=cast.nora, at=NOON)
        for organisation in (cast.association, cast.company):
            assert organisation.name in refused.value.message

    def test_is_refused_for_another_state(self, case, cast):
        with pytest.raises(TransitionNotAllowed):
            freezing.freeze(partnership_id=case.pk, broker=cast.nora, at=AT)
