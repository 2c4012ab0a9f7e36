"""The life of one case over real HTTP and real SMTP, from the first door to the last reminder."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import pytest
from django.core.management import call_command
from django.utils.timezone import localdate

from ledger.models import Entry
from lucky_link.management.commands.story import invitation_of, is_taken
from lucky_link.story import play
from lucky_link.story.mailbox import text_of
from lucky_link.story.play import Ending
from lucky_link.story.scene import House
from outbox import delivery, schedule
from outbox.models import Delivery, DeliveryState
from partnerships.models import Signature
from partnerships.signing.actions import sealing
from tests.guards.mail import Sink

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

TITLE = "Voyager avec un traitement respiratoire"
LATE = "J4 Ateliers 1 à 3, quatre bénévoles formés"


def work() -> None:
    """Do what the worker does when it is woken."""
    while delivery.deliver_due(at=datetime.now(UTC)).handled:
        pass
    for charter_id in sealing.unsealed():
        sealing.seal(charter_id=charter_id, at=datetime.now(UTC))


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
def ending(live_server, settings, tmp_path, smtp_sink: Sink, told) -> Ending:
    settings.PUBLIC_URL = live_server.url
    settings.SEAL_KEY_FILE = str(tmp_path / "key.pem")
    settings.SEAL_CERTIFICATE_FILE = str(tmp_path / "certificate.pem")

    def tell(words: str) -> None:
        told.append(words)
        if words.endswith("\n"):  # a step is over
            work()

    house = House(address=live_server.url, mails=smtp_sink, wait=work, enrol=invitation_of)
    script = play.read(play.DEFAULT, is_taken)
    return play.play(script, house, today=localdate(), tell=tell)


def subjects(sink: Sink) -> dict[str, list[str]]:
    """Return the subjects that reached each person, in order of arrival, by first name."""
    found = defaultdict(list)
    for mail in sink.mails:
        found[str(mail["To"]).partition("@")[0]].append(" ".join(str(mail["Subject"]).split()))
    return found


def papers(mail: EmailMessage) -> list[bytes]:
    return [part.get_payload(decode=True) for part in mail.iter_attachments()]


def next_morning() -> datetime:
    """Return an hour at which reminders leave, after everything that the story did."""
    tomorrow = datetime.combine(localdate() + timedelta(days=1), datetime.min.time(), tzinfo=UTC)
    return schedule.next_working_time(tomorrow.replace(hour=9), time_zone="Europe/Paris")


def test_a_case_lives_from_the_first_door_to_the_last_reminder(
    ending: Ending, smtp_sink: Sink, tmp_path, told
) -> None:
    assert_every_step_says_how_long_it_took("".join(told))
    assert_each_hears_what_concerns_them(subjects(smtp_sink))
    assert_the_three_who_signed_hold_the_sealed_pdf(smtp_sink, ending.pdf)
    assert_the_pdf_is_genuine_and_a_changed_one_is_not(ending.pdf, tmp_path)
    assert_each_signed_alone_and_proved_it()
    assert_the_ledger_is_whole()
    assert_the_late_milestone_alone_is_recalled(smtp_sink)
    assert not Delivery.objects.filter(state=DeliveryState.FAILED).exists()
    assert not Delivery.objects.exclude(last_error="").exists()


def assert_every_step_says_how_long_it_took(told: str) -> None:
    steps = told.splitlines()
    assert len(steps) == 33
    assert all(step.endswith(" s") for step in steps)


def assert_each_hears_what_concerns_them(mails: dict[str, list[str]]) -> None:
    assert set(mails) == {"ines", "claire", "youssef", "nathalie", "theo"}
    assert mails["youssef"][:2] == [
        "Claire Desbois vous invite à rejoindre Souffle Imaginaire",
        "Votre code pour ouvrir votre compte",
    ]
    assert "Souffle Imaginaire est vérifiée" in mails["claire"]
    assert "Vérifiez Laboratoires Valfictif" in mails["ines"]
    for name in ("claire", "youssef", "nathalie", "theo"):
        assert f"Lisez le dossier ouvert pour vous : {TITLE}" in mails[name]
        assert f"Texte convenu par tous, la signature approche : {TITLE}" in mails[name]
    signatories = {name for name in mails if f"Lisez et signez la charte : {TITLE}" in mails[name]}
    assert signatories == {"claire", "nathalie"}
    assert f"Lisez la note privée de Souffle Imaginaire : {TITLE}" in mails["ines"]
    assert not any("note privée" in subject for subject in (*mails["nathalie"], *mails["theo"]))
    assert f"Contresignez la charte : {TITLE}" in mails["ines"]
    evidence = "Lisez la preuve du jalon J3 Résultats de l’enquête et restitution"
    assert {name for name in mails if evidence in mails[name]} == {"nathalie", "theo"}


def assert_the_three_who_signed_hold_the_sealed_pdf(sink: Sink, pdf: bytes) -> None:
    holders = {str(mail["To"]).partition("@")[0] for mail in sink.mails if papers(mail) == [pdf]}
    assert holders == {"claire", "nathalie", "ines"}


def assert_the_pdf_is_genuine_and_a_changed_one_is_not(pdf: bytes, folder) -> None:
    kept, changed = folder / "charte.pdf", folder / "changed.pdf"
    kept.write_bytes(pdf)
    changed.write_bytes(pdf.replace(b"startxref", b"startxreF"))
    assert call_command("verify_charter", kept) is None
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
    assert kinds[-1] == "milestone.complete"
    assert kinds.count("milestone.complete") == 3
    assert "charter.seal" in kinds


def assert_the_late_milestone_alone_is_recalled(sink: Sink) -> None:
    """By day the reminders of a charter signed late leave with it; by night they wait for the morning."""
    before = len(sink.mails)
    delivery.deliver_due(at=next_morning(), limit=1000)
    assert all(str(mail["Subject"]).endswith(LATE) for mail in sink.mails[before:])
    told = [
        (name, subject.partition(" ")[0])
        for name, received in subjects(sink).items()
        for subject in received
        if subject.endswith(LATE)
    ]
    assert sorted(told) == [("claire", "En"), ("ines", "Appelez"), ("youssef", "En")]
    reminder = next(mail for mail in sink.to("youssef@") if str(mail["Subject"]).endswith(LATE))
    assert "/suivi/" in text_of(reminder)
