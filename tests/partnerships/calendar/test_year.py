"""A simulated year: every reminder that should have left left once, at an allowed hour, to the right people.

What should have left is computed here from the sentence of the rules and from the days of work of each person,
with nothing of the code that plans or sends: days before the due date go back to a day of work, days after it
go on to one, at eight in the morning of the reader.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import holidays
import pytest
from django.db import transaction
from django.db.models import Min

from outbox import caps
from outbox.models import Delivery, DeliveryState, Message
from outbox.sending import delivery
from partnerships import reminders
from partnerships.lifecycle import Case
from partnerships.models import Milestone
from tests import make
from tests.make import NOON

pytestmark = pytest.mark.django_db
DAYS = (-30, -7, -1, 0, 3)
# Six time zones, with the calendar of holidays of each.
ZONES = {
    "ada": ("Europe/Paris", ("FR", None)),
    "ben": ("Indian/Reunion", ("FR", "974")),
    "carla": ("Pacific/Noumea", ("FR", "NC")),
    "dan": ("America/Martinique", ("FR", "972")),
    "nora": ("Pacific/Tahiti", ("FR", "PF")),
    "oscar": ("America/Toronto", ("CA", "QC")),
}
OWNERS = {"A": ("ada", "ben"), "E": ("carla", "dan")}
OUTAGE = timedelta(days=3)


@dataclass
class Followed:
    """A milestone with the days on which it was due, each from a moment until another one."""

    row: Milestone
    owner: str
    spans: list[tuple[datetime, date]] = field(default_factory=list)
    done_at: datetime | None = None

    def span_at(self, moment: datetime) -> date | None:
        """Return the due date at a moment, None once it is done."""
        if self.done_at and moment >= self.done_at:
            return None
        return next((day for since, day in reversed(self.spans) if since <= moment), None)


def is_working(day: date, calendar: tuple[str, str | None]) -> bool:
    country, part = calendar
    return day.weekday() < 5 and day not in holidays.country_holidays(country, subdiv=part, years=day.year)


def departure(due: date, days: int, name: str) -> datetime:
    """Return when a reminder of a due date is to leave for a person, by the sentence of the rule."""
    zone, calendar = ZONES[name]
    day, step = due + timedelta(days=days), timedelta(days=-1 if days <= 0 else 1)
    while not is_working(day, calendar):
        day += step
    return datetime.combine(day, time(8), tzinfo=ZoneInfo(zone))


def expected(followed: Followed, name: str) -> set[datetime]:
    """Return when the person is to get a reminder of the milestone, were there no outage."""
    moments = set()
    for number, (since, due) in enumerate(followed.spans):
        ends = [followed.done_at, *(later for later, _day in followed.spans[number + 1 : number + 2])]
        for days in DAYS:
            moment = departure(due, days, name)
            if moment >= since and not any(end and moment >= end for end in ends):
                moments.add(moment)
    return moments


def next_moment(after: datetime) -> datetime:
    """Return when something is due after a moment, at the latest a week later."""
    waiting, pending = Message.objects.waiting(), Delivery.objects.pending()
    moments = [
        waiting.filter(postponed_until=None).aggregate(least=Min("due_at"))["least"],
        waiting.aggregate(least=Min("postponed_until"))["least"],
        pending.aggregate(least=Min("next_attempt_at"))["least"],
    ]
    return max(min([*filter(None, moments), after + timedelta(days=7)]), after + timedelta(seconds=1))


@transaction.atomic
def move(followed: Followed, day: date, *, at: datetime) -> None:
    """Give a milestone another day and plan it again, as every act that moves one does."""
    followed.row.due_date = day
    followed.row.save(update_fields=["due_date"])
    reminders.plan_milestone(followed.row, at=at)
    followed.spans.append((at, day))


type Act = tuple[datetime, Followed, str]
type Outage = tuple[datetime, datetime]


def bring_in(cast) -> None:
    """Have the people live in six time zones, without a cap that matters."""
    for name, (zone, _calendar) in ZONES.items():
        person = getattr(cast, name)
        person.time_zone = zone
        person.save(update_fields=["time_zone"])
        caps.set_cap(user_id=person.pk, mails=caps.MOST)


def milestones_of(cast, dice: random.Random, *, cases: int, days: int) -> list[Followed]:
    """Return the milestones of new cases, each due on a random day."""
    found = []
    for number in range(cases):
        case = make.partnership(cast, until=Case.ACTIVE, title=f"Dossier {number}")
        for row in case.milestones.select_related("partnership", "owner").order_by("pk"):
            followed = Followed(row=row, owner=row.owner.code if row.owner else "")
            move(followed, (NOON + timedelta(days=dice.randrange(2, days))).date(), at=NOON)
            found.append(followed)
    return found


def acts_on(found: list[Followed], dice: random.Random, *, days: int) -> list[Act]:
    """Return random acts in the order of time: dates that move up to three times, most milestones done."""
    acts: list[Act] = []
    for followed in found:
        kinds = ["move"] * dice.choice((0, 0, 1, 3)) + ["done"] * (dice.random() < 0.7)
        acts += [(NOON + timedelta(days=dice.uniform(1, days)), followed, kind) for kind in kinds]
    return sorted(acts, key=lambda act: act[0])


def carry_out(cast, followed: Followed, act: str, dice: random.Random, *, at: datetime) -> None:
    if followed.done_at:
        return
    if act == "move":
        move(followed, (at + timedelta(days=dice.randrange(1, 60))).date(), at=at)
        return
    speaker = getattr(cast, OWNERS[followed.owner or "A"][1])
    make.complete(followed.row.partnership, followed.row.code, speaker, at=at)
    followed.done_at = at


def play(cast, *, cases: int, days: int, seed: int) -> tuple[list[Followed], Outage]:
    """Play cases with random acts; return what was followed, and the beginning and the end of an outage.

    Between two moments at which something is due nothing happens, so the clock goes from one to the next.
    """
    dice = random.Random(seed)
    bring_in(cast)
    found = milestones_of(cast, dice, cases=cases, days=days)
    acts = acts_on(found, dice, days=days)
    outage_at = NOON + timedelta(days=dice.uniform(days / 4, days / 2))
    outage = (outage_at, outage_at + OUTAGE)
    now, end = NOON, NOON + timedelta(days=days + 20)
    while now < end:
        while acts and acts[0][0] <= now:
            _moment, followed, act = acts.pop(0)
            carry_out(cast, followed, act, dice, at=now)
        is_down = outage[0] <= now < outage[1]
        if not is_down:
            deliver_all(now)
        following = outage[1] if is_down else next_moment(now)
        now = min(following, acts[0][0]) if acts else following
    return found, outage


def deliver_all(at: datetime) -> None:
    while delivery.deliver_due(at=at, limit=1000).handled >= 1000:
        pass


def check(cast, found: list[Followed], outage: Outage) -> Counter:
    """Assert what holds of every reminder that left, and that none is missing; return what was counted."""
    names = {getattr(cast, name).pk: name for name in ZONES}
    sent = Delivery.objects.filter(state=DeliveryState.SENT, message__kind="milestone-reminder")
    left = defaultdict(list)
    for mail in sent.select_related("message").order_by("sent_at"):
        left[mail.message.facts["milestone"], names[mail.user_id]].append(mail)
    counted: Counter = Counter()
    for followed in found:
        people = OWNERS[followed.owner] if followed.owner else (*OWNERS["A"], *OWNERS["E"])
        assert {name for key, name in left if key == followed.row.pk} <= set(people)
        for name in people:
            mails = left[followed.row.pk, name]
            check_each(followed, name, mails, outage)
            counted.update(check_all(followed, name, {mail.sent_at for mail in mails}, outage))
    return counted


def check_each(followed: Followed, name: str, mails: list[Delivery], outage: Outage) -> None:
    """Assert of each mail that it left at an allowed hour, for what is open, and not after the due day."""
    zone, calendar = ZONES[name]
    days = set()
    for mail in mails:
        local = mail.sent_at.astimezone(ZoneInfo(zone))
        assert is_working(local.date(), calendar)
        assert time(8) <= local.time() < time(19)
        assert local.date() not in days
        days.add(local.date())
        due = followed.span_at(mail.sent_at)
        assert due is not None
        assert due.isoformat() == mail.message.facts["due_date"]
        is_caught_up = outage[1] <= mail.sent_at < outage[1] + timedelta(days=6)
        assert mail.message.facts["days"] > 0 or local.date() <= due or is_caught_up


def check_all(followed: Followed, name: str, moments: set[datetime], outage: Outage) -> dict[str, int]:
    """Assert that each reminder left once, and that one mail alone stands for those an outage missed."""
    wanted = expected(followed, name)
    missed = {moment for moment in wanted if outage[0] <= moment < outage[1]}
    after = {moment for moment in moments if outage[1] <= moment < outage[1] + timedelta(days=6)}
    extra = moments - (wanted - missed)
    assert extra <= after
    assert len(extra) <= 1
    assert wanted - missed <= moments
    return {"left": len(moments), "missed": len(missed), "caught_up": len(extra)}


@pytest.mark.slow
def test_two_months_of_two_cases(cast):
    counted = check(cast, *play(cast, cases=2, days=60, seed=7))
    assert counted["left"] > 30


@pytest.mark.audit
@pytest.mark.parametrize("seed", range(4))
def test_a_year_of_twenty_cases(cast, seed):
    counted = check(cast, *play(cast, cases=20, days=365, seed=seed))
    assert counted["left"] > 400
    assert counted["caught_up"] > 0
