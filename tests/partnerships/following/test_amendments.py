"""What successive amendments make of the milestones and commitments that are followed."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from functools import partial

import pytest
from django.urls import reverse

from accounts.models import Organisation
from outbox.models import Delivery, DeliveryState, Message
from outbox.sending import delivery
from partnerships.charter.texts import ALL_PARTIES, BROKER, CommitmentText, Heading, MilestoneText
from partnerships.following.queries.workload import workload_of
from partnerships.lifecycle import Case
from partnerships.models import Commitment, Milestone
from tests import amendments, make
from tests.amendments import with_milestones
from tests.make import NOON

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
J1_DUE, J2_DUE, J3_DUE = (NOON.date() + timedelta(days=days) for days in (30, 60, 90))
J3 = MilestoneText(code="J3", title="Bilan croisé", owner=ALL_PARTIES, due_date=J3_DUE)
J4 = MilestoneText(code="J4", title="Second guide", owner="E", due_date=J3_DUE + 30 * DAY)
EA2 = CommitmentText(code="EA2", party_key="A", text="Traduire le guide", hours=40)
association_commitments = partial(amendments.with_commitments, Heading.ASSOCIATION_COMMITMENTS)
company_commitments = partial(amendments.with_commitments, Heading.COMPANY_COMMITMENTS)
broker_commitments = partial(amendments.with_commitments, Heading.BROKER_ROLE)


@pytest.fixture
def case(cast):
    return make.partnership(cast, until=Case.ACTIVE)


@pytest.fixture
def amend(case, cast):
    """Sign one amendment after another, one each day from the day after the charter."""
    days = iter(range(1, 20))

    def sign(changes):
        amendments.amend(case, cast, changes, at=NOON + next(days) * DAY)

    return sign


@pytest.fixture
def page(case, cast, enter):
    def read():
        address = reverse("partnerships:follow_up", args=[case.reference])
        return enter(cast.ada).get(address).content.decode()

    return read


def milestone_of(case, code) -> Milestone:
    return case.milestones.select_related("owner", "charter__roadmap").get(code=code)


def commitment_of(case, code) -> Commitment:
    return case.commitments.select_related("party").get(code=code)


def wording(row):
    return (row.title, row.owner and row.owner.code, row.indicator, row.due_date)


def morning(day: date, days: int = 0) -> datetime:
    """Return nine in the morning, UTC, so many days from a day: the hour of its reminders is past.

    J3 is due on a Sunday, and two of its slots fall on holidays: what is asked for is the working day before.
    """
    return datetime.combine(day + timedelta(days=days), time(9), tzinfo=UTC)


def mails(row: Milestone, at: datetime) -> list[tuple[str, str]]:
    """Deliver what is due and return what left then about one milestone, as (kind, first name)."""
    delivery.deliver_due(at=at, limit=1000)
    assert not Delivery.objects.exclude(last_error="").exists()
    sent = Delivery.objects.filter(state=DeliveryState.SENT, sent_at=at).select_related("message")
    about = sent.filter(message__facts__milestone=row.pk)
    return sorted((mail.message.kind, mail.name.partition(" ")[0]) for mail in about)


def planned_days(row: Milestone) -> list[tuple[date, int]]:
    """Return the reminders that are still to leave: the day each speaks of, and how far from it."""
    waiting = (
        Message.objects.waiting()
        .filter(key__contains=f":milestone:{row.pk}:")
        .order_by("due_at", "facts__days")
    )
    return [(date.fromisoformat(message.facts["due_date"]), message.facts["days"]) for message in waiting]


EVERYBODY = [("milestone-reminder", name) for name in ("Ada", "Ben", "Carla", "Dan")]
OF_THE_COMPANY = [("milestone-reminder", name) for name in ("Carla", "Dan")]
OF_THE_ASSOCIATION = [("milestone-reminder", name) for name in ("Ada", "Ben")]


class TestAMilestone:
    def test_added_is_followed_and_reminded(self, case, amend, page):
        amend(with_milestones(J4))
        row = milestone_of(case, "J4")
        assert wording(row) == ("Second guide", "E", "", J4.due_date)
        assert mails(row, morning(J4.due_date, -8)) == OF_THE_COMPANY  # the one of D-30, after a pause
        assert mails(row, morning(J4.due_date, -1)) == OF_THE_COMPANY
        assert "J4. Second guide" in page()

    def test_left_as_it_was_is_reminded_as_planned(self, case, amend):
        before = planned_days(milestone_of(case, "J3"))
        amend(with_milestones(J4))
        row = milestone_of(case, "J3")
        assert planned_days(row) == before
        assert mails(row, morning(J3_DUE, -2)) == EVERYBODY

    def test_changed_is_reminded_for_its_new_day_alone(self, case, amend):
        new = date(2026, 6, 22)
        amend(with_milestones(J3={"title": "Bilan public", "due_date": new, "indicator": "Un rapport"}))
        row = milestone_of(case, "J3")
        assert wording(row) == ("Bilan public", None, "Un rapport", new)
        assert {day for day, _days in planned_days(row)} == {new}
        assert mails(row, morning(J3_DUE, -26)) == []
        assert mails(row, morning(new)) == EVERYBODY

    def test_given_to_the_other_party_is_reminded_to_its_new_owner_alone(self, case, cast, amend):
        amend(with_milestones(J3={"owner": "E"}))
        row = milestone_of(case, "J3")
        assert wording(row) == ("Bilan croisé", "E", "", J3_DUE)
        assert mails(row, morning(J3_DUE, -5)) == OF_THE_COMPANY
        shared = with_milestones(J3={"owner": ALL_PARTIES})
        amendments.amend(case, cast, shared, at=morning(J3_DUE, -4))
        assert mails(row, morning(J3_DUE, 1)) == EVERYBODY

    def test_late_and_given_to_the_other_party_is_reminded_to_its_new_owner_at_once(self, case, cast):
        row = milestone_of(case, "J1")
        late = morning(J1_DUE, 6)
        assert mails(row, late) == OF_THE_ASSOCIATION
        amendments.amend(case, cast, with_milestones(J1={"owner": "E"}), at=late + DAY)
        assert mails(row, late + DAY) == OF_THE_COMPANY
        amendments.amend(case, cast, with_milestones(J4), at=late + 2 * DAY)
        assert mails(row, late + 2 * DAY) == []

    def test_dropped_is_cancelled_and_has_no_reminder(self, case, amend, page):
        amend(with_milestones(drop="J3"))
        row = milestone_of(case, "J3")
        assert row.cancelled_at == NOON + DAY
        assert planned_days(row) == []
        assert mails(row, morning(J3_DUE, 1)) == []
        assert "Annulé par un avenant" in page()

    def test_dropped_keeps_the_day_when_it_was_through_later_amendments(self, case, amend):
        amend(with_milestones(drop="J3"))
        amend(with_milestones(J4))
        assert milestone_of(case, "J3").cancelled_at == NOON + DAY

    @pytest.mark.parametrize("due_date", [J3_DUE, date(2026, 6, 22)])
    def test_dropped_and_restored_is_followed_and_has_new_reminders(self, case, amend, page, due_date):
        before = milestone_of(case, "J3")
        amend(with_milestones(drop="J3"))
        named = MilestoneText(code="J3", title="Bilan public", owner="A", due_date=due_date)
        amend(with_milestones(named))
        row = milestone_of(case, "J3")
        assert (row.pk, row.cancelled_at) == (before.pk, None)
        assert wording(row) == ("Bilan public", "A", "", due_date)
        assert planned_days(row) == [(due_date, days) for days in (-30, -7, -1, 0, 3, 10)]
        assert mails(row, morning(due_date, 1)) == OF_THE_ASSOCIATION
        assert "Annulé par un avenant" not in page()

    def test_dropped_and_restored_twice_is_followed(self, case, amend, cast):
        for _time in range(2):
            amend(with_milestones(drop="J3"))
            amend(with_milestones(J3))
        row = milestone_of(case, "J3")
        assert mails(row, morning(J3_DUE, -5)) == EVERYBODY
        make.complete(case, "J3", cast.ada, at=morning(J3_DUE))
        assert milestone_of(case, "J3").completed_at == morning(J3_DUE)

    def test_dropped_again_after_it_was_restored_has_no_reminder(self, case, amend):
        amend(with_milestones(drop="J3"))
        amend(with_milestones(J3))
        amend(with_milestones(drop="J3"))
        row = milestone_of(case, "J3")
        assert row.cancelled_at == NOON + 3 * DAY
        assert mails(row, morning(J3_DUE, 1)) == []

    def test_whose_reminder_has_left_is_not_reminded_of_the_same_slot_when_named_again(self, case, cast):
        row = milestone_of(case, "J3")
        assert mails(row, morning(J3_DUE, -26)) == EVERYBODY
        amendments.amend(case, cast, with_milestones(drop="J3"), at=morning(J3_DUE, -25))
        amendments.amend(case, cast, with_milestones(J3), at=morning(J3_DUE, -24))
        assert mails(row, morning(J3_DUE, -24)) == []
        assert mails(row, morning(J3_DUE, -5)) == EVERYBODY


class TestACompletedMilestone:
    @pytest.fixture
    def completed(self, case, cast):
        make.complete_and_confirm(case, "J3", cast.ada, cast.carla, at=NOON)
        delivery.deliver_due(at=NOON, limit=1000)
        return milestone_of(case, "J3")

    @pytest.fixture
    def is_untouched(self, case, completed, page):
        """Tell whether it is what it was, is shown so with its evidence, and nobody is written to of it."""

        def check():
            row = milestone_of(case, "J3")
            assert wording(row) == ("Bilan croisé", None, "", J3_DUE)
            assert (row.completed_at, row.cancelled_at, row.charter.roadmap.edition) == (NOON, None, 1)
            assert row.evidence.get().text == "Compte rendu signé par les participants."
            assert planned_days(row) == []
            shown = page().split('id="jalon-J3"')[1].split("</li>")[0]
            assert "J3. Bilan croisé" in shown
            assert "Compte rendu signé par les participants." in shown
            assert re.search(r'data-status="ok">\s*Fait', shown)
            assert mails(row, morning(J3_DUE, 40)) == []
            return True

        return check

    def test_keeps_what_it_was_when_an_amendment_changes_it(self, amend, is_untouched):
        amend(with_milestones(J3={"title": "Autre bilan", "due_date": J3_DUE + 30 * DAY, "indicator": "10"}))
        assert is_untouched()

    def test_keeps_its_owner_when_an_amendment_gives_it_away(self, amend, is_untouched):
        amend(with_milestones(J3={"owner": "E"}))
        assert is_untouched()

    def test_stays_done_when_an_amendment_drops_it(self, amend, is_untouched):
        amend(with_milestones(drop="J3"))
        assert is_untouched()

    def test_stays_done_when_it_is_dropped_and_named_again(self, amend, is_untouched):
        amend(with_milestones(drop="J3"))
        amend(with_milestones(MilestoneText(code="J3", title="Bilan 2", owner="E", due_date=J4.due_date)))
        assert is_untouched()

    @pytest.mark.parametrize("changes", [{"drop": "J3"}, {"J3": {"title": "Autre bilan"}}])
    def test_keeps_what_it_was_when_it_is_done_after_the_freeze(self, case, cast, changes):
        amendments.draft(case, cast, with_milestones(**changes), at=NOON + DAY)
        make.negotiation.open_negotiation(partnership_id=case.pk, broker=cast.nora, at=NOON + DAY)
        frozen = amendments.freeze_agreed(case, cast, at=NOON + DAY)
        make.complete(case, "J3", cast.ada, at=NOON + 2 * DAY)
        amendments.sign_all(case, cast, frozen, at=NOON + 3 * DAY)
        row = milestone_of(case, "J3")
        assert (row.title, row.completed_at, row.cancelled_at) == ("Bilan croisé", NOON + 2 * DAY, None)


class TestACommitment:
    @pytest.fixture
    def hours(self, cast):
        def signed(organisation: Organisation = cast.association) -> int:
            return workload_of(organisation).signed

        return signed

    def test_added_is_followed(self, case, amend, page, hours):
        amend(association_commitments(EA2))
        assert commitment_of(case, "EA2").party.code == "A"
        assert "Traduire le guide" in page()
        assert hours() == 180 + 40

    def test_changed_is_followed_as_it_is_now(self, case, amend, page, hours):
        amend(association_commitments(EA1={"text": "Rédiger le guide seul", "hours": 90}))
        assert (commitment_of(case, "EA1").text, hours()) == ("Rédiger le guide seul", 90)
        assert "Piloter et rédiger le guide" not in page()

    def test_given_to_the_broker_is_its_own(self, case, amend, hours):
        amend(association_commitments(EA2))
        amend(
            association_commitments(drop="EA2")
            | broker_commitments(
                CommitmentText(code="EA2", party_key=BROKER, text="Traduire le guide", hours=40)
            )
        )
        row = commitment_of(case, "EA2")
        assert (row.party, row.cancelled_at) == (None, None)
        assert hours() == 180

    def test_given_to_the_other_party_is_of_that_party(self, case, cast, amend, hours):
        amend(association_commitments(EA2))
        amend(
            association_commitments(drop="EA2")
            | company_commitments(
                CommitmentText(code="EA2", party_key="E", text="Traduire le guide", hours=40)
            )
        )
        assert commitment_of(case, "EA2").party.code == "E"
        assert (hours(), hours(cast.company)) == (180, 40)

    def test_dropped_is_no_longer_counted_and_displayed_as_removed(self, case, amend, page, hours):
        amend(association_commitments(EA2))
        assert "Retiré par un avenant" not in page()
        amend(association_commitments(drop="EA2"))
        amend(with_milestones(J4))
        assert commitment_of(case, "EA2").cancelled_at == NOON + 2 * DAY
        assert hours() == 180
        shown = page()
        assert shown.count("Retiré par un avenant") == 1
        assert shown.index("Piloter et rédiger") < shown.index("Traduire le guide")
        assert "Retiré par un avenant" in shown.split("Traduire le guide")[1].split("</li>")[0]

    def test_dropped_and_restored_is_counted_again(self, case, amend, page, hours):
        amend(association_commitments(EA2))
        amend(association_commitments(drop="EA2"))
        amend(association_commitments(CommitmentText(code="EA2", party_key="A", text="Relire", hours=10)))
        row = commitment_of(case, "EA2")
        assert (row.text, row.hours, row.cancelled_at) == ("Relire", 10, None)
        assert hours() == 190
        assert "Retiré par un avenant" not in page()
