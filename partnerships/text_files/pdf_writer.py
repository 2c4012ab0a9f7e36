"""Runs in the child process: the PDF of a draft, with the fonts and the style sheet of the product."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Final

from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from partnerships.charter import typography
from partnerships.charter.pdf import tagging

STYLE: Final = Path(__file__).parent / "draft.css"
# Lines on a page: the area of the text is 240 mm high, a line 5 mm.
LINES: Final = 48


def pdf(page: str) -> bytes:
    """Return the PDF of an HTML page; it may load fonts only."""
    fonts, fetcher = FontConfiguration(), _FontFetcher(fail_on_errors=True)
    styles = (_faces(), STYLE.read_text(encoding="utf-8"), _line_numbers())
    sheets = [CSS(string=text, font_config=fonts, url_fetcher=fetcher) for text in styles]
    with warnings.catch_warnings():
        # WeasyPrint opens its colour profile and never closes it.
        warnings.simplefilter("ignore", ResourceWarning)
        content: bytes = HTML(string=page, url_fetcher=fetcher).write_pdf(
            font_config=fonts, stylesheets=sheets, pdf_variant="pdf/ua-1", finisher=tagging.finish_structure
        )
    return content


class _FontFetcher(URLFetcher):  # type: ignore[misc]
    """Serves the fonts, and refuses every other URL."""

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:  # noqa: ARG002
        kind, _, name = url.partition(":")
        if kind != "font" or name not in typography.FONT_NAMES:
            raise PermissionError(url)
        return URLFetcherResponse(url, typography.font_bytes(name), {"Content-Type": "font/ttf"})


def _faces() -> str:
    return "".join(
        f'@font-face {{ font-family: "{family}"; font-weight: {weight}; font-style: {style};'
        f' src: url("font:{name}"); }}\n'
        for family, weight, style, name in typography.FACES
    )


def _line_numbers() -> str:
    numbers = r"\A ".join(map(str, range(1, LINES + 1)))
    return f'@page {{ @left-top {{ content: "{numbers}"; }} }}'
