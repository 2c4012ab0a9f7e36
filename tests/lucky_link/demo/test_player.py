"""The steps of the shipped cases: their order, and the days that the calendar gives them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from lucky_link.demo import reader
from lucky_link.demo.case_file import CaseFile
from lucky_link.demo.cast import CASES, read_cast
from lucky_link.demo.http.driver import HttpDriver
from lucky_link.demo.http.mailbox import Folder
from lucky_link.demo.http.session import Product, Session
from lucky_link.demo.player import CaseStep, steps
from lucky_link.demo.script import script_of


def steps_of(name: str) -> list[CaseStep]:
    """Return the steps of a shipped case, bound to a driver that takes none of them."""
    script = script_of(reader.read(CASES / f"{name}.toml", CaseFile), read_cast())
    product = Product(
        address="", mailbox=Folder(Path()), wait=lambda: None, invite_broker=lambda broker: broker.email
    )
    session = Session(product=product, script=script, today=date(2026, 3, 2), password="", write=len)
    return list(steps(script, HttpDriver(session)))


@pytest.mark.parametrize("name", ["P1", "P3", "P5"])
def test_the_days_of_a_case_follow_the_order_of_its_steps(name: str) -> None:
    case_steps = [step for step in steps_of(name) if "private message" not in step.title]
    days = [step.day for step in case_steps if step.day is not None]
    assert days == sorted(days)


def test_the_last_round_without_a_freeze_is_answered_and_still_runs() -> None:
    case_steps = steps_of("P2")
    third = [index for index, step in enumerate(case_steps) if "answers round 3" in step.title]
    assert [case_steps[index].day for index in third] == [-3, -3]
    others = [step for index, step in enumerate(case_steps) if index > third[0] and index not in third]
    assert {step.day for step in others} == {None}


def test_all_agree_on_the_day_of_the_freeze_when_no_round_has_a_later_day() -> None:
    agreed = [step for step in steps_of("P3") if step.title.endswith("agrees to every clause")]
    assert [step.day for step in agreed] == [-8, -8]


def test_who_has_not_signed_has_a_signature_without_a_day() -> None:
    signed = {step.title.partition(" signs for ")[2]: step.day for step in steps_of("P3")}
    assert (signed["Exempharma France"], signed["Peau d’Exemple"]) == (-4, None)


def test_a_review_and_an_end_are_steps_of_the_case_that_has_them() -> None:
    titles = [step.title for step in steps_of("P5")]
    assert titles[-5:] == [
        "Marc Trait-d’Union starts the review",
        "Marc Trait-d’Union asks both parties: evaluation",
        "Samir Vautrin answers and seals: evaluation",
        "Sophie Grandin answers and seals: evaluation",
        "Marc Trait-d’Union closes the case",
    ]
    assert not any("review" in step.title for step in steps_of("P1"))


def test_what_follows_the_signature_is_played_on_its_day() -> None:
    followed = [(step.title, step.day) for step in steps_of("P1") if step.day is not None and step.day > -140]
    assert [day for _title, day in followed] == sorted(day for _title, day in followed)
    assert ("Laboratoires Valfictif pays 9000 €, “Après les résultats de l’enquête”", -30) in followed
    assert ("Youssef Lamarre confirms that the money came", -28) in followed
    assert ("Youssef Lamarre asks to postpone J4", -3) in followed
    assert not any("accepts to postpone" in title for title, _day in followed)


def test_a_message_written_after_the_signature_follows_it() -> None:
    titles = [step.title for step in steps_of("P1")]
    message = "A private message passes between {} and the broker"
    sealed = titles.index("The charter is sealed")
    assert titles.index(message.format("Souffle Imaginaire")) < sealed
    assert titles.index(message.format("Laboratoires Valfictif")) > sealed
