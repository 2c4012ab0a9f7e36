"""Whose turn it is, to do what, until when: the same on every page and in every mail, at each step of P2."""

from __future__ import annotations

import re
from copy import replace
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags
from django.utils.text import capfirst

from accounts.templatetags import wording
from lucky_link.demo import reader
from lucky_link.demo.actions import cast_loader
from lucky_link.demo.actions.driver import ActionsDriver
from lucky_link.demo.case_file import CaseFile
from lucky_link.demo.cast import CASES, Cast, read_cast
from lucky_link.demo.script import script_of
from outbox.models import Delivery, DeliveryState, Message
from outbox.sending import delivery
from partnerships.case.next_step import Step
from partnerships.case.next_step_text import NextStepShown, next_step_shown
from partnerships.case.status import statuses_of
from partnerships.models import Partnership

pytestmark = pytest.mark.django_db

LIFE = [
    (Step.SCOPE, ()),
    (Step.PREPARE, ()),
    (Step.ASK, ()),
    (Step.EXPECT, ("A", "E")),
    (Step.EXPECT, ("E",)),
    (Step.BEGIN, ()),
    (Step.WRITE, ()),
    *[
        (Step.ANSWER, ("A", "E")),
        (Step.ANSWER, ("E",)),
        (Step.REWORK, ()),
        (Step.ASK_AGAIN, ()),
    ]
    * 3,
    (Step.ANSWER, ("A", "E")),
    (Step.ANSWER, ("E",)),
    (Step.FREEZE, ()),
    (Step.SIGN, ("A", "E")),
    (Step.SIGN, ("E",)),
    (Step.COUNTERSIGN, ()),
    (Step.SEAL, ()),
    (Step.DELIVER, ("A",)),
]


@pytest.fixture
def play() -> ActionsDriver:
    """P2 told to its signatures, between its two organisations alone."""
    today = datetime.now(UTC)
    story = reader.read(CASES / "P2.toml", CaseFile)
    calendar = replace(story.calendar, frozen=-2, signed={"A": -1, "E": -1}, countersigned=-1)
    script = script_of(replace(story, calendar=calendar), read_cast())
    cast = Cast(brokers=(script.broker,), associations=(script.association,), companies=(script.company,))
    rows = cast_loader.register(cast, at=today - timedelta(days=30), today=today)
    TOTP.activate(rows.users[story.broker], generate_totp_secret())
    Message.objects.update(cancelled_at=today)
    return ActionsDriver(script, rows, today=today)


def plain(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def between(html: str, start: str, end: str) -> str:
    return plain(html.partition(start)[2].partition(end)[0])


def day_of(shown: NextStepShown) -> str:
    """Return the day and the month of the deadline, as every page writes them, "" without one."""
    return plain(wording.day(shown.deadline)).rpartition(" ")[0] if shown.deadline else ""


class Reader:
    """Somebody who opens the case, their home, and their mails."""

    def __init__(self, play: ActionsDriver, person) -> None:
        self.person, self.play = person, play
        self.client = Client()
        self.client.force_login(person)
        self.home = reverse("broker:pipeline") if person.is_broker else reverse("home")

    def shown(self) -> NextStepShown:
        at = datetime.now(UTC)
        case = Partnership.objects.select_related("broker").get(title=self.play.case.title)
        return next_step_shown(statuses_of([case], at, user=self.person)[case.pk], self.person, at)

    def agrees(self, at: datetime) -> None:
        """Check that pages, and the mails sent at that moment, say what is decided."""
        shown = self.shown()
        path = self.play.partnership.get_absolute_url()
        self._the_case_says(shown, self.client.get(path).content.decode())
        self._the_home_says(shown, self.client.get(self.home, follow=True).content.decode())
        for mail in Delivery.objects.filter(state=DeliveryState.SENT, sent_at=at, user=self.person):
            self._the_mail_says(shown, mail.text)

    def _the_case_says(self, shown: NextStepShown, html: str) -> None:
        turn = between(html, 'id="turn">', "</section>")
        assert plain(shown.text) in turn
        if shown.whose == "you":
            assert "À vous" in turn
        elif shown.whose != "none":
            assert all(name in turn for name in shown.who.split(" et "))
        assert ('class="deadline"' in html) is (shown.deadline is not None)
        assert day_of(shown) in turn

    def _the_home_says(self, shown: NextStepShown, html: str) -> None:
        text = plain(html)
        if shown.whose == "none":
            return
        if self.person.is_broker:
            left = plain(wording.days_left(shown.days)) if shown.days is not None else ""
            assert plain(f"{shown.who}\u00a0: {shown.title}") in text
            assert left in text
        else:
            # A home names a milestone by its title alone, its code beside it.
            assert plain(shown.title.partition(", ")[2] or capfirst(shown.title)) in text
            assert shown.whose == "you" or all(name in text for name in shown.who.split(" et "))
            assert day_of(shown) in text

    def _the_mail_says(self, shown: NextStepShown, text: str) -> None:
        who = {"you": "À vous", "broker": "Au passeur", "none": "Rien à faire"}.get(
            shown.whose, f"À {shown.who}"
        )
        assert f"À qui d’agir\u00a0: {who}\n" in text
        assert f"Ce qu’il y a à faire\u00a0: {capfirst(shown.title)}\n" in text
        deadline = re.search(r"Échéance\u00a0: (.+)\n", text)
        assert bool(deadline) is (shown.deadline is not None), text
        if deadline and shown.deadline:
            assert deadline[1].startswith(strip_tags(wording.day(shown.deadline)))


def test_every_page_and_every_mail_say_the_same_turn(play):
    readers = [Reader(play, person) for person in (play.signatory("A"), play.signatory("E"), play.broker)]
    began = datetime.now(UTC) - timedelta(hours=3)
    lived: list[tuple[Step, tuple[str, ...]]] = []
    mails = 0
    for minute, step in enumerate(play.schedule()):
        at = began + timedelta(minutes=minute)
        step.run(at)
        delivery.deliver_due(at=at, limit=1000)
        case = play.partnership
        stored = statuses_of([case], at)[case.pk].next_step
        if lived and lived[-1] == (stored.step, stored.parties):
            continue
        lived.append((stored.step, stored.parties))
        for person in readers:
            person.agrees(at)
        mails += Delivery.objects.filter(state=DeliveryState.SENT, sent_at=at).count()
    assert lived == LIFE
    assert mails > 20
