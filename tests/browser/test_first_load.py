"""What a phone loads to show a page for the first time, and whether anything moves while it arrives."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, Response, Route

from lucky_link.local import web_files, web_fonts
from tests.browser.visit import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PAGES = ["/", "/compte/login/"]
MOST_REQUESTS = 8
MOST_FONT_BYTES = 120_000
MOST_SHIFT = 0.05
# Chromium without a window loads no icon.
ICON = 1
SHIFTS = """() => new Promise((resolve) => {
  let total = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) total += entry.value;
  }).observe({type: "layout-shift", buffered: true});
  setTimeout(() => resolve(total), 300);
})"""
RULES = """([text]) => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(text);
  // A custom property keeps the spaces of its source, and `*` may stand for nothing.
  return [...sheet.cssRules].map((rule) =>
    rule.cssText.replace(/\\s+/g, " ").replace(/([,(]) | (?=[)])/g, "$1").replaceAll("*:", ":"));
}"""


@pytest.fixture
def phone(chromium) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": PHONE, "height": 844}, locale="fr")
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("path", PAGES)
def test_a_first_load_is_light(phone: Page, served_site: str, path: str) -> None:
    answers: list[Response] = []

    # Playwright sets an attribute on its listeners, which a built-in method has not.
    def add(answer: Response) -> None:
        answers.append(answer)

    phone.on("response", add)
    phone.goto(served_site + path, wait_until="networkidle")
    assert len(answers) + ICON <= MOST_REQUESTS, [answer.url for answer in answers]
    fonts = [answer for answer in answers if answer.request.resource_type == "font"]
    assert len(fonts) == 2
    assert sum(len(answer.body()) for answer in fonts) <= MOST_FONT_BYTES
    page, *files = answers
    assert page.headers["content-encoding"] == "gzip"
    assert [file.url for file in files if "immutable" not in file.headers["cache-control"]] == []
    texts = [file for file in files if file not in fonts]
    assert [file.url for file in texts if file.headers.get("content-encoding") not in ("br", "gzip")] == []


@pytest.mark.parametrize("path", PAGES)
def test_nothing_moves_when_the_fonts_arrive_late(phone: Page, served_site: str, path: str) -> None:
    late: list[str] = []

    def wait(route: Route) -> None:
        late.append(route.request.url)
        time.sleep(0.5)
        route.continue_()

    phone.route("**/*.woff2", wait)
    phone.goto(served_site + path, wait_until="networkidle")
    shift = phone.evaluate(SHIFTS)
    assert len(late) == 2
    assert phone.evaluate("document.fonts.check('16px \"Source Sans 3\"')")
    assert shift < MOST_SHIFT


def test_robots_and_icon_of_the_served_site(phone: Page, served_site: str) -> None:
    robots = phone.goto(f"{served_site}/robots.txt")
    assert "Disallow: /" in robots.text()
    icon = phone.request.get(f"{served_site}/favicon.ico")
    assert (icon.status, icon.headers["content-type"]) == (200, "image/svg+xml")


def test_the_minified_style_sheet_says_what_its_sources_say(phone: Page) -> None:
    folder = web_files.STATIC / "css"
    sources = [(folder / name).read_text(encoding="utf-8") for name in web_files.SHEETS]
    fonts = web_fonts.build()
    written = phone.evaluate(RULES, ["\n".join([sources[0], fonts, *sources[1:]])])
    minified = phone.evaluate(RULES, [web_files.style_sheet(fonts)])
    assert len(written) > 40
    assert minified == written
