"""The demonstration after the signature, played through the actions: what P1 and P5 leave."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from accounts.models import User
from ledger.models import Entry
from lucky_link.demo import reader
from lucky_link.demo.actions import cast_loader
from lucky_link.demo.actions.driver import ActionsDriver
from lucky_link.demo.case_file import CaseFile
from lucky_link.demo.cast import CASES, read_cast
from lucky_link.demo.script import script_of
from partnerships.case.header import case_header
from partnerships.following.queries.follow_up import FollowUp, Progress, follow_up
from partnerships.following.queries.money import Sums, case_money
from partnerships.lifecycle import Case
from partnerships.models import Partnership
from partnerships.questionnaires.queries import OpenedQuestionnaire, questionnaires_page

TODAY = datetime(2026, 11, 24, 15, tzinfo=UTC)


def played(name: str) -> tuple[Partnership, User]:
    """Play a shipped case up to today; return it with its broker."""
    cast = read_cast()
    rows = cast_loader.register(cast, at=TODAY - timedelta(days=230), today=TODAY)
    script = script_of(reader.read(CASES / f"{name}.toml", CaseFile), cast)
    for step in ActionsDriver(script, rows, today=TODAY).schedule():
        step.run(step.at)
    return Partnership.objects.get(title=script.case.title), rows.users[script.broker.email]


def opened_of(case: Partnership, broker: User) -> list[OpenedQuestionnaire]:
    """Return the opened questionnaires of a case, the first asked first."""
    header = case_header(case, broker, TODAY, tab="questionnaires")
    return list(reversed(questionnaires_page(header, TODAY).opened))


def progress_of(page: FollowUp) -> dict[str, Progress]:
    return {row.milestone.code: row.progress for row in page.milestones}


def indices_of(opened: OpenedQuestionnaire) -> list[int]:
    return [row.index for row in opened.indices]


@pytest.mark.django_db
def test_the_first_case_is_late_and_asks_for_21_days():
    case, broker = played("P1")
    page = follow_up(case, TODAY)
    late = next(row for row in page.milestones if row.milestone.code == "J4")
    assert progress_of(page)["J4"] == Progress.LATE
    assert [each.waiting for each in late.postponements] == [["Laboratoires Valfictif"]]
    request = late.postponements[0].request
    assert request.due_date - request.from_date == timedelta(days=21)
    assert page.done == 3
    assert case_money(case, answering_party=None).parties[0].sums == Sums(
        promised=3_000_000, paid=2_100_000, received=2_100_000
    )
    paid_on = case.payments.exclude(paid_on=None).order_by("paid_on").values_list("paid_on", flat=True)
    assert list(paid_on) == [date(2026, 7, 29), date(2026, 10, 25)]
    assert_trust_falls(opened_of(case, broker))


def assert_trust_falls(opened: list[OpenedQuestionnaire]) -> None:
    assert [each.round.question for each in opened] == ["limits", "barometer", "limits", "barometer"]
    assert [each.at_stake for each in opened if each.round.question == "limits"] == [[], []]
    first, second = opened[1], opened[3]
    assert (indices_of(first), first.status) == ([78, 82], "ok")
    assert (indices_of(second), second.gap, second.status) == ([62, 80], 18, "due")
    third = second.items[2]
    assert [answer.choice.value for answer in third.answers if answer.choice] == ["2", "4"]
    assert [(comment.party.code, comment.text[:17]) for comment in second.comments] == [
        ("A", "Nous avançons, ma")
    ]


@pytest.mark.django_db
def test_the_fifth_case_is_closed_with_all_that_its_parties_evaluated():
    case, broker = played("P5")
    assert case.state == Case.CLOSED
    page = follow_up(case, TODAY)
    assert set(progress_of(page).values()) == {Progress.DONE}
    assert [row.milestone.code for row in page.milestones if row.postponed] == ["J6"]
    late = [row.milestone.code for row in page.milestones if is_late(row.milestone)]
    assert late == []
    promises = [row for group in page.commitments for row in group.commitments]
    assert {row.progress for row in promises} == {Progress.DONE}
    sums = case_money(case, answering_party=None).parties[0].sums
    assert (sums.promised, sums.received) == (1_900_000, 1_850_000)
    *_others, barometer, evaluation = opened_of(case, broker)
    assert indices_of(barometer) == [82, 78]
    assert chosen(evaluation, "AA") == ["met"] * 4 + ["partly"]
    assert chosen(evaluation, "AE") == ["met"] * 3 + ["not_met"]
    closing = Entry.objects.filter(kind="case.close").latest("sequence")
    assert "without_evaluation" not in closing.facts


def is_late(milestone) -> bool:
    return milestone.completed_at.date() > milestone.due_date


def chosen(evaluation: OpenedQuestionnaire, prefix: str) -> list[str]:
    """Return what both parties chose for the expectations of a side, in order."""
    choices = []
    for row in evaluation.items:
        if row.item.code.startswith(prefix):
            (value,) = {answer.choice.value for answer in row.answers if answer.choice}
            choices.append(value)
    return choices
