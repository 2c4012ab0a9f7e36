"""A person's browser without script: it follows links, fills real forms, and stops at every refusal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from http import HTTPStatus
from urllib.parse import urljoin

import mechanicalsoup
import requests
from bs4 import BeautifulSoup, Tag

type Typed = Mapping[str, str | bool | tuple[str, ...]]

SECONDS = 60
# Where our pages say what stands in the way, the most precise place first.
REASONS = (".errors li, .errors p", ".error", ".messages .message[data-status=late] p", "main h1, main .lead")
REFUSED_PRESS = ".messages .message[data-status=late] p"


class Stopped(Exception):
    """The story cannot go on: at which address, and what the page says."""

    def __init__(self, address: str, sentence: str) -> None:
        super().__init__(f"{address}: {sentence}")
        self.address = address
        self.sentence = sentence


class Browser:
    """One person on one machine. `address`: of the page shown; `page`: that page."""

    def __init__(self, house: str) -> None:
        self._house = house
        self._browser = mechanicalsoup.Browser(soup_config={"features": "html.parser"})
        self._browser.session.headers["Accept-Language"] = "fr"
        self.address = house
        self.page = BeautifulSoup("", "html.parser")

    def open(self, address: str) -> None:
        """Show the page at an address, whole or as a path. Raises Stopped."""
        where = urljoin(self._house, address)
        self._show(where, lambda: self._browser.get(where, timeout=SECONDS))

    def follow(self, words: str, *, within: str = "main") -> None:
        """Follow the first link that begins with `words`. Raises Stopped."""
        self.open(urljoin(self.address, str(self._first(f"{within} a[href]", words)["href"])))

    def press(self, words: str, typed: Typed | None = None, *, within: str = "main") -> None:
        """Fill the form of the first button that begins with `words`, and press it. Raises Stopped."""
        button = self._first(f"{within} button", words)
        found = button.find_parent("form")
        if found is None:
            raise Stopped(self.address, f"the button “{words}” belongs to no form")
        form = mechanicalsoup.Form(found)
        for name, value in (typed or {}).items():
            try:
                form.set(name, list(value) if isinstance(value, tuple) else value)
            except mechanicalsoup.LinkNotFoundError as error:
                raise Stopped(self.address, f"in the form of “{words}”: {error}") from error
        form.choose_submit(button)
        here = self.address
        self._show(
            urljoin(here, str(found.get("action", ""))),
            lambda: self._browser.submit(form, here, timeout=SECONDS),
        )

    def send_file(self, name: str, content: bytes, words: str) -> None:
        """Choose a file in the form of the button that begins with `words`, and press it. Raises Stopped."""
        form = self._first("main button", words).find_parent("form")
        if form is None:
            raise Stopped(self.address, f"the button “{words}” belongs to no form")
        # The library would send the empty field beside the file.
        for field in form.select(f'input[name="{name}"]'):
            field.decompose()
        here, files = self.address, {name: ("charte.pdf", content, "application/pdf")}
        self._show(here, lambda: self._browser.submit(form, here, files=files, timeout=SECONDS))

    def fetch(self, words: str) -> bytes:
        """Return the file behind the first link that begins with `words`. Raises Stopped."""
        where = urljoin(self.address, str(self._first("main a[href]", words)["href"]))
        return self._answer(where, lambda: self._browser.get(where, timeout=SECONDS)).content

    def given(self, selector: str, attribute: str) -> str:
        """Return an attribute of the first such element of the page. Raises Stopped."""
        found = self.page.select_one(f"{selector}[{attribute}]")
        if found is None:
            raise Stopped(self.address, f"{selector} is not on the page “{' '.join(self.texts('h1'))}”")
        return str(found[attribute])

    def texts(self, selector: str) -> list[str]:
        """Return what stands in each element of the page, on one line."""
        return [plain(element) for element in self.page.select(selector)]

    def has(self, words: str, selector: str = "main") -> bool:
        """Say whether the page shows some words."""
        return any(" ".join(words.split()) in text for text in self.texts(selector))

    def has_link(self, words: str) -> bool:
        """Say whether a link begins with some words."""
        return any(text.startswith(words) for text in self.texts("main a[href]"))

    def _first(self, selector: str, words: str) -> Tag:
        wanted = " ".join(words.split())
        found = self.page.select(selector)
        for element in found:
            if plain(element).startswith(wanted):
                return element
        shown = "; ".join(plain(element) for element in found) or "nothing of the kind"
        raise Stopped(self.address, f"“{words}” is not on the page, which offers: {shown}")

    def _show(self, where: str, ask: Callable[[], requests.Response]) -> None:
        answer = self._answer(where, ask)
        self.address = answer.url
        self.page = getattr(answer, "soup", None) or BeautifulSoup("", "html.parser")
        refused = self.texts(REFUSED_PRESS)
        if refused:
            raise Stopped(self.address, " ".join(refused))

    def _answer(self, where: str, ask: Callable[[], requests.Response]) -> requests.Response:
        try:
            answer = ask()
        except requests.RequestException as error:
            raise Stopped(where, f"no answer ({type(error).__name__})") from error
        if answer.status_code >= HTTPStatus.BAD_REQUEST:
            raise Stopped(answer.url, _reason(answer))
        return answer


def plain(element: Tag) -> str:
    """Return the words of an element with single spaces."""
    return " ".join(element.get_text(" ").split())


def _reason(answer: requests.Response) -> str:
    page = getattr(answer, "soup", None)
    for selector in REASONS:
        said = " ".join(plain(element) for element in page.select(selector)) if page else ""
        if said:
            return f"{answer.status_code}: {said}"
    return f"{answer.status_code} {answer.reason}"
