"""Alerts on a point of the signed text, and actions that a party declares before it does them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from broker.queries.pipeline import BoardFilters, board
from ledger import queries as ledger
from ledger.record import Subject
from outbox.sending import delivery
from partnerships.case.next_step import Step
from partnerships.home.queries import home_page
from partnerships.lifecycle import Case
from partnerships.limits import actions, queries
from partnerships.mediation import actions as mediation
from partnerships.models import DeclaredAction, DeclaredKind, LimitAlert, PartnershipStatus
from partnerships.permissions import BrokerHasNoVoice, NotOfAParty
from tests import make
from tests.make import NOON
from tests.partnerships.dialogue import shared
from tests.partnerships.limits import watching

pytestmark = pytest.mark.django_db
LIMIT = "Aucun nom de médicament, de marque ou de molécule."


@pytest.fixture
def case(cast):
    return make.partnership(cast, until=Case.ACTIVE)


def address(case, name="limits", *args):
    return reverse(f"partnerships:{name}", args=[case.reference, *args])


def awaited(case):
    """Return what a case waits for beside the payment that is due from the signature on."""
    rows = PartnershipStatus.objects.get(pk=case.pk).awaited
    return [(row["step"], row["unanswered"]) for row in rows if row["step"] != Step.PAY]


def mails(smtp_sink, *, at=NOON):
    smtp_sink.mails.clear()
    delivery.deliver_due(at=at, limit=1000)
    return sorted(str(mail["To"]).partition("@")[0] for mail in smtp_sink.mails)


def shown_alerts(case, cast):
    home = [
        alert.words
        for user, organisation in ((cast.ada, cast.association), (cast.carla, cast.company))
        for alert in home_page(organisation=organisation, user=user, at=NOON).alerts
        if "sans réponse" in alert.words
    ]
    columns = board(cast.nora, BoardFilters(), page=1, at=NOON).columns
    tickets = [ticket.alert for column in columns for ticket in column.tickets if ticket.alert]
    return home, tickets


class TestAlerts:
    def test_an_alert_in_a_thread_is_shown_until_another_side_answers(self, case, cast):
        alert = watching.raise_alert(case, cast.ada, at=NOON)
        assert alert.quote == LIMIT
        assert alert.message.thread.title
        assert LIMIT in alert.message.text
        assert awaited(case) == [(Step.ANSWER_ALERT, ["E"])]
        assert PartnershipStatus.objects.get(pk=case.pk).step == Step.ANSWER_ALERT
        assert shown_alerts(case, cast) == (["Alerte sans réponse"] * 2, ["1 alerte sans réponse"])
        slug = alert.message.thread.slug
        shared.write(case, cast.ben, "Nous attendons.", slug=slug, at=NOON)
        assert awaited(case) == [(Step.ANSWER_ALERT, ["E"])]
        shared.write(case, cast.carla, "La page est retirée.", slug=slug, at=NOON)
        assert awaited(case) == []
        assert shown_alerts(case, cast) == ([], [])
        assert LimitAlert.objects.with_answered().get().is_answered

    def test_an_alert_that_opens_a_mediation_is_answered_with_it(self, case, cast):
        alert = watching.raise_alert(case, cast.carla, subject="R1", opens_mediation=True, at=NOON)
        assert alert.mediation.quote == alert.quote
        assert awaited(case) == [(Step.MEDIATE, [])]
        assert shown_alerts(case, cast) == (["Médiation sans réponse"] * 2, ["1 alerte sans réponse"])
        mediation.answer(mediation_id=alert.mediation_id, broker=cast.nora, text="Appel jeudi.", at=NOON)
        assert shown_alerts(case, cast) == ([], [])
        assert LimitAlert.objects.with_answered().get().is_answered

    @pytest.mark.parametrize("opens_mediation", [True, False])
    def test_all_are_told_at_once_in_one_mail_with_the_quoted_words(
        self, case, cast, smtp_sink, opens_mediation
    ):
        mails(smtp_sink)
        watching.raise_alert(case, cast.ada, opens_mediation=opens_mediation, at=NOON)
        told = mails(smtp_sink)
        assert len(told) == len(set(told))
        assert {"ada", "carla", "nora"} <= set(told)
        assert all(LIMIT in mail.get_body(("plain",)).get_content() for mail in smtp_sink.mails)
        # Nothing more about the message in the thread.
        assert mails(smtp_sink, at=NOON + timedelta(hours=1)) == []

    def test_an_alert_of_the_broker_is_answered_by_a_party(self, case, cast):
        alert = watching.raise_alert(case, cast.nora, subject="1.1", at=NOON)
        assert awaited(case) == [(Step.ANSWER_ALERT, ["A", "E"])]
        shared.write(case, cast.oscar, "Moi aussi.", slug=alert.message.thread.slug, at=NOON)
        assert awaited(case) == [(Step.ANSWER_ALERT, ["A", "E"])]
        shared.write(case, cast.dan, "Compris.", slug=alert.message.thread.slug, at=NOON)
        assert awaited(case) == []

    def test_who_may_raise_what(self, case, cast):
        with pytest.raises(NotOfAParty):
            watching.raise_alert(case, cast.mallory, at=NOON)
        with pytest.raises(actions.PointHasChanged):
            watching.raise_alert(case, cast.ada, subject="L9", at=NOON)
        in_preparation = make.partnership(cast, title="Autre")
        with pytest.raises(actions.NoSignedText):
            watching.raise_alert(in_preparation, cast.ada, at=NOON)

    def test_every_point_of_the_text_may_be_quoted(self, case):
        points = queries.points_of(case)
        codes = [point.code for point in points]
        assert {"L1", "R1", "R2", "EA1", "EE1", "1.1"} <= set(codes)
        assert len(codes) == len(set(codes))
        assert all(point.clause_key for point in points)

    def test_what_was_raised_or_declared_never_changes(self, case, cast):
        watching.raise_alert(case, cast.ada, at=NOON)
        watching.declare(case, cast.ada, at=NOON)
        for table in ("limitalert", "declaredaction"):
            with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(f"UPDATE partnerships_{table} SET text = 'Autre'")


class TestDeclaredActions:
    def test_each_kind_asks_about_its_own_sections(self, case):
        points = queries.points_of(case)
        publication = {each.code for each in queries.concerned(points, DeclaredKind.PUBLICATION)}
        payment = {each.code for each in queries.concerned(points, DeclaredKind.PAYMENT)}
        other = {each.code for each in queries.concerned(points, DeclaredKind.OTHER)}
        assert other == {"L1", "R1", "R2"}
        assert other < publication != payment > other
        assert "9.1" in payment - publication

    def test_an_action_that_respects_all_waits_for_nobody(self, case, cast, smtp_sink):
        mails(smtp_sink)
        watching.declare(case, cast.ada, at=NOON)
        assert awaited(case) == []
        told = mails(smtp_sink)
        assert {"carla", "nora"} <= set(told)
        assert "ada" not in told
        assert all("envoyez une alerte" in " ".join(_text(mail).split()) for mail in smtp_sink.mails)

    def test_an_action_that_asks_waits_for_the_other_party(self, case, cast, smtp_sink):
        action = watching.declare(case, cast.ada, asks=("L1",), at=NOON)
        assert awaited(case) == [(Step.ANSWER_ACTION, ["E"])]
        with pytest.raises(actions.ActionOfOwnParty):
            actions.answer_action(action_id=action.pk, speaker=cast.ben, text="", at=NOON)
        mails(smtp_sink)
        actions.answer_action(action_id=action.pk, speaker=cast.carla, text="Allez-y.", at=NOON)
        assert awaited(case) == []
        assert "ada" in mails(smtp_sink)
        assert "Allez-y." in _text(smtp_sink.mails[0])
        with pytest.raises(actions.ActionAlreadyAnswered):
            actions.answer_action(action_id=action.pk, speaker=cast.dan, text="", at=NOON)

    def test_an_alert_raised_from_an_action_answers_it(self, case, cast):
        action = watching.declare(case, cast.ada, asks=("L1",), at=NOON)
        watching.raise_alert(case, cast.carla, about=action, at=NOON)
        assert awaited(case) == [(Step.ANSWER_ALERT, ["A"])]

    def test_the_points_are_those_of_the_text_in_force(self, case, cast):
        day = NOON.date()
        partial = actions.NewAction(DeclaredKind.OTHER, "Un salon.", day, {"L1": True})
        with pytest.raises(actions.PointHasChanged):
            actions.declare_action(partnership_id=case.pk, speaker=cast.ada, action=partial, at=NOON)
        with pytest.raises(BrokerHasNoVoice):
            watching.declare(case, cast.nora, at=NOON)
        entries = ledger.entries(subject=Subject("case", case.pk)).filter(kind__startswith="action")
        assert not entries.exists()


class TestPages:
    @pytest.fixture
    def today(self, cast):
        return make.partnership(cast, until=Case.ACTIVE, at=make.ago(days=1))

    def test_an_action_is_declared_point_by_point(self, today, cast, enter):
        ada = enter(cast.ada)
        form = address(today, "declare_action", "logo")
        assert form in ada.get(address(today, "choose_action")).text
        assert LIMIT in ada.get(form).text
        assert ada.get(address(today, "declare_action", "rien")).status_code == 404
        points = queries.concerned(queries.points_of(today), DeclaredKind.LOGO)
        typed = {f"point-{each.code.replace('.', '-')}": "respects" for each in points}
        typed |= {"text": "Le logo sur l’affiche.", "planned_on": "2027-03-01"}
        assert ada.post(form, {**typed, "point-L1": ""}).status_code == 422
        assert ada.post(form, {**typed, "point-R2": "asks"}).status_code == 303
        action = DeclaredAction.objects.get()
        assert [point["code"] for point in action.points if not point["respects"]] == ["R2"]

    def test_an_action_that_asks_is_answered_or_leads_to_an_alert(self, today, cast, enter):
        ada, carla = enter(cast.ada), enter(cast.carla)
        assert "Aucune alerte" in ada.get(address(today)).text
        action = watching.declare(today, cast.ada, asks=("R2",), at=make.ago(days=1))
        page = address(today, "declared_action", action.number)
        assert "sans obstacle</button>" in carla.get(page).text
        assert "sans obstacle</button>" not in ada.get(page).text
        shown = carla.get(f"{address(today, 'raise_alert')}?point=R2&action={action.number}").text
        assert 'value="R2" selected' in shown
        bare = {"subject": "R2", "text": "", "request": "", "action": str(action.number)}
        assert carla.post(address(today, "raise_alert"), bare).status_code == 422
        raised = {**bare, "text": "Pas sur l’affiche.", "request": "thread"}
        assert carla.post(address(today, "raise_alert"), raised).status_code == 303
        assert "Réponse attendue" in ada.get(address(today)).text
        assert "sans obstacle</button>" not in carla.get(page).text

    def test_all_read_an_alert_and_what_it_is_about(self, today, cast, enter):
        action = watching.declare(today, cast.ada, at=make.ago(days=1))
        watching.raise_alert(today, cast.carla, about=action, at=make.ago(days=1))
        for person in (cast.ada, cast.carla, cast.nora):
            text = enter(person).get(address(today, "alert", 1)).text
            assert watching.TEXT in text
            assert LIMIT in text
            assert action.code in text
        assert enter(cast.nora).get(address(today, "alert", 2)).status_code == 404

    @pytest.mark.parametrize("number", [1, 9])
    def test_the_list_costs_the_same(self, today, cast, enter, number, django_assert_max_num_queries):
        for _each in range(number):
            action = watching.declare(today, cast.ada, asks=("L1",), at=NOON)
            actions.answer_action(action_id=action.pk, speaker=cast.carla, text="", at=NOON)
            watching.raise_alert(today, cast.carla, about=action, at=NOON)
        browser = enter(cast.ada)
        with django_assert_max_num_queries(14):
            browser.get(address(today))


def _text(mail):
    return mail.get_body(("plain",)).get_content()
