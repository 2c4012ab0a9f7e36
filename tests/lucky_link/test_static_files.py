"""Static files as browsers get them: names with the hash of the content, kept for good, compressed."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from whitenoise.middleware import WhiteNoiseMiddleware

from tests.architecture.source import templates

# Formats that are compressed by themselves.
COMPRESSED = {".woff2", ".png", ".gif"}
SMALLEST = 512  # bytes of a file that compression makes smaller
NOT_SERVED = ("css/", "fonts/", "django_htmx/htmax", "django_htmx/ext/")


@pytest.fixture
def names(collected_static_files: Path, settings) -> dict[str, str]:
    backend = "whitenoise.storage.CompressedManifestStaticFilesStorage"
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": backend}}
    settings.STATIC_ROOT = collected_static_files
    manifest = json.loads((collected_static_files / "staticfiles.json").read_text())
    return dict(manifest["paths"])


def test_every_file_is_kept_for_good_and_compressed(names, rf: RequestFactory, settings) -> None:
    server = WhiteNoiseMiddleware(lambda _request: HttpResponse(status=404))
    assert {"built/site.css", "built/passkey.js", "brand.svg", "django_htmx/htmx-2.min.js"} <= set(names)
    wrong = []
    for name, hashed in names.items():
        size = (Path(settings.STATIC_ROOT) / hashed).stat().st_size
        for coding in ("br", "gzip"):
            answer = server(rf.head(f"/static/{hashed}", headers={"accept-encoding": coding}))
            expected = None if Path(name).suffix in COMPRESSED else coding
            is_small = answer.get("Content-Encoding") is None and size < SMALLEST
            is_right = answer.get("Content-Encoding") == expected or is_small
            if answer.status_code != 200 or "immutable" not in answer["Cache-Control"] or not is_right:
                wrong.append((name, coding, answer.status_code, dict(answer.headers)))
    assert wrong == []


def test_what_no_page_loads_is_not_served(names) -> None:
    assert [name for name in names if name.startswith(NOT_SERVED)] == []
    assert [name for name in names if name.endswith((".ttf", ".recipe"))] == []


def test_the_style_sheet_names_its_fonts_by_their_hash(names, settings) -> None:
    sheet = (Path(settings.STATIC_ROOT) / names["built/site.css"]).read_text()
    fonts = [hashed for name, hashed in names.items() if name.endswith(".woff2")]
    assert len(fonts) == 20
    assert [font for font in fonts if f'url("{Path(font).name}")' not in sheet] == []


def test_every_file_that_a_template_names_is_served(names) -> None:
    named = {
        (template, name)
        for template, text in templates().items()
        for name in re.findall(r"\{% static ['\"]([^'\"]+)['\"]", text)
    }
    assert len(named) > 5
    assert [pair for pair in named if pair[1] not in names] == []
