"""Where and by whom a case is played: what every chapter of a story shares."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from time import monotonic

from lucky_link.casefile import CaseFile
from lucky_link.castfile import Organisation, Person
from lucky_link.story.browser import Browser, Stopped
from lucky_link.story.mailbox import Mailbox, text_of

PATIENCE = 90


class StepFailed(Exception):
    """A step of the story did not come about; the message says which, where and why."""


@dataclass(frozen=True, kw_only=True)
class House:
    """A running product. `wait` lets its workers act; `enrol` gives the letter of a first broker."""

    address: str
    mails: Mailbox
    wait: Callable[[], None]
    enrol: Callable[[Person], str]


@dataclass(kw_only=True)
class Scene:
    """A case being played. `write` shows what happens, without ending the line."""

    house: House
    case: CaseFile
    association: Organisation
    company: Organisation
    broker: Person
    today: date
    password: str
    write: Callable[[str], object]
    reference: str = ""
    browsers: dict[str, Browser] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)  # organisation -> its key in the addresses

    @property
    def parties(self) -> dict[str, Organisation]:
        """Return the organisations by the code that the file gives them."""
        return {"A": self.association, "E": self.company}

    def browser(self, person: Person) -> Browser:
        """Return the browser of somebody, the same one each time."""
        return self.browsers.setdefault(person.email, Browser(self.house.address))

    def at(self, person: Person, page: str = "") -> Browser:
        """Show a page of the case to somebody."""
        shown = self.browser(person)
        shown.open(f"/dossiers/{self.reference}/{page}")
        return shown

    def speaker(self, party: str) -> Person:
        """Return who answers for a party: a colleague who may, else the signatory."""
        people = self.parties[party].people
        return next((each for each in people if each.referent and not each.signatory), self.signatory(party))

    def signatory(self, party: str) -> Person:
        """Return who signs for a party."""
        return next(each for each in self.parties[party].people if each.signatory)

    @contextmanager
    def step(self, words: str) -> Iterator[None]:
        """Name a step, and say how long it took. Raises StepFailed in place of Stopped."""
        begun = monotonic()
        self.write(f"{words} ... ")
        try:
            yield
        except Stopped as stop:
            self.write("\n")
            raise StepFailed(f"{words}\n  at {stop.address}\n  {stop.sentence}") from stop
        self.write(f"{monotonic() - begun:.1f} s\n")

    def until[T](self, look: Callable[[], T | None], what: str) -> T:
        """Return what `look` finds, looking again and again while the workers act. Raises Stopped."""
        begun = monotonic()
        while monotonic() - begun < PATIENCE:
            found = look()
            if found:
                return found
            self.house.wait()
        raise Stopped(self.house.address, f"{what} did not come within {PATIENCE} seconds")

    def mailed(self, person: Person, pattern: str) -> str:
        """Return what a pattern catches in the newest mail of somebody that holds it. Raises Stopped."""

        def look() -> str | None:
            mails = reversed(self.house.mails.to(person.email))
            found = (re.search(pattern, text_of(mail), re.MULTILINE) for mail in mails)
            return next((each[1] for each in found if each), None)

        return self.until(look, f"a mail to {person.email}")
