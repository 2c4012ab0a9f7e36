"""“Un écran lisible pour tous” (field.md 6.5), played wholly through the pages, from two briefs to one agreed text."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

from lucky_link import casereader
from lucky_link.demonstration import meetings, people
from partnerships.lifecycle import Edition
from tests import make
from tests.browser.acts import drafting, meeting, rounds
from tests.browser.visit import DESK, PHONE, Visit

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def seats(visit: Callable[..., Visit], language: str) -> meeting.Seats:
    """Seat the three: the association at its telephone, the company and the broker at their desks."""
    today = datetime.now(UTC)
    story = casereader.read(people.HERE / "cases" / "P2.toml")
    cast = people.read_cast()
    played = people.Cast(
        brokers=cast.brokers,
        associations=tuple(each for each in cast.associations if each.name == story.association),
        companies=tuple(each for each in cast.companies if each.name == story.company),
    )
    troupe = people.bring_in(played, at=today - timedelta(days=30), today=today)
    broker = troupe.people[story.broker]
    TOTP.activate(broker, generate_totp_secret())
    return meeting.Seats(
        story=story,
        scoping=meetings.read_scoping(),
        today=today.date(),
        association=visit(troupe.signatory(story.association), width=PHONE, language=language),
        company=visit(troupe.signatory(story.company), width=DESK, language=language),
        broker=visit(broker, width=DESK, language=language),
    )


@pytest.mark.parametrize("language", ["fr", pytest.param("en", marks=pytest.mark.audit)])
def test_two_briefs_become_one_agreed_text(seats):
    meeting.write_briefs(seats)
    meeting.introduce(seats)
    meeting.scope(seats)
    meeting.compare_expectations(seats)
    drafting.write_the_text(seats)
    drafting.keep_what_hurts(seats, 0)
    drafting.put_to_the_parties(seats)
    for number in range(1, rounds.LAST + 1):
        rounds.answer(seats, number)
        rounds.rework(seats, number)
    rounds.agree(seats)
    assert make.roadmap(seats.case).state == Edition.AGREED
