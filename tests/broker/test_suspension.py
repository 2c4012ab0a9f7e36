"""A suspended organisation reads and acts on nothing; what it had to sign stops, and everybody reads the reason."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.models import Decision, Organisation
from accounts.vetting import actions as vetting
from ledger.models import Entry
from outbox.models import Delivery, Message
from outbox.sending import delivery
from partnerships.dialogue import actions as dialogue
from partnerships.lifecycle import Case, Edition, TransitionNotAllowed
from partnerships.models import Envelope, Stance, VoidedCharter
from partnerships.permissions import ReadsOnly
from partnerships.signing.actions import freezing, signing
from tests import make
from tests.cast import VALFICTIF, check_all
from tests.database_owner import owner
from tests.make import NOON

WHY = "Mandats contestés."


def decide(people, decision, *, reason=WHY, organisation=None, at=NOON):
    return vetting.decide(
        organisation_id=(organisation or people.company).pk,
        broker=people.nora,
        decision=decision,
        reason=reason,
        at=at,
    )


def test_signatures_in_progress_stop_and_everybody_reads_why(people):
    case = make.partnership(people, until=Edition.SIGNING)
    other = make.partnership(
        people, until=Edition.NEGOTIATION, company=people.other_company, title="Sans elle"
    )
    make.sign(case, people.ada, at=NOON)
    decide(people, Decision.SUSPENDED)
    frozen = make.charter(case)
    assert make.roadmap(case).state == Edition.NEGOTIATION
    assert frozen.voided.reason == (
        f"Le passeur a suspendu l’inscription\u00a0: Laboratoires Valfictif. Raison\u00a0: {WHY}"
    )
    entry = Entry.objects.filter(subject_id=case.pk, kind="edition.withdraw").get()
    assert (entry.facts["reason"], entry.facts["party"]) == (frozen.voided.reason, "E")
    assert make.roadmap(other).state == Edition.NEGOTIATION
    assert not Message.objects.filter(kind="signature-reminder", cancelled_at=None).exists()
    delivery.deliver_due(at=NOON, limit=500)
    stopped_mails = Delivery.objects.filter(message__kind="signature-stopped")
    # Carla, an administrator, reads it in the mail about the suspension.
    others = {each.email for each in (people.ada, people.ben, people.dan, people.nora)}
    assert {each.address for each in stopped_mails} == others
    assert all(WHY in each.text for each in stopped_mails)


def test_refused_after_a_suspension_it_stops_what_was_frozen_meanwhile(people):
    case = make.partnership(people, until=Edition.SIGNING)
    Organisation.objects.filter(pk=people.company.pk).update(state="suspended")
    decide(people, Decision.REFUSED)
    assert make.roadmap(case).state == Edition.NEGOTIATION
    assert make.charter(case).voided.reason.startswith(
        "Inscription refusée par le passeur\u00a0: Laboratoires Valfictif."
    )


@pytest.mark.parametrize("decision", [Decision.VERIFIED, Decision.TO_COMPLETE])
def test_a_decision_that_leaves_its_identity_stops_nothing(people, decision):
    case = make.partnership(people, until=Edition.SIGNING)
    check_all(people.company, people.nora, at=NOON)
    written = Entry.objects.filter(subject_id=case.pk).count()
    decide(people, decision)
    assert make.roadmap(case).state == Edition.SIGNING
    assert not hasattr(make.charter(case), "voided")
    assert Entry.objects.filter(subject_id=case.pk).count() == written
    assert not Message.objects.filter(kind="signature-stopped").exists()
    assert Message.objects.filter(kind="signature-reminder", cancelled_at=None).exists()


def test_the_decision_and_the_stop_stand_or_fall_together(people):
    case = make.partnership(people, until=Edition.SIGNING)
    # No action leaves this behind: a text given up whose edition still waits for signatures.
    with owner(triggers=False):
        VoidedCharter.objects.create(
            charter=make.charter(case), reason="—", voided_by=people.nora, voided_at=NOON
        )
    with pytest.raises(TransitionNotAllowed):
        decide(people, Decision.SUSPENDED)
    assert Organisation.objects.get(pk=people.company.pk).state == "verified"
    assert not Message.objects.filter(kind="organisation-suspended").exists()


def test_what_is_signed_by_all_and_sealed_stays(people):
    case = make.partnership(people, until=Case.ACTIVE)
    decide(people, Decision.SUSPENDED)
    assert (make.roadmap(case).state, hasattr(make.charter(case), "voided")) == (Edition.SIGNED, False)


ACTS = {
    "answer": (Edition.NEGOTIATION, lambda case, people: make.agree(case, people.dan, at=NOON)),
    "note": (
        Edition.NEGOTIATION,
        lambda case, people: dialogue.write_note(
            party_id=case.parties.get(code="E").pk, author=people.dan, text="Bonjour.", at=NOON
        ),
    ),
    "evidence": (Case.ACTIVE, lambda case, people: make.complete(case, "J2", people.dan, at=NOON)),
    "sign": (Edition.SIGNING, lambda case, people: make.sign(case, people.carla, at=NOON)),
    "decline": (
        Edition.SIGNING,
        lambda case, people: signing.decline(
            partnership_id=case.pk, signatory=people.carla, reason="Non.", at=NOON
        ),
    ),
}


@pytest.mark.parametrize("name", ACTS)
def test_its_people_act_on_nothing_in_a_case(people, name):
    until, act = ACTS[name]
    case = make.partnership(people, until=until)
    decide(people, Decision.SUSPENDED)
    with pytest.raises(ReadsOnly) as refused:
        act(case, people)
    assert "suspendu l’inscription\u00a0: Laboratoires Valfictif." in str(refused.value)
    assert WHY in str(refused.value)


def test_lifted_it_acts_again(people):
    case = make.partnership(people, until=Edition.NEGOTIATION)
    decide(people, Decision.SUSPENDED)
    decide(people, Decision.VERIFIED, reason="")
    make.agree(case, people.dan, at=NOON)
    assert Envelope.objects.filter(sealed_by=people.dan).exists()


def test_its_pages_are_read_and_say_so(people, log_in):
    case = make.partnership(people, until=Edition.NEGOTIATION)
    decide(people, Decision.SUSPENDED)
    dan = log_in(people.dan)
    for name in ("roadmap", "rounds", "charter", "follow_up", "ledger", "documents", "scoping"):
        page = dan.get(reverse(f"partnerships:{name}", args=[case.reference]))
        assert page.status_code == 200
        assert "Inscription suspendue ou refusée par le passeur" in page.text
    sent = {"revisions": ",".join(map(str, make.revision_ids(case)))}
    answer = dan.post(reverse("partnerships:agree", args=[case.reference]), sent, follow=True)
    assert WHY in answer.text
    assert WHY in dan.get(reverse("companies:organisation")).text


def test_its_signatory_reads_why_on_the_signing_page(people, log_in):
    case = make.partnership(people, until=Edition.SIGNING)
    decide(people, Decision.SUSPENDED)
    answer = log_in(people.carla).get(reverse("partnerships:sign", args=[case.reference]))
    assert (answer.status_code, WHY in answer.text) == (403, True)


def test_its_people_are_not_asked_to_act(people):
    make.partnership(people, until=Edition.NEGOTIATION)
    decide(people, Decision.SUSPENDED)
    delivery.deliver_due(at=NOON + timedelta(days=4), limit=500)
    reminders = Delivery.objects.filter(message__kind="round-reminder")
    assert {each.address for each in reminders} == {people.ada.email, people.ben.email}


def test_a_change_of_identity_lets_answer_and_not_sign(people):
    case = make.partnership(people, until=Edition.SIGNING)
    talk = make.partnership(people, until=Edition.NEGOTIATION, title="En négociation")
    vetting.change_identity(
        organisation_id=people.company.pk,
        administrator=people.carla,
        identity=VALFICTIF._replace(name="Valfictif Europe"),
        reason="Nouveau nom.",
        at=NOON,
    )
    make.say(talk, people.dan, Stance.QUESTION, at=NOON)
    with pytest.raises(freezing.OrganisationUnderReview):
        make.sign(case, people.carla, at=NOON)
    with pytest.raises(signing.IdentityHasChanged):
        Organisation.objects.filter(pk=people.company.pk).update(state="verified")
        make.sign(case, people.carla, at=NOON)


def test_verified_under_another_name_it_signs_a_text_frozen_anew(people):
    case = make.partnership(people, until=Edition.SIGNING)
    vetting.change_identity(
        organisation_id=people.company.pk,
        administrator=people.carla,
        identity=VALFICTIF._replace(name="Valfictif Europe"),
        reason="Nouveau nom.",
        at=NOON,
    )
    check_all(people.company, people.nora, at=NOON)
    decide(people, Decision.VERIFIED, reason="")
    assert make.roadmap(case).state == Edition.NEGOTIATION
    assert (
        "Identité changée, et vérifiée par le passeur\u00a0: Valfictif Europe."
        in make.charter(case).voided.reason
    )
