"""The life of one case over real HTTP and real SMTP, from the first registration to the last reminder."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils.timezone import localdate

from ledger.models import Entry
from lucky_link.demo.cast import CASES
from lucky_link.demo.http import story
from lucky_link.demo.http.mailbox import text_of
from lucky_link.demo.http.session import Product
from lucky_link.management.commands.story import broker_invitation, is_taken
from outbox import schedule
from outbox.models import Delivery, DeliveryState
from outbox.sending import delivery
from outbox.sending.rendering import shortened
from partnerships.lifecycle import Case
from partnerships.models import ClosingPart, Partnership, Signature
from partnerships.signing.actions import sealing
from tests.guards.mail import Sink

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

TITLE = "Voyager avec un traitement respiratoire"
LATE = ": J4 Ateliers"


def work() -> None:
    """Deliver the mails and seal the charters, as the worker does."""
    while delivery.deliver_due(at=datetime.now(UTC)).handled:
        pass
    for charter_id in sealing.unsealed(datetime.now(UTC)):
        sealing.seal(charter_id=charter_id, at=datetime.now(UTC))


@pytest.fixture
def output() -> list[str]:
    return []


@pytest.fixture
def play(live_server, settings, tmp_path, smtp_sink: Sink, output) -> Callable[[Path], story.Result]:
    settings.PUBLIC_URL = live_server.url
    settings.SEAL_KEY_FILE = str(tmp_path / "key.pem")
    settings.SEAL_CERTIFICATE_FILE = str(tmp_path / "certificate.pem")

    def write(text: str) -> None:
        output.append(text)
        if text.endswith("\n"):  # a step is over
            work()

    product = Product(address=live_server.url, mailbox=smtp_sink, wait=work, invite_broker=broker_invitation)

    def play_file(path: Path) -> story.Result:
        return story.play(story.read(path, is_taken), product, today=localdate(), write=write)

    return play_file


def spaced(subject: str) -> str:
    """Return a subject with plain spaces."""
    return " ".join(str(subject).split())


def subjects(sink: Sink) -> dict[str, list[str]]:
    """Return the subjects of the mails to each person, in order of arrival, by first name."""
    subjects_of = defaultdict(list)
    for mail in sink.mails:
        subjects_of[str(mail["To"]).partition("@")[0]].append(spaced(mail["Subject"]))
    return subjects_of


def attachments(mail: EmailMessage) -> list[bytes]:
    return [part.get_payload(decode=True) for part in mail.iter_attachments()]


def next_morning() -> datetime:
    """Return a time at which reminders are sent, after everything that the story did."""
    tomorrow = datetime.combine(localdate() + timedelta(days=1), datetime.min.time(), tzinfo=UTC)
    return schedule.next_working_time(tomorrow.replace(hour=9), time_zone="Europe/Paris")


def test_a_case_lives_from_the_first_registration_to_the_last_reminder(
    play, smtp_sink: Sink, tmp_path, output
) -> None:
    result = play(story.DEFAULT)
    assert_every_step_prints_its_duration("".join(output))
    assert_each_person_gets_their_own_mails(subjects(smtp_sink))
    assert_the_three_who_signed_get_the_sealed_pdf(smtp_sink, result.pdf)
    assert_the_pdf_is_genuine_and_a_changed_one_is_not(result.pdf, tmp_path)
    assert_each_signed_alone_and_proved_it()
    assert_the_ledger_is_whole()
    assert_only_the_late_milestone_is_reminded(smtp_sink)
    assert not Delivery.objects.filter(state=DeliveryState.FAILED).exists()
    assert not Delivery.objects.exclude(last_error="").exists()


def test_a_case_lives_to_its_closing(play) -> None:
    result = play(CASES / "P5.toml")
    case = Partnership.objects.get(reference=result.session.reference)
    assert case.state == Case.CLOSED
    assert not case.milestones.filter(completed_at=None).exists()
    assert case.milestones.exclude(signed_due_date=None).get().code == "J6"
    assert case.payments.exclude(received_at=None).count() == 2
    assert case.rounds.filter(question="evaluation").exclude(opened_at=None).count() == 1
    assert ClosingPart.objects.filter(party__partnership=case).count() == 2
    assert case.closing_record.outcome.startswith("104 carnets tenus")
    assert call_command("verify_ledger") is None


def assert_every_step_prints_its_duration(output: str) -> None:
    steps = output.splitlines()
    assert len(steps) == 60
    assert all(step.endswith(" s") for step in steps)


def assert_each_person_gets_their_own_mails(mails: dict[str, list[str]]) -> None:
    assert set(mails) == {"ines", "claire", "youssef", "nathalie", "theo"}
    assert mails["youssef"][:2] == [
        "Acceptez ou refusez l’invitation : Souffle Imaginaire",
        "Votre code pour ouvrir votre compte",
    ]
    assert "Inscription vérifiée : Souffle Imaginaire" in mails["claire"]
    assert "Vérifiez l’inscription : Laboratoires Valfictif" in mails["ines"]
    for name in ("claire", "youssef", "nathalie", "theo"):
        assert shortened(f"Lisez le dossier ouvert pour vous : {TITLE}") in mails[name]
        assert shortened(f"Accord complet, signature à venir : {TITLE}") in mails[name]
    signatories = {name for name in mails if shortened(f"Lisez et signez la charte : {TITLE}") in mails[name]}
    assert signatories == {"claire", "nathalie"}
    assert shortened(f"Lisez un message privé : {TITLE}") in mails["ines"]
    assert not any("message privé" in subject for subject in (*mails["nathalie"], *mails["theo"]))
    assert shortened(f"Contresignez la charte : {TITLE}") in mails["ines"]
    # The company confirms at once, so that only what became of the evidence is mailed.
    accepted = shortened("C’est accepté : J3 Résultats de l’enquête et restitution")
    assert {"nathalie", "theo"} <= {name for name in mails if accepted in mails[name]}


def assert_the_three_who_signed_get_the_sealed_pdf(sink: Sink, pdf: bytes) -> None:
    recipients = {str(mail["To"]).partition("@")[0] for mail in sink.mails if attachments(mail) == [pdf]}
    assert recipients == {"claire", "nathalie", "ines"}


def assert_the_pdf_is_genuine_and_a_changed_one_is_not(pdf: bytes, folder) -> None:
    original, changed = folder / "charte.pdf", folder / "changed.pdf"
    original.write_bytes(pdf)
    changed.write_bytes(pdf.replace(b"startxref", b"startxreF"))
    assert call_command("verify_charter", original) is None
    with pytest.raises(SystemExit) as outcome:
        call_command("verify_charter", changed)
    assert outcome.value.code == 1


def assert_each_signed_alone_and_proved_it() -> None:
    signed = Signature.objects.order_by("pk").values_list("typed_name", "method")
    assert list(signed) == [
        ("Claire Desbois", "password"),
        ("Nathalie Corbin", "password"),
        ("Inès Passerelle", "totp"),
    ]


def assert_the_ledger_is_whole() -> None:
    assert call_command("verify_ledger") is None
    kinds = list(
        Entry.objects.filter(subject_type="case").order_by("sequence").values_list("kind", flat=True)
    )
    assert kinds[0] == "case.open"
    assert kinds[-1] == "postponement.ask"
    assert kinds.count("payment.receive") == 2
    assert kinds.count("round.open") == 7  # expectations, two of criticism, two of limits, two barometers
    assert kinds.count("milestone.complete") == 3
    assert "charter.seal" in kinds


def assert_only_the_late_milestone_is_reminded(sink: Sink) -> None:
    """By day the reminders of a charter signed late leave with it; by night they wait for the morning."""
    before = len(sink.mails)
    delivery.deliver_due(at=next_morning(), limit=1000)
    # Payments that became due are reminded of a day later, which may be that morning.
    others = [spaced(mail["Subject"]) for mail in sink.mails[before:] if "Versement" not in mail["Subject"]]
    assert all(LATE in subject for subject in others)
    reminders = [
        (name, subject.partition(" ")[0])
        for name, received in subjects(sink).items()
        for subject in received
        if LATE in subject
    ]
    assert sorted(reminders) == [
        ("claire", "Déposez"),
        ("ines", "Appelez"),
        ("ines", "Report"),
        ("nathalie", "Acceptez"),
        ("theo", "Acceptez"),
        ("youssef", "Déposez"),
    ]
    reminder = next(mail for mail in sink.to("youssef@") if LATE in spaced(mail["Subject"]))
    assert "/suivi/" in text_of(reminder)
