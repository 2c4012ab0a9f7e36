"""The demonstration cases P1 and P2, played wholly through the pages, from two briefs to one agreed text."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

from lucky_link.demo import reader
from lucky_link.demo.actions import cast_loader, scoping
from lucky_link.demo.case_file import CaseFile
from lucky_link.demo.cast import CASES, Cast, read_cast
from lucky_link.demo.script import script_of
from partnerships.lifecycle import Edition
from tests import make
from tests.browser.acts import drafting, meeting, rounds
from tests.browser.visit import DESK, PHONE, Visit

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def seats(visit: Callable[..., Visit], name: str, language: str) -> meeting.Seats:
    """Seat the three: the association at its telephone, the company and the broker at their desks."""
    today = datetime.now(UTC)
    story = reader.read(CASES / f"{name}.toml", CaseFile)
    script = script_of(story, read_cast())
    cast = Cast(brokers=(script.broker,), associations=(script.association,), companies=(script.company,))
    rows = cast_loader.register(cast, at=today - timedelta(days=30), today=today)
    broker = rows.users[story.broker]
    TOTP.activate(broker, generate_totp_secret())
    return meeting.Seats(
        story=story,
        scoping=scoping.read_scoping(),
        today=today.date(),
        association=visit(rows.users[script.signatory("A").email], width=PHONE, language=language),
        company=visit(rows.users[script.signatory("E").email], width=DESK, language=language),
        broker=visit(broker, width=DESK, language=language),
    )


# P2 has the most remarks and risks; the whole set is part of the audit.
WAYS = [
    ("P2", "fr"),
    *(pytest.param(*way, marks=pytest.mark.audit) for way in (("P2", "en"), ("P1", "fr"), ("P1", "en"))),
]


@pytest.mark.parametrize(("name", "language"), WAYS)
def test_two_briefs_become_one_agreed_text(seats, name, language, capsys):
    meeting.write_briefs(seats)
    meeting.introduce(seats)
    meeting.scope(seats)
    meeting.compare_expectations(seats)
    drafting.write_the_text(seats)
    drafting.keep_what_hurts(seats, 0)
    drafting.put_to_the_parties(seats)
    for number in range(1, rounds.last_round(seats) + 1):
        rounds.answer(seats, number)
        rounds.rework(seats, number)
    rounds.agree(seats)
    assert make.roadmap(seats.case).state == Edition.AGREED
    rows = [(role, getattr(seats, role)) for role in ("association", "company", "broker")]
    assert all(window.presses > window.screens > 0 for _role, window in rows)
    with capsys.disabled():
        sys.stdout.write(f"\n{name} in {language}, from the briefs to the agreed text:\n")
        sys.stdout.writelines(
            f"  {role} at {window.width} px: {window.presses} presses, {window.screens} screens\n"
            for role, window in rows
        )
