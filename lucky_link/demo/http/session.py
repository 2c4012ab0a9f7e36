"""The state of a story while it is played over HTTP: the product, the browsers, and what the pages gave."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from time import monotonic

from lucky_link.demo.cast import Person
from lucky_link.demo.http.browser import Browser, Stopped
from lucky_link.demo.http.mailbox import Mailbox, text_of
from lucky_link.demo.script import Script

WAIT_SECONDS = 90


class StepFailed(Exception):
    """A step of the story failed; the message gives the step, the address and the reason."""


@dataclass(frozen=True, kw_only=True)
class Product:
    """A running product.

    `wait`: lets its workers run for a moment.
    `invite_broker`: returns the address at which a new broker opens an account.
    """

    address: str
    mailbox: Mailbox
    wait: Callable[[], None]
    invite_broker: Callable[[Person], str]


@dataclass(kw_only=True)
class Session:
    """A story being played. `write` prints progress, without ending the line."""

    product: Product
    script: Script
    today: date
    password: str
    write: Callable[[str], object]
    reference: str = ""  # of the case
    browsers: dict[str, Browser] = field(default_factory=dict)  # by e-mail address
    organisation_ids: dict[str, str] = field(default_factory=dict)  # by name
    totp_secrets: dict[str, str] = field(default_factory=dict)  # by e-mail address

    def browser(self, person: Person) -> Browser:
        """Return the browser of a person, the same one each time."""
        return self.browsers.setdefault(person.email, Browser(self.product.address))

    def open_case(self, person: Person, page: str = "") -> Browser:
        """Open a page of the case in the browser of a person."""
        browser = self.browser(person)
        browser.open(f"/dossiers/{self.reference}/{page}")
        return browser

    @contextmanager
    def step(self, title: str) -> Iterator[None]:
        """Print a step and its duration. Raises StepFailed in place of Stopped."""
        started_at = monotonic()
        self.write(f"{title} ... ")
        try:
            yield
        except Stopped as error:
            self.write("\n")
            raise StepFailed(f"{title}\n  at {error.address}\n  {error.reason}") from error
        self.write(f"{monotonic() - started_at:.1f} s\n")

    def wait_for[T](self, look: Callable[[], T | None], what: str) -> T:
        """Return the first result of `look`, called repeatedly while the workers run. Raises Stopped."""
        started_at = monotonic()
        while monotonic() - started_at < WAIT_SECONDS:
            result = look()
            if result:
                return result
            self.product.wait()
        raise Stopped(self.product.address, f"{what} did not come within {WAIT_SECONDS} seconds")

    def from_mail(self, person: Person, pattern: str) -> str:
        """Return the first group of a pattern in the newest mail to a person that matches. Raises Stopped."""

        def look() -> str | None:
            mails = reversed(self.product.mailbox.to(person.email))
            matches = (re.search(pattern, text_of(mail), re.MULTILINE) for mail in mails)
            return next((match[1] for match in matches if match), None)

        return self.wait_for(look, f"a mail to {person.email}")
