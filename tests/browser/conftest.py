"""Chromium, and the people who look at our pages with it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.visit import Visit

MAC = "/Applications/Chromium.app/Contents/MacOS/Chromium"
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def chromium_path() -> str | None:
    """Return the Chromium of this machine, found as the launcher finds it."""
    executable = shutil.which("chromium") or shutil.which("chromium-browser")
    return executable or (MAC if Path(MAC).exists() else None)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    path = chromium_path()
    if path is None and os.environ.get("CI") != "true":
        pytest.skip("No Chromium here: install it (apt-get install chromium) to see the pages as people do.")
    if path is None:
        pytest.fail("No Chromium here, and continuous integration must see the pages as people do.")
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # Playwright's loop runs in this thread, where Django then refuses the database.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        browser = playwright.chromium.launch(executable_path=path, headless=True, args=list(ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium, transactional_db, live_server, settings, tmp_path) -> Iterator[Callable[..., Visit]]:
    """Return a way to open a window in which a person is signed in."""
    settings.PUBLIC_URL = live_server.url
    opened: list[Visit] = []

    def open_window(person=None, **options) -> Visit:
        opened.append(Visit(chromium, live_server.url, person, folder=tmp_path, **options))
        return opened[-1]

    yield open_window
    for each in opened:
        each.close()
