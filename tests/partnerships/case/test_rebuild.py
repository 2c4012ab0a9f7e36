"""The stored status of a case: what the history says, after every act, and nothing of a closed envelope."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.urls import reverse

from partnerships.lifecycle import Case, Edition
from partnerships.models import ClausePosition, ClauseStanding, PartnershipStatus, Stance
from partnerships.negotiation.queries.positions import Position
from partnerships.status import actions as status
from tests import make
from tests.database_owner import owner
from tests.make import NOON, ago
from tests.status import status_rows

STATES = [*(state for state in Edition if state != Edition.VOID), *Case]


@pytest.mark.parametrize(
    "until", [state for state in STATES if state not in (Case.PREPARING, Case.SUSPENDED)]
)
def test_recomputing_changes_nothing_in_any_state(cast, until):
    case = make.partnership(cast, until=until)
    stored = status_rows(case)
    assert stored["status"]
    status.rebuild_status(partnership_id=case.pk, at=NOON)
    assert status_rows(case) == stored


def test_recomputing_changes_nothing_in_a_suspended_case(cast):
    case = make.suspended(cast)
    stored = status_rows(case)
    status.rebuild_status(partnership_id=case.pk, at=NOON)
    assert status_rows(case) == stored


def test_each_refresh_raises_the_version(cast):
    case = make.partnership(cast)
    before = PartnershipStatus.objects.get(pk=case.pk).version
    make.agree(case, cast.ada, at=NOON)
    assert PartnershipStatus.objects.get(pk=case.pk).version == before + 1


def test_the_command_writes_the_rows_that_are_missing_and_mends_those_that_are_wrong(cast, capsys):
    lost, wrong = make.partnership(cast), make.partnership(cast, until=Edition.AGREED, title="Autre action")
    expected = {case: status_rows(case) for case in (lost, wrong)}
    with owner():
        PartnershipStatus.objects.filter(pk=lost.pk).delete()
    ClausePosition.objects.filter(clause__roadmap__partnership=lost).delete()
    PartnershipStatus.objects.filter(pk=wrong.pk).update(step="sign", party_codes=["A"])
    ClauseStanding.objects.filter(clause__roadmap__partnership=wrong).update(unreplied=7)
    call_command("rebuild_status")
    assert "2 cases." in capsys.readouterr().out
    for case, rows in expected.items():
        stored_rows = status_rows(case)
        for position in (*stored_rows["positions"], *rows["positions"]):
            del position["id"]
        assert stored_rows == rows


def test_a_draft_changes_nothing_of_what_is_stored(cast):
    case = make.partnership(cast)
    before = status_rows(case), PartnershipStatus.objects.get(pk=case.pk).version
    positions = dict.fromkeys(
        make.revision_ids(case), Position(stance=Stance.OBJECTION, reason="Trop court.")
    )
    make.draft(case, cast.ada, positions, at=NOON)
    status.rebuild_status(partnership_id=case.pk, at=NOON)
    assert (status_rows(case), PartnershipStatus.objects.get(pk=case.pk).version - 1) == before


def test_a_seal_says_that_it_is_sealed_and_not_what_it_holds(cast):
    case = make.partnership(cast)
    before = status_rows(case)
    make.say(case, cast.dan, Stance.OBJECTION, reason="Trop court.", at=NOON)
    after = status_rows(case)
    assert (before["standings"], before["positions"]) == (after["standings"], after["positions"])
    (old,), (new,) = before["status"], after["status"]
    changed = {name for name in old if old[name] != new[name]}
    # The act was written at the moment of the one before it.
    assert changed == {"party_codes", "unsealed"}
    assert (new["party_codes"], new["unsealed"]) == (["A"], ["A"])


def test_the_positions_are_those_of_the_opened_answers(cast):
    case = make.partnership(cast, at=ago(days=1))
    make.agree(case, cast.ada, at=ago(days=0.8))
    make.say(case, cast.dan, Stance.RESERVATION, position=1, at=ago(days=0.7))
    row = PartnershipStatus.objects.get(pk=case.pk)
    assert (row.unreplied, row.unanswered) == (1, {"A": 0, "E": 1})
    first = ClauseStanding.objects.get(clause__roadmap__partnership=case, clause__position=1)
    assert (first.remarks, first.unreplied, first.is_agreed) == (1, 1, False)
    assert ClauseStanding.objects.get(clause__roadmap__partnership=case, clause__position=2).is_agreed
    stances = ClausePosition.objects.filter(clause=first.clause).order_by("party__rank")
    assert list(stances.values_list("party__code", "stance", "is_current", "round_number")) == [
        ("A", "agree", True, 1),
        ("E", "reservation", True, 1),
    ]
    make.reply_to_all(case, cast.nora, at=ago(days=0.6))
    make.revise(case, cast.nora, at=ago(days=0.5))
    revised = ClausePosition.objects.filter(is_current=False).exclude(answer=None)
    assert set(revised.values_list("party__code", flat=True)) == {"A", "E"}
    assert all(position.compared_with_id == position.revision_id for position in revised)


def test_a_case_costs_the_same_among_many(cast, enter, django_assert_num_queries):
    case = make.partnership(cast)
    browser = enter(cast.ada)
    page = reverse("partnerships:roadmap", args=[case.reference])
    browser.get(page)
    with django_assert_num_queries(4):
        browser.get(page)
    for rank in range(5):
        make.partnership(cast, title=f"Action {rank}")
    with django_assert_num_queries(4):
        browser.get(page)
