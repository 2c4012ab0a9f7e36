"""Printing of a charter, a report or a list as PDF: the same bytes for the same value."""

import functools
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from weasyprint import CSS, HTML, Attachment
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from partnerships.charter import typography
from partnerships.charter.pdf import tagging
from partnerships.charter.pdf.prints import Print

STYLES: Final = Path(__file__).parents[3] / "static" / "css"


def pdf_of(printed: Print) -> bytes:
    """Return the PDF. Raises FontsMissing."""
    attachment = printed.attachment and Attachment(
        string=printed.attachment,
        name=printed.attachment_name,
        description=printed.attachment_words,
        created=printed.made_at,
        modified=printed.made_at,
        relationship="Source",
    )
    fonts = FontConfiguration()
    document = HTML(string=printed.html, url_fetcher=_FileFetcher(printed.files))
    with warnings.catch_warnings():
        # WeasyPrint opens its colour profile and never closes it.
        warnings.simplefilter("ignore", ResourceWarning)
        pdf: bytes = document.write_pdf(
            font_config=fonts,
            stylesheets=_stylesheets(fonts),
            attachments=[attachment] if attachment else None,
            pdf_variant="pdf/a-3a" if attachment else "pdf/ua-1",
            pdf_identifier=bytes.fromhex(printed.identifier)[:16],
            finisher=tagging.finish if attachment else tagging.finish_structure,
        )
    return pdf


class _FileFetcher(URLFetcher):  # type: ignore[misc]
    """Serves the fonts and the pictures of this charter, and refuses every other URL."""

    def __init__(self, files: Mapping[str, tuple[bytes, str]]) -> None:
        super().__init__(fail_on_errors=True)
        self._files = files

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:  # noqa: ARG002
        kind, _, name = url.partition(":")
        if kind == "font" and name in typography.FONT_NAMES:
            body, mime_type = typography.font_bytes(name), "font/ttf"
        elif kind == "charter" and name in self._files:
            body, mime_type = self._files[name]
        else:
            raise PermissionError(url)
        return URLFetcherResponse(url, body, {"Content-Type": mime_type})


def _stylesheets(fonts: FontConfiguration) -> list[CSS]:
    fetcher = _FileFetcher({})
    faces = "".join(
        f'@font-face {{ font-family: "{family}"; font-weight: {weight}; font-style: {style};'
        f' src: url("font:{name}"); }}\n'
        for family, weight, style, name in typography.FACES
    )
    texts = (faces, _style("tokens.css"), _style("charter.css"))
    return [CSS(string=text, font_config=fonts, url_fetcher=fetcher) for text in texts]


@functools.cache
def _style(name: str) -> str:
    return (STYLES / name).read_text(encoding="utf-8")
