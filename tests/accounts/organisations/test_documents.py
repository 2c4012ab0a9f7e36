"""A paper is brought once, replaced by a newer one, and remembered."""

from datetime import date, timedelta

import pytest

from accounts.models import Document, DocumentKind
from accounts.organisations.actions import documents
from accounts.organisations.transitions import NotAnAdministrator
from ledger.models import Entry
from outbox.models import Message
from outbox.sending import delivery
from tests import files

pytestmark = pytest.mark.django_db


def kinds(organisation):
    chain = Entry.objects.filter(subject_id=organisation.pk, kind__startswith="organisation.document")
    return list(chain.order_by("sequence").values_list("kind", flat=True))


def reminders(**wanted):
    return Message.objects.filter(kind="document-expiring", **wanted).order_by("due_at")


def test_a_newer_document_replaces_the_current_one_which_stays_as_history(cast, at):
    first = files.paper(cast.association, cast.ada, at=at)
    second = files.paper(cast.association, cast.ada, title="Statuts 2", at=at + timedelta(days=1))
    first.refresh_from_db()
    assert (first.replaced_at, second.replaced_at) == (at + timedelta(days=1), None)
    assert documents.read_document(document=first, reader=cast.ada, at=at).startswith(b"%PDF-")
    assert first.file.name != second.file.name
    assert kinds(cast.association) == ["organisation.document-brought", "organisation.document-replaced"]


def test_the_same_content_replaces_nothing(cast, at):
    files.paper(cast.association, cast.ada, at=at)
    with pytest.raises(documents.DocumentUnchanged):
        files.paper(cast.association, cast.ada, at=at)
    assert Document.objects.count() == 1


@pytest.mark.parametrize("who", ["ben", "nora", "mallory", "root"])
def test_only_an_administrator_adds_a_document(cast, at, who):
    with pytest.raises(NotAnAdministrator):
        files.paper(cast.association, getattr(cast, who), at=at)


def test_a_document_of_the_other_side_is_refused(cast, at):
    with pytest.raises(documents.DocumentKindNotExpected):
        files.paper(cast.association, cast.ada, kind=DocumentKind.KBIS, at=at)


def test_an_expired_document_is_refused(cast, at):
    with pytest.raises(documents.DocumentExpired):
        files.paper(cast.association, cast.ada, expires_date=at.date() - timedelta(days=1), at=at)


def test_the_expiry_of_a_document_is_mailed_thirty_days_before_and_the_day_after(cast, at, smtp_sink):
    end = at.date() + timedelta(days=100)
    files.paper(cast.association, cast.ada, expires_date=end, at=at)
    days = [date.fromisoformat(message.facts["slot"]["target"]) for message in reminders()]
    assert days == [end - timedelta(days=30), end + timedelta(days=1)]
    for day in (70, 101):
        smtp_sink.mails.clear()
        delivery.deliver_due(at=at + timedelta(days=day), limit=500)
        delivery.deliver_due(at=at + timedelta(days=day + 4), limit=500)
        subjects = [mail["Subject"] for mail in smtp_sink.to(cast.ada.email) if "Statuts" in mail["Subject"]]
        assert subjects == [
            "Remplacez une pièce d’ici au 10 juin 2026\u00a0: Statuts"
            if day == 70
            else "Remplacez une pièce expirée\u00a0: Statuts"
        ]


def test_a_replaced_document_has_no_reminder(cast, at):
    files.paper(cast.association, cast.ada, expires_date=at.date() + timedelta(days=100), at=at)
    files.paper(cast.association, cast.ada, title="Statuts 2", at=at)
    assert reminders(cancelled_at=None).count() == 0


def test_a_reading_by_a_broker_is_recorded_and_one_by_a_member_is_not(cast, at):
    paper = files.paper(cast.association, cast.ada, at=at)
    documents.read_document(document=paper, reader=cast.ben, at=at)
    assert kinds(cast.association) == ["organisation.document-brought"]
    documents.read_document(document=paper, reader=cast.nora, at=at)
    assert kinds(cast.association)[-1] == "organisation.document-read"
    read = Entry.objects.filter(kind="organisation.document-read").get()
    assert (read.actor_id, read.facts["sha256"]) == (cast.nora.pk, paper.sha256)


@pytest.mark.parametrize("harm", ["changed", "lost"])
def test_a_file_with_another_checksum_is_not_served(cast, at, harm):
    paper = files.paper(cast.association, cast.ada, at=at)
    storage, name = paper.file.storage, paper.file.name
    storage.delete(name)
    if harm == "changed":
        with storage.open(name, "wb") as stored_file:
            stored_file.write(b"%PDF-autre")
    with pytest.raises(documents.DocumentDamaged):
        documents.read_document(document=paper, reader=cast.ada, at=at)
