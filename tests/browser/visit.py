"""One person at one screen: pages opened, looked at for barriers, and acted on."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from django.utils import translation
from playwright.sync_api import Browser, ConsoleMessage, Frame, Locator, Page, Request, Response

PHONE, DESK = 390, 1280
NARROWEST = 320
PATIENCE = 60_000  # ms to draw a whole page, which may be ten screens long, on a busy machine
WCAG = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
    "resultTypes": ["violations"],
}
OVERFLOW = """() => {
  const root = document.documentElement;
  if (root.scrollWidth <= root.clientWidth) return "";
  const wide = [...document.querySelectorAll("body *")].filter(
    (each) => each.getBoundingClientRect().right > root.clientWidth + 1);
  return wide.slice(0, 3).map((each) => each.outerHTML.slice(0, 120)).join(" | ") || "the page itself";
}"""

# What is hidden from the eye inside a box that scrolls may still stretch the page below it.
BLANK = """() => Math.round(document.documentElement.scrollHeight - Math.max(window.innerHeight,
  document.querySelector(".site-footer").getBoundingClientRect().bottom + window.scrollY))"""


COUNT_PRESSES = "addEventListener('pointerup', () => window.countPress(), {capture: true})"


class Visit:
    """A window. `width` in pixels; without `script` every page must do its work as a plain form.

    `screens` counts the pages that came, `presses` what was pressed on them; an address that was opened counts
    as the link that leads there. Without `script` the presses on pages are not counted.
    """

    def __init__(
        self,
        chromium: Browser,
        house: str,
        person: object,
        *,
        folder: Path,
        width: int = DESK,
        language: str = "fr",
        theme: str = "light",
        script: bool = True,
    ) -> None:
        self.house, self.width, self.script, self.folder = house, width, script, folder
        self.language = language
        self.person = str(person).partition(" ")[0] if person else "nobody"
        self.context = chromium.new_context(
            viewport={"width": width, "height": 844 if width < DESK else 900},
            locale=language,
            color_scheme=theme,
            java_script_enabled=script,
            reduced_motion="reduce",
        )
        self.context.set_default_timeout(10_000)
        self.errors: list[str] = []
        self.allowed = 422  # a form that was refused is an answer like another
        self.presses = self.screens = 0
        if script:
            self.context.expose_function("countPress", self._count_press)
            self.context.add_init_script(COUNT_PRESSES)
        if person is not None:
            self._sign_in(person, language)
        self.page: Page = self.context.new_page()
        self.page.on("framenavigated", self._count_screen)
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.errors.append(f"{self.page.url}: {error}"))
        self.page.on("request", self._asked)
        self.page.on("response", self._answered)

    def open(self, path: str) -> Page:
        """Open a page and look at it."""
        self.go(path)
        self.look()
        return self.page

    def follow(self, link: Locator) -> None:
        """Press what leads to another page, and look at that page."""
        with self.page.expect_navigation():
            link.click()
        self.look()

    def look(self) -> None:
        """Fail on what would stop somebody: a barrier, a sideways scroll, an error nobody sees."""
        self.page.wait_for_load_state()
        faults = self.problems()
        if self.width < DESK:
            self.page.set_viewport_size({"width": NARROWEST, "height": 844})
            faults += self._misfits()
            self.page.set_viewport_size({"width": self.width, "height": 844})
        if faults:
            self._picture()
        assert not faults, "\n".join(faults)

    def problems(self) -> list[str]:
        """Return what would stop somebody on the page that is open, and what went wrong on the way."""
        faults = self._misfits()
        if self.script:
            barriers = Axe().run(self.page, options=WCAG)
            if barriers.violations_count:
                faults.append(f"{self._place}\n{barriers.generate_report()}")
        faults += self.errors
        self.errors = []
        return faults

    def press(self, words: str, *, within: str = "main") -> None:
        """Press the button of these French words, in the language of the window; look at what comes."""
        self.send(words, within=within)
        self.look()

    def go(self, path: str) -> Page:
        """Open a page that was looked at before."""
        self._count_press()
        self.page.goto(self.house + path)
        return self.page

    def send(self, words: str, *, within: str = "main") -> None:
        """Press a button as `press` does, without looking at what comes."""
        with self.page.expect_navigation():
            self.page.locator(within).get_by_role("button", name=self.words(words)).first.click()

    def write(self, typed: Mapping[str, str | tuple[str, ...]], *, within: str = "main") -> None:
        """Type in the fields of these names; several values tick as many boxes."""
        for name, value in typed.items():
            fields = self.page.locator(f"{within} [name='{name}']")
            kind = fields.first.evaluate("field => field.type")
            if kind == "checkbox" and value == "on":
                fields.check()
            elif kind in {"checkbox", "radio"}:
                for each in (value,) if isinstance(value, str) else value:
                    fields.and_(self.page.locator(f"[value='{each}']")).check()
            elif kind == "select-one":
                fields.select_option(str(value))
            else:
                fields.fill(str(value))

    def words(self, french: str) -> str:
        """Return what is written on the pages of this window for some French words."""
        with translation.override(self.language):
            return translation.gettext(french)

    def close(self) -> None:
        self.context.close()

    def _sign_in(self, person: object, language: str) -> None:
        client = Client()
        client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
        cookies = {"sessionid": client.cookies["sessionid"].value, "django_language": language}
        self.context.add_cookies(
            [{"name": name, "value": value, "url": self.house} for name, value in cookies.items()]
        )

    @property
    def _place(self) -> str:
        return self.page.url.removeprefix(self.house)

    def _picture(self) -> None:
        """Leave a picture of the page for whoever reads the failure."""
        picture = self.folder / f"{self.person}-{self.width}.png"
        # Hiding the caret would leave an empty style on each field, which htmx copies and the policy refuses.
        self.page.screenshot(path=picture, full_page=True, caret="initial", timeout=PATIENCE)

    def _misfits(self) -> list[str]:
        wide = self.page.evaluate(OVERFLOW)
        blank = self.page.evaluate(BLANK)
        faults = [f"{self._place} goes on for {blank} blank pixels after its end"] if blank > 1 else []
        if wide:
            faults.append(f"{self._place} scrolls sideways at {self.page.viewport_size}: {wide}")
        return faults

    def _count_press(self) -> None:
        self.presses += 1

    def _count_screen(self, frame: Frame) -> None:
        self.screens += frame == self.page.main_frame

    def _heard(self, message: ConsoleMessage) -> None:
        # The console calls any such answer a failure.
        if message.type in {"error", "warning"} and f"status of {self.allowed}" not in message.text:
            self.errors.append(f"{self.page.url}: {message.text}")

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((self.house, "data:", "blob:")):
            self.errors.append(f"{self.page.url} asks {request.url}")

    def _answered(self, response: Response) -> None:
        if response.status >= 400 and response.status != self.allowed:
            self.errors.append(f"{self.page.url}: {response.status} {response.url}")
