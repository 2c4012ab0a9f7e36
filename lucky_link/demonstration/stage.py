"""The whole demonstration: everybody comes in, every case is played, every mail of the past is sent."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta

from django.contrib.auth.hashers import make_password

from accounts.models import User
from accounts.people.queries.account import demonstration_password
from lucky_link import casereader
from lucky_link.demonstration import meetings, people
from lucky_link.demonstration.play import Play
from outbox import delivery
from partnerships.signing.actions import sealing

FIRST_DAY = -230


class NotEmpty(Exception):
    """The demonstration is played on an empty database alone."""


def perform(*, today: datetime, say: Callable[[str], None]) -> None:
    """Fill an empty database with the fictional cast and cases; `today` is the day 0 of the files.

    Raises NotEmpty, BadCaseFile.
    """
    if User.objects.exists():
        raise NotEmpty
    cast = people.read_cast()
    say(f"{len(cast.associations)} associations, {len(cast.companies)} companies")
    troupe = people.bring_in(cast, at=today + timedelta(days=FIRST_DAY), today=today)
    User.objects.update(password=make_password(demonstration_password()))
    cases = [casereader.read(path) for path in sorted((people.HERE / "cases").glob("*.toml"))]
    steps = [step for case in cases for step in Play(case, troupe, today=today).steps()]
    steps += meetings.steps(meetings.read_scoping(), troupe, today=today)
    # The post leaves every day at noon: reminders go out in working hours alone.
    day = datetime.combine(today.date() + timedelta(days=FIRST_DAY), time(11), tzinfo=UTC)
    for step in sorted(steps, key=lambda step: step.at):
        while day < step.at:
            deliver(at=day)
            day += timedelta(days=1)
        step.act(step.at)
        for charter_id in sealing.unsealed():
            sealing.seal(charter_id=charter_id, at=step.at)
    while day < today:
        deliver(at=day)
        day += timedelta(days=1)
    deliver(at=today)
    for case in cases:
        say(case.title)


def deliver(*, at: datetime) -> None:
    """Send all that was due by then, as the worker would have."""
    while delivery.deliver_due(at=at).handled:
        pass
