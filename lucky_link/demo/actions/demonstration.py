"""Load the demonstration: the cast, every case up to today, and the mails that were due in the meantime."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta

from django.contrib.auth.hashers import make_password

from accounts.models import User
from accounts.people.queries.account import demonstration_password
from lucky_link.demo import reader
from lucky_link.demo.actions import cast_loader, scoping
from lucky_link.demo.actions.driver import ActionsDriver
from lucky_link.demo.case_file import CaseFile
from lucky_link.demo.cast import CASES, read_cast
from lucky_link.demo.script import script_of
from outbox.sending import delivery

FIRST_DAY = -230


class DatabaseNotEmpty(Exception):
    """The demonstration is only loaded into an empty database."""


def load(*, today: datetime, print_line: Callable[[str], None]) -> None:
    """Fill an empty database with the fictional cast and cases; `today` is the day 0 of the files.

    Raises DatabaseNotEmpty, InvalidFile.
    """
    if User.objects.exists():
        raise DatabaseNotEmpty
    cast = read_cast()
    scripts = [script_of(reader.read(path, CaseFile), cast) for path in sorted(CASES.glob("*.toml"))]
    scoping_file = scoping.read_scoping()
    print_line(f"{len(cast.associations)} associations, {len(cast.companies)} companies")
    rows = cast_loader.register(cast, at=today + timedelta(days=FIRST_DAY), today=today)
    User.objects.update(password=make_password(demonstration_password()))
    drivers = [ActionsDriver(script, rows, today=today) for script in scripts]
    steps = [step for driver in drivers for step in driver.schedule()]
    steps += scoping.schedule(scoping_file, rows, today=today)
    # Mails are sent every day at noon in Paris: reminders only leave in working hours.
    next_delivery = datetime.combine(today.date() + timedelta(days=FIRST_DAY), time(11), tzinfo=UTC)
    for step in sorted(steps, key=lambda step: step.at):
        while next_delivery < step.at:
            deliver(at=next_delivery)
            next_delivery += timedelta(days=1)
        step.run(step.at)
    while next_delivery < today:
        deliver(at=next_delivery)
        next_delivery += timedelta(days=1)
    deliver(at=today)
    for script in scripts:
        print_line(script.case.title)


def deliver(*, at: datetime) -> None:
    """Send everything that was due at that moment, as the worker would have."""
    while delivery.deliver_due(at=at).handled:
        pass
