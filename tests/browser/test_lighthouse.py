"""Lighthouse as on a slow phone; run by `./luckylink audit` where `lighthouse` is installed (npm)."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from lucky_link.local.console import print_line
from partnerships.lifecycle import Edition
from tests import make
from tests.browser.conftest import chromium_path
from tests.browser.test_first_load import MOST_FONT_BYTES, MOST_REQUESTS, MOST_SHIFT
from tests.cast import Cast, assemble_cast, reauthenticate

pytestmark = [pytest.mark.audit, pytest.mark.browser, pytest.mark.slow]

LIGHTHOUSE = os.environ.get("LIGHTHOUSE") or shutil.which("lighthouse")
LEAST_SCORE = 95
# A busy machine makes a page slower, never faster.
ATTEMPTS = 3
# No search engine reads a page of a signed-in person, and robots.txt says so: this audit is left out there.
PRIVATE = ("--skip-audits=is-crawlable",)


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return assemble_cast(make.NOON)


@pytest.fixture
def addresses(cast: Cast) -> dict[str, str]:
    """Return the path of each page that is measured; those after "register" are Ada's."""
    negotiation = make.partnership(cast, until=Edition.NEGOTIATION, title="Premier").reference
    signing = make.partnership(cast, until=Edition.SIGNING, title="Deuxième").reference
    return {
        "home": reverse("landing"),
        "sign-in": reverse("account_login"),
        "verification": reverse("verification"),
        "register": reverse("register"),
        "portal home": reverse("associations:home"),
        "case": reverse("partnerships:roadmap", args=[negotiation]),
        "answer": reverse("partnerships:rounds", args=[negotiation]),
        "sign": reverse("partnerships:sign", args=[signing]),
    }


def cookie_of(person: object) -> str:
    client = Client()
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    reauthenticate(client)
    return f"sessionid={client.cookies['sessionid'].value}; django_language=fr"


def measure(url: str, options: list[str], report: Path) -> dict[str, Any]:
    """Return the report of one run, as a dictionary."""
    command = [
        str(LIGHTHOUSE),
        url,
        "--quiet",
        "--output=json",
        f"--output-path={report}",
        "--chrome-flags=--headless --no-sandbox --disable-gpu",
        *options,
    ]
    environment = {**os.environ, "CHROME_PATH": str(chromium_path())}
    subprocess.run(command, env=environment, check=True, capture_output=True, timeout=300)
    result: dict[str, Any] = json.loads(report.read_text())
    return result


def faults(report: dict[str, Any]) -> list[str]:
    """Return what is below the bounds."""
    requests = report["audits"]["network-requests"]["details"]["items"]
    fonts = sum(item["transferSize"] for item in requests if item.get("resourceType") == "Font")
    shift = report["audits"]["cumulative-layout-shift"]["numericValue"]
    scores = {name: round(100 * category["score"]) for name, category in report["categories"].items()}
    counts = f"shift {shift:.3f}, {len(requests)} requests, {fonts} bytes of fonts"
    print_line(f"{report['finalDisplayedUrl']} {scores}, {counts}")
    found = [f"{name}: {score}" for name, score in scores.items() if score < LEAST_SCORE]
    found += [f"layout shift {shift:.3f}"] if shift >= MOST_SHIFT else []
    found += [f"{len(requests)} requests"] if len(requests) > MOST_REQUESTS else []
    found += [f"{fonts} bytes of fonts"] if fonts > MOST_FONT_BYTES else []
    return found


@pytest.mark.skipif(
    LIGHTHOUSE is None, reason="No Lighthouse: npm install --global lighthouse, or name it in LIGHTHOUSE."
)
@pytest.mark.skipif(chromium_path() is None, reason="No Chromium here.")
def test_every_page_is_fast_on_a_slow_phone(served_site: str, cast: Cast, addresses, tmp_path: Path) -> None:
    cookie = json.dumps({"Cookie": cookie_of(cast.ada)})
    names = list(addresses)
    wrong = {}
    for name, path in addresses.items():
        is_private = names.index(name) > names.index("register")
        options = [f"--extra-headers={cookie}", "--disable-storage-reset", *PRIVATE] if is_private else []
        for _attempt in range(ATTEMPTS):
            report = measure(served_site + path, options, tmp_path / "report.json")
            assert report["finalDisplayedUrl"] == served_site + path
            wrong[name] = faults(report)
            if not wrong[name]:
                break
    assert {name: found for name, found in wrong.items() if found} == {}
