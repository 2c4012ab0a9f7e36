"""A browser without JavaScript that follows links, submits forms, and raises at every refusal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from http import HTTPStatus
from urllib.parse import urljoin

import mechanicalsoup
import requests
from bs4 import BeautifulSoup, Tag

type FormValues = Mapping[str, str | bool | tuple[str, ...]]

TIMEOUT_SECONDS = 60
# Where the pages show the reason of a refusal, the most precise element first.
REASON_SELECTORS = (
    ".errors li, .errors p",
    ".error",
    ".messages .message[data-status=late] p",
    "main h1, main .lead",
)
REFUSAL_SELECTOR = ".messages .message[data-status=late] p"


class Stopped(Exception):
    """The page does not allow the next step; `reason` is what it shows."""

    def __init__(self, address: str, reason: str) -> None:
        super().__init__(f"{address}: {reason}")
        self.address = address
        self.reason = reason


class Browser:
    """The browser of one person. `address` and `page` are those of the current page."""

    def __init__(self, product: str) -> None:
        self._product = product
        self._browser = mechanicalsoup.Browser(soup_config={"features": "html.parser"})
        self._browser.session.headers["Accept-Language"] = "fr"
        self.address = product
        self.page = BeautifulSoup("", "html.parser")

    def open(self, address: str) -> None:
        """Open an address or a path. Raises Stopped."""
        url = urljoin(self._product, address)
        self._show(url, lambda: self._browser.get(url, timeout=TIMEOUT_SECONDS))

    def follow(self, text: str, *, within: str = "main") -> None:
        """Follow the first link whose text starts with `text`. Raises Stopped."""
        self.open(urljoin(self.address, str(self._first(f"{within} a[href]", text)["href"])))

    def press(self, text: str, values: FormValues | None = None, *, within: str = "main") -> None:
        """Fill in and submit the form of the first button whose text starts with `text`. Raises Stopped."""
        button = self._first(f"{within} button", text)
        form_tag = button.find_parent("form")
        if form_tag is None:
            raise Stopped(self.address, f"the button “{text}” belongs to no form")
        form = mechanicalsoup.Form(form_tag)
        for name, value in (values or {}).items():
            try:
                form.set(name, list(value) if isinstance(value, tuple) else value)
            except mechanicalsoup.LinkNotFoundError as error:
                raise Stopped(self.address, f"in the form of “{text}”: {error}") from error
        form.choose_submit(button)
        if button.get("formaction"):
            form_tag["action"] = str(button["formaction"])
        here = self.address
        self._show(
            urljoin(here, str(form_tag.get("action", ""))),
            lambda: self._browser.submit(form, here, timeout=TIMEOUT_SECONDS),
        )

    def upload(self, name: str, content: bytes, text: str) -> None:
        """Submit a PDF with the form of the first button whose text starts with `text`. Raises Stopped."""
        form = self._first("main button", text).find_parent("form")
        if form is None:
            raise Stopped(self.address, f"the button “{text}” belongs to no form")
        # mechanicalsoup would send the empty field too.
        for field in form.select(f'input[name="{name}"]'):
            field.decompose()
        here, files = self.address, {name: ("charte.pdf", content, "application/pdf")}
        self._show(here, lambda: self._browser.submit(form, here, files=files, timeout=TIMEOUT_SECONDS))

    def download(self, text: str) -> bytes:
        """Return the file of the first link whose text starts with `text`. Raises Stopped."""
        url = urljoin(self.address, str(self._first("main a[href]", text)["href"]))
        return self._request(url, lambda: self._browser.get(url, timeout=TIMEOUT_SECONDS)).content

    def attribute(self, selector: str, name: str) -> str:
        """Return an attribute of the first matching element. Raises Stopped."""
        element = self.page.select_one(f"{selector}[{name}]")
        if element is None:
            raise Stopped(self.address, f"{selector} is not on the page “{' '.join(self.texts('h1'))}”")
        return str(element[name])

    def texts(self, selector: str) -> list[str]:
        """Return the text of each matching element, on one line each."""
        return [text_in(element) for element in self.page.select(selector)]

    def has(self, text: str, selector: str = "main") -> bool:
        """Return whether a matching element contains `text`."""
        return any(" ".join(text.split()) in shown for shown in self.texts(selector))

    def has_link(self, text: str) -> bool:
        """Return whether the text of a link starts with `text`."""
        return any(shown.startswith(text) for shown in self.texts("main a[href]"))

    def _first(self, selector: str, text: str) -> Tag:
        expected = " ".join(text.split())
        elements = self.page.select(selector)
        for element in elements:
            if text_in(element).startswith(expected):
                return element
        shown = "; ".join(text_in(element) for element in elements) or "nothing of the kind"
        raise Stopped(self.address, f"“{text}” is not on the page, which offers: {shown}")

    def _show(self, url: str, request: Callable[[], requests.Response]) -> None:
        response = self._request(url, request)
        self.address = response.url
        self.page = getattr(response, "soup", None) or BeautifulSoup("", "html.parser")
        refusals = self.texts(REFUSAL_SELECTOR)
        if refusals:
            raise Stopped(self.address, " ".join(refusals))

    def _request(self, url: str, request: Callable[[], requests.Response]) -> requests.Response:
        try:
            response = request()
        except requests.RequestException as error:
            raise Stopped(url, f"no answer ({type(error).__name__})") from error
        if response.status_code >= HTTPStatus.BAD_REQUEST:
            raise Stopped(response.url, _reason(response))
        return response


def text_in(element: Tag) -> str:
    """Return the text of an element with single spaces."""
    return " ".join(element.get_text(" ").split())


def _reason(response: requests.Response) -> str:
    page = getattr(response, "soup", None)
    for selector in REASON_SELECTORS:
        reason = " ".join(text_in(element) for element in page.select(selector)) if page else ""
        if reason:
            return f"{response.status_code}: {reason}"
    return f"{response.status_code} {response.reason}"
