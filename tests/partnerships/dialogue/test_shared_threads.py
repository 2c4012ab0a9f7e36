"""The threads that all parties and the broker read: who writes, who reads, who gets which mail."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from ledger import queries as ledger
from ledger.record import Subject
from outbox.sending import delivery
from partnerships.dialogue import actions, queries
from partnerships.lifecycle import Case, Edition
from partnerships.models import Thread, ThreadMails, ThreadMessage
from partnerships.permissions import NotOfAParty
from tests import files, make
from tests.make import NOON
from tests.partnerships.dialogue import shared

pytestmark = pytest.mark.django_db
QUARTER = actions.MESSAGE_PAUSE


@pytest.fixture
def case(cast):
    return make.partnership(cast, until=Case.ACTIVE, at=make.ago(days=1))


def address(case, slug="dossier", name="thread"):
    return reverse(f"partnerships:{name}", args=[case.reference, slug])


def told(smtp_sink, *, at):
    smtp_sink.mails.clear()
    delivery.deliver_due(at=at, limit=1000)
    mails = [mail for mail in smtp_sink.mails if "à lire" in str(mail["Subject"])]
    return sorted(str(mail["To"]).partition("@")[0] for mail in mails)


def clause_slug(case):
    return f"clause-{make.roadmap(case).clauses.get(position=1).key}"


class TestReading:
    def test_all_parties_and_the_broker_read_one_thread(self, case, cast, enter):
        ada = enter(cast.ada)
        assert "Aucun message pour l’instant" in ada.get(address(case)).text
        sent = ada.post(address(case), {"text": "Qui relit la page ?", "mentioned": [str(cast.dan.pk)]})
        assert sent.status_code == 303
        for person in (cast.ben, cast.carla, cast.dan, cast.nora, cast.oscar):
            page = enter(person).get(address(case)).text
            assert "Qui relit la page ?" in page
            assert str(cast.dan) in page
        assert enter(cast.mallory).get(address(case)).status_code == 404
        assert enter(cast.mallory).post(address(case), {"text": "Moi."}).status_code == 404

    def test_a_clause_and_a_milestone_have_a_thread_of_their_own(self, case, cast, enter):
        milestone = case.milestones.get(code="J1")
        clause = clause_slug(case)
        carla = enter(cast.carla)
        assert address(case, clause) in carla.get(reverse("partnerships:roadmap", args=[case.reference])).text
        followed = carla.get(reverse("partnerships:follow_up", args=[case.reference])).text
        assert address(case, f"jalon-{milestone.pk}") in followed
        for slug in (clause, f"jalon-{milestone.pk}"):
            assert carla.post(address(case, slug), {"text": f"Sur {slug}."}).status_code == 303
        assert f"Sur {clause}." not in carla.get(address(case, f"jalon-{milestone.pk}")).text
        listed = enter(cast.ada).get(reverse("partnerships:dialogue", args=[case.reference])).text
        assert listed.count("1 nouveau message") == 2
        assert milestone.title in listed

    def test_no_thread_about_what_the_parties_do_not_read(self, cast, enter):
        draft = make.partnership(cast, until=Edition.DRAFTING)
        slug = clause_slug(draft)
        for person in (cast.nora, cast.ada):
            assert enter(person).get(address(draft, slug)).status_code == 404
        for slug in ("clause-", "clause-zzzz", "jalon-0", "jalon-x", "autre", f"jalon-{'9' * 40}"):
            assert enter(cast.ada).get(address(draft, slug)).status_code == 404

    def test_a_milestone_of_another_case_has_no_thread_here(self, case, cast, enter):
        other = make.partnership(cast, until=Case.SCOPING, title="Autre", company=cast.other_company)
        slug = f"jalon-{case.milestones.get(code='J1').pk}"
        assert enter(cast.ada).get(address(other, slug)).status_code == 404

    def test_what_was_not_read_is_marked_until_it_is(self, case, cast, enter):
        shared.write(case, cast.ada, at=NOON)
        (row,) = queries.thread_rows(case, cast.carla)
        assert (row.total, row.unread) == (1, 1)
        assert queries.thread_rows(case, cast.ada)[0].unread == 0
        carla = enter(cast.carla)
        carla.head(address(case))
        assert queries.thread_rows(case, cast.carla)[0].unread == 1
        assert ">Nouveau<" in carla.get(address(case)).text
        assert queries.thread_rows(case, cast.carla)[0].unread == 0
        assert ">Nouveau<" not in carla.get(address(case)).text

    def test_a_long_thread_is_read_page_by_page(self, case, cast, enter, django_assert_max_num_queries):
        subject = queries.ThreadSubject(slug=queries.CASE_SLUG)
        for number in range(queries.PAGE_SIZE + 1):
            with transaction.atomic():
                actions.add_message(
                    case,
                    actions.Writer(cast.nora, None),
                    subject,
                    actions.NewMessage(f"Message {number}."),
                    announced_at=None,
                    at=NOON,
                )
        carla = enter(cast.carla)
        with django_assert_max_num_queries(20):
            latest = carla.get(address(case)).text
        assert "Message 0." not in latest
        assert "Message 1." in latest
        oldest = ThreadMessage.objects.order_by("pk")[1]
        earlier = carla.get(f"{address(case)}?avant={oldest.pk}").text
        assert "Message 0." in earlier
        assert "Message 1." not in earlier


class TestWriting:
    def test_the_ledger_records_that_a_thread_is_opened_and_no_message(self, case, cast):
        for person in (cast.ada, cast.carla):
            shared.write(case, person, slug=clause_slug(case), at=NOON)
        entries = ledger.entries(subject=Subject("case", case.pk)).filter(kind__startswith="thread")
        assert [(entry.kind, entry.actor_id) for entry in entries.order_by("sequence")] == [
            ("thread.open", cast.ada.pk)
        ]

    @pytest.mark.parametrize("table", ["thread", "threadmessage", "mention"])
    @pytest.mark.parametrize("change", ["UPDATE partnerships_{} SET id = id", "DELETE FROM partnerships_{}"])
    def test_nothing_written_is_changed_or_deleted(self, case, cast, table, change):
        shared.write(case, cast.ada, mentioned=(cast.carla,), at=NOON)
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(change.format(table))

    def test_only_those_who_read_the_thread_are_mentioned(self, case, cast, enter):
        ada = enter(cast.ada)
        page = ada.get(address(case)).text
        assert str(cast.mallory) not in page
        assert "Laboratoires Valfictif" in page
        refused = ada.post(address(case), {"text": "Vu ?", "mentioned": [str(cast.mallory.pk)]})
        assert refused.status_code == 422
        with pytest.raises(actions.MentionsAStranger):
            shared.write(case, cast.ada, mentioned=(cast.mallory,), at=NOON)
        with pytest.raises(NotOfAParty):
            shared.write(case, cast.mallory, at=NOON)
        assert not Thread.objects.exists()

    def test_a_file_is_examined_and_waits_while_the_text_is_missing(self, case, cast, enter):
        ada = enter(cast.ada)
        wrong = SimpleUploadedFile("a.pdf", b"rien", "application/pdf")
        assert ada.post(address(case), {"text": "Voici.", "file": wrong}).status_code == 422
        right = SimpleUploadedFile("plan.pdf", files.pdf(), "application/pdf")
        refused = ada.post(address(case), {"text": " ", "file": right})
        assert refused.status_code == 422
        assert "plan.pdf" in refused.text
        assert ada.post(address(case), {"text": "Voici."}).status_code == 303
        message = ThreadMessage.objects.get()
        assert message.file.name == "plan.pdf"
        file = reverse("partnerships:case_file", args=[case.reference, message.file_id])
        assert enter(cast.carla).get(file).status_code == 200
        assert enter(cast.mallory).get(file).status_code == 404

    def test_nobody_writes_in_a_case_that_is_over(self, cast, enter):
        case = make.partnership(cast, until=Case.ABANDONED)
        with pytest.raises(actions.ThreadsAreReadOnly):
            shared.write(case, cast.ada, at=NOON)
        assert "sans y écrire" in enter(cast.ada).get(address(case)).text


class TestMails:
    @pytest.fixture(autouse=True)
    def nothing_else_is_due(self, case):
        delivery.deliver_due(at=NOON, limit=1000)

    def test_the_first_message_is_for_speakers_and_then_it_is_quiet(self, case, cast, smtp_sink):
        shared.write(case, cast.ada, at=NOON)
        assert told(smtp_sink, at=NOON) == []
        assert told(smtp_sink, at=NOON + QUARTER) == ["ben", "carla", "dan", "nora"]
        later = NOON + timedelta(hours=2)
        shared.write(case, cast.nora, "Je relis.", at=later)
        # Ada wrote, so she follows.
        assert told(smtp_sink, at=later + QUARTER) == ["ada"]

    def test_messages_of_one_moment_make_one_mail(self, case, cast, smtp_sink):
        for minutes, slug in enumerate(("dossier", clause_slug(case), "dossier")):
            shared.write(case, cast.ada, f"Point {slug}.", slug=slug, at=NOON + timedelta(minutes=minutes))
        assert told(smtp_sink, at=NOON + QUARTER).count("carla") == 1
        mail = next(mail for mail in smtp_sink.mails if str(mail["To"]).startswith("carla"))
        text = mail.get_body(("plain",)).get_content()
        assert "3 messages à lire" in str(mail["Subject"])
        assert "Point dossier." in text
        assert "Point clause-" in text
        assert cast.nora.email in str(mail["Reply-To"])
        assert "Répondez sur la page de l’échange" in " ".join(text.split())

    def test_follow_mute_and_mention(self, case, cast, smtp_sink):
        shared.write(case, cast.ada, at=NOON)
        told(smtp_sink, at=NOON + QUARTER)
        thread_id = Thread.objects.get().pk
        actions.set_mails(thread_id=thread_id, person=cast.oscar, mails=ThreadMails.FOLLOW)
        actions.set_mails(thread_id=thread_id, person=cast.dan, mails=ThreadMails.FOLLOW)
        actions.set_mails(thread_id=thread_id, person=cast.ada, mails=ThreadMails.MUTE)
        later = NOON + timedelta(hours=2)
        shared.write(case, cast.carla, mentioned=(cast.ben, cast.ada), at=later)
        # Oscar is another broker, who follows.
        assert told(smtp_sink, at=later + QUARTER) == ["ben", "dan", "oscar"]

    def test_what_was_read_meanwhile_is_not_mailed(self, case, cast, enter, smtp_sink):
        shared.write(case, cast.ada, at=NOON)
        enter(cast.carla).get(address(case))
        assert "carla" not in told(smtp_sink, at=NOON + QUARTER)

    def test_a_member_who_left_gets_nothing(self, case, cast, smtp_sink):
        shared.write(case, cast.ada, mentioned=(cast.dan,), at=NOON)
        cast.dan.memberships.update(left_at=NOON)
        assert "dan" not in told(smtp_sink, at=NOON + QUARTER)

    def test_the_page_of_the_mails(self, case, cast, enter):
        shared.write(case, cast.ada, at=NOON)
        carla, page = enter(cast.carla), address(case, name="thread_mails")
        assert "Seulement les messages qui me mentionnent" in carla.get(page).text
        assert carla.post(page, {"mails": ""}).status_code == 422
        assert carla.post(page, {"mails": "follow"}).status_code == 303
        assert "tous les nouveaux messages" in carla.get(address(case)).text
        clause = address(case, clause_slug(case), name="thread_mails")
        assert carla.get(clause).status_code == 404
