"""Messages about signatures: requests, reminders, refusals and the sealed charter."""

from __future__ import annotations

from datetime import timedelta

from accounts.people.actions import memberships
from outbox.kinds import kind_named
from outbox.models import Delivery, Message
from partnerships.lifecycle import Case, Edition
from partnerships.models import SealedCharter
from partnerships.signing.actions import signing
from tests import make
from tests.make import NOON

THIRD_DAY = NOON + timedelta(days=3)


def test_only_signatories_receive_the_request(people, sent):
    make.partnership(people, until=Edition.SIGNING)
    mails = sent(NOON)
    assert {who for kind, who in mails if kind == "signature-requested"} == {"Ada", "Carla"}
    mail = mails["signature-requested", "Carla"]
    assert mail.subject.startswith("Lisez et signez la charte")
    assert "Vous recevez ce message comme signataire\u00a0: Laboratoires Valfictif." in mail.text


def test_those_who_signed_are_not_reminded(people, sent):
    case = make.partnership(people, until=Edition.SIGNING)
    sent(NOON)
    make.sign(case, people.ada, at=NOON)
    mails = sent(THIRD_DAY)
    assert set(mails) == {("signature-reminder", "Carla")}
    assert "depuis 3 jours, le 2 mars 2026" in mails["signature-reminder", "Carla"].text


def test_the_broker_is_informed_of_missing_signatures(people, sent):
    case = make.partnership(people, until=Edition.SIGNING)
    make.sign(case, people.ada, at=NOON)
    sent(NOON)
    mails = sent(NOON + timedelta(days=15))
    overdue = mails["signature-overdue", "Nora"]
    assert "Signature manquante\u00a0: Laboratoires Valfictif." in overdue.text
    # After an outage the missed reminders are one.
    assert set(mails) == {("signature-overdue", "Nora"), ("signature-reminder", "Carla")}


def test_a_former_signatory_receives_no_request(people, sent):
    case = make.partnership(people, until=Edition.SIGNING)
    request = Message.objects.get(kind="signature-requested")
    kind = kind_named(request.kind)
    (carla,) = [each for each in kind.recipients(request, NOON) if each.user == people.carla]
    assert kind.holds(request, carla, NOON)
    memberships.change_roles(
        organisation_id=people.company.pk,
        administrator=people.carla,
        member_id=people.carla.pk,
        roles=memberships.Roles(is_administrator=True, is_referent=True),
        at=NOON,
    )
    assert not kind.holds(request, carla, NOON)
    assert ("signature-requested", "Carla") not in sent(NOON)
    assert case.pk


def test_a_refusal_is_announced_to_all_without_its_reason(people, sent):
    case = make.partnership(people, until=Edition.SIGNING)
    sent(NOON)
    later = NOON + timedelta(hours=1)
    signing.decline(partnership_id=case.pk, signatory=people.carla, reason="Notre comité hésite.", at=later)
    mails = sent(later)
    assert set(mails) == {("signature-declined", who) for who in ("Nora", "Ada", "Ben", "Dan")}
    assert mails["signature-declined", "Nora"].subject.startswith("Texte non signé, révisez-le\u00a0: ")
    assert "comité" not in "".join(mail.text + mail.html for mail in mails.values())
    assert sent(THIRD_DAY) == {}


def test_a_withdrawal_names_the_broker(people, sent):
    case = make.partnership(people, until=Edition.SIGNING)
    sent(NOON)
    later = NOON + timedelta(hours=1)
    signing.withdraw(partnership_id=case.pk, broker=people.nora, reason="Une coquille.", at=later)
    mails = sent(later)
    assert {who for _kind, who in mails} == {"Ada", "Ben", "Carla", "Dan"}
    assert "Nora Passerelle, passeur, retire la charte" in mails["signature-declined", "Ada"].text


def test_only_the_broker_is_asked_to_countersign(people, sent):
    case = make.partnership(people, until=Edition.SIGNING)
    sent(NOON)
    later = NOON + timedelta(hours=1)
    make.sign(case, people.ada, at=later)
    make.sign(case, people.carla, at=later)
    assert set(sent(later)) == {("ready-to-countersign", "Nora")}


def test_the_sealed_charter_goes_to_all_who_signed_with_its_pdf(people, sent, mailoutbox):
    case = make.partnership(people, until=Case.ACTIVE)
    mails = sent(NOON)
    assert {who for kind, who in mails if kind == "charter-sealed"} == {"Ada", "Carla", "Nora"}
    charter_mails = [charter_mail for charter_mail in mailoutbox if "en PDF" in charter_mail.subject]
    sealed = bytes(SealedCharter.objects.get().pdf)
    assert len(charter_mails) == 3
    for charter_mail in charter_mails:
        ((name, content, mime_type),) = [
            (part.filename, part.content, part.mimetype) for part in charter_mail.attachments
        ]
        assert (name, mime_type) == (f"{case.reference}.pdf", "application/pdf")
        assert content == sealed
    text = mails["charter-sealed", "Ada"].text
    assert make.charter(case).verification_code in text
    assert "Ce document n’est pas horodaté par un tiers." in text


def test_legal_mails_have_no_unsubscribe_link(people, sent, mailoutbox):
    make.partnership(people, until=Edition.SIGNING)
    sent(NOON)
    (charter_mail,) = [
        each for each in mailoutbox if each.to == [people.ada.email] and "signez" in each.subject
    ]
    assert "List-Unsubscribe" not in charter_mail.extra_headers
    assert (
        Delivery.objects.filter(
            html__contains="Régler ou arrêter", message__kind="signature-requested"
        ).count()
        == 0
    )


def test_answers_reach_the_broker_of_the_case_and_answers_of_the_broker_the_contact_address(
    people, sent, mailoutbox, settings
):
    settings.CONTACT_ADDRESS = "contact@passeur.example"
    case = make.partnership(people, until=Edition.SIGNING)
    make.sign(case, people.ada, at=NOON)
    make.sign(case, people.carla, at=NOON)
    sent(NOON)
    answered = {(mail.to[0], mail.extra_headers["Reply-To"].rpartition(" ")[2]) for mail in mailoutbox}
    assert (people.nora.email, "<contact@passeur.example>") in answered
    assert {answer for to, answer in answered if to != people.nora.email} == {f"<{people.nora.email}>"}
