"""Rules of reminders: of all cases and of one, in force from the moment they are set."""

import pytest
from django.urls import reverse

from ledger import queries as ledger
from ledger.record import Subject
from outbox.models import Message
from partnerships import reminders
from partnerships.calendar import actions
from partnerships.lifecycle import Case
from partnerships.permissions import NotABroker
from partnerships.reminders import Rules
from tests import make
from tests.make import NOON

pytestmark = pytest.mark.django_db
WEEKLY = Rules((-14, -7, 0), (5,))


@pytest.fixture
def case(cast):
    return make.partnership(cast, until=Case.ACTIVE)


def planned(case, code="J3"):
    """Return the days of the reminders of a milestone that have not left."""
    milestone = case.milestones.get(code=code)
    rows = Message.objects.waiting().filter(key__contains=f":milestone:{milestone.pk}:")
    return sorted(rows.values_list("facts__days", flat=True))


def last_entry(case):
    return ledger.entries(subject=Subject("case", case.pk)).order_by("-sequence").first()


def set_rules(case, broker, rules=WEEKLY):
    return actions.set_case_rules(partnership_id=case.pk, broker=broker, rules=rules, at=NOON)


def test_the_rules_of_a_case_plan_its_reminders_at_once(case, cast):
    before = planned(case)
    set_rules(case, cast.nora)
    assert planned(case) == [-14, -7, 0, 5] != before
    entry = last_entry(case)
    assert (entry.kind, entry.facts["owner_days"]) == ("reminders.set", [-14, -7, 0])
    set_rules(case, cast.nora, None)
    assert planned(case) == before
    assert last_entry(case).kind == "reminders.default"


def test_the_default_is_that_of_the_cases_without_their_own(case, cast):
    other = make.partnership(cast, until=Case.ACTIVE, title="Deuxième")
    set_rules(other, cast.nora, Rules((0,), (30,)))
    actions.set_default_rules(broker=cast.oscar, rules=WEEKLY, at=NOON)
    assert planned(case) == [-14, -7, 0, 5]
    assert planned(other) == [0, 30]
    assert last_entry(case).kind == "reminders.default"
    assert last_entry(other).kind == "reminders.set"
    assert reminders.rules_of([case.pk, other.pk]) == {
        None: WEEKLY,
        case.pk: WEEKLY,
        other.pk: Rules((0,), (30,)),
    }


def test_a_case_that_begins_later_follows_the_default(cast):
    actions.set_default_rules(broker=cast.nora, rules=WEEKLY, at=NOON)
    assert planned(make.partnership(cast, until=Case.ACTIVE, title="Plus tard")) == [-14, -7, 0, 5]


@pytest.mark.parametrize(
    ("rules", "refusals"),
    [
        (Rules((3,), (10,)), ["Aucun rappel ne part avant l’échéance."]),
        (
            Rules((), ()),
            ["Aucun rappel ne part avant l’échéance.", "Choisissez au moins un jour où le passeur"],
        ),
        (Rules((-5, 0), (10,)), ["Choisissez des jours de la liste."]),
        (Rules(actions.OWNER_DAYS, (10,)), ["Plus de huit rappels"]),
    ],
)
def test_rules_out_of_bounds_are_refused_with_all_that_is_wrong(case, cast, rules, refusals):
    before = planned(case)
    with pytest.raises(actions.RulesError) as refused:
        set_rules(case, cast.nora, rules)
    assert all(words in refused.value.message for words in refusals)
    assert planned(case) == before


def test_nobody_but_a_broker_sets_rules(case, cast):
    with pytest.raises(NotABroker):
        set_rules(case, cast.ada)
    with pytest.raises(NotABroker):
        actions.set_default_rules(broker=cast.root, rules=WEEKLY, at=NOON)


def test_the_parties_read_the_rules_of_their_case_alike(case, cast, enter):
    set_rules(case, cast.nora)
    page = reverse("partnerships:reminder_rules", args=[case.reference])
    pages = [enter(person).get(page).text for person in (cast.ada, cast.carla)]
    for text in pages:
        assert "14 jours avant" in text
        assert "5 jours après" in text
        assert "Enregistrer les rappels" not in text
    assert enter(cast.ada).post(page, {"follows": "default"}).status_code == 403


def test_the_broker_sets_them_on_the_page(cast, enter):
    case = make.partnership(cast, until=Case.ACTIVE, at=make.ago(days=1))
    page = reverse("partnerships:reminder_rules", args=[case.reference])
    browser = enter(cast.nora)
    answer = browser.post(page, {"follows": "own", "owner_days": ["-7", "0"], "broker_days": ["10"]})
    assert answer.status_code == 303
    assert planned(case) == [-7, 0, 10]
    refused = browser.post(page, {"follows": "own", "owner_days": ["3"], "broker_days": ["10"]})
    assert refused.status_code == 422
    assert "Aucun rappel ne part avant l’échéance" in refused.text
    assert planned(case) == [-7, 0, 10]
    browser.post(reverse("broker:reminder_rules"), {"owner_days": ["-1"], "broker_days": ["20"]})
    assert reminders.rules_of([])[None] == Rules((-1,), (20,))
    assert "la veille" in browser.get(reverse("broker:reminder_rules")).text
