"""Rendering of the charter as a PDF/A-3a: a pure function of its arguments."""

import functools
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from django.template.loader import render_to_string
from weasyprint import CSS, HTML, Attachment
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from partnerships.charter import pictures, snapshot, tagging, typography
from partnerships.charter.context import fingerprint_lines, template_context
from partnerships.charter.snapshot import CharterSnapshot
from partnerships.charter.texts import SignatureText

ATTACHMENT_NAME: Final = "charte.json"
STYLES: Final = Path(__file__).parents[2] / "static" / "css"
UNSIGNED_DATE: Final = datetime(2000, 1, 1, tzinfo=UTC)  # creation date of a PDF without signatures


@dataclass(frozen=True, kw_only=True)
class CharterHtml:
    """The HTML of a charter. `files`: name -> (content, MIME type) of the pictures it refers to."""

    html: str
    files: Mapping[str, tuple[bytes, str]]


def render_charter(
    charter: CharterSnapshot,
    signatures: Sequence[SignatureText],
    *,
    verification_code: str,
    verification_url: str,
    seal_note: str,
    timestamped: bool,
) -> bytes:
    """Return the PDF of the charter, the same bytes for the same arguments.

    `verification_url`: page of this code; `seal_note`: what a reader must know of the certificate. The
    signature of a party that has not signed is shown as awaited. Raises FontsMissing.
    """
    notes = {
        "verification_code": verification_code,
        "verification_url": verification_url,
        "seal_note": seal_note,
        "timestamped": timestamped,
    }
    page = compose(charter, signatures, notes)
    made_at = _made_at(signatures)
    attachment = Attachment(
        string=snapshot.canonical_json(charter).decode(),
        name=ATTACHMENT_NAME,
        description="Texte exact de la charte, JSON canonique (RFC 8785)",
        created=made_at,
        modified=made_at,
        relationship="Source",
    )
    fonts = FontConfiguration()
    document = HTML(string=page.html, url_fetcher=_FileFetcher(page.files))
    with warnings.catch_warnings():
        # WeasyPrint opens its colour profile and never closes it.
        warnings.simplefilter("ignore", ResourceWarning)
        pdf: bytes = document.write_pdf(
            font_config=fonts,
            stylesheets=_stylesheets(fonts),
            attachments=[attachment],
            pdf_variant="pdf/a-3a",
            pdf_identifier=bytes.fromhex(snapshot.fingerprint(charter))[:16],
            finisher=tagging.finish,
        )
    return pdf


def compose(
    charter: CharterSnapshot, signatures: Sequence[SignatureText], notes: Mapping[str, object]
) -> CharterHtml:
    """Return the HTML of the charter and its pictures; `notes` are added to the context unchanged."""
    printed = typography.printable(charter)
    context: dict[str, object] = {
        **template_context(printed, typography.printable(tuple(signatures))),
        **notes,
        "fingerprint": fingerprint_lines(snapshot.fingerprint(charter)),
        "previous_fingerprint": fingerprint_lines(charter.previous_fingerprint or ""),
        "verification_address": _verification_address(str(notes["verification_url"])),
        "attachment_name": ATTACHMENT_NAME,
        "made_at": _made_at(signatures).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    files = {
        "logo.svg": (pictures.LOGO, "image/svg+xml"),
        "qr.svg": (pictures.qr(str(notes["verification_url"])), "image/svg+xml"),
    }
    if printed.milestones:
        drawing = pictures.timeline(printed.parties, printed.milestones)
        files["timeline.svg"] = (drawing, "image/svg+xml")
    return CharterHtml(html=render_to_string("charter/charter.html", context), files=files)


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


def _verification_address(url: str) -> str:
    """Return the address of the verification form: the URL without scheme and last segment."""
    return url.partition("://")[2].rstrip("/").rpartition("/")[0] or url


def _made_at(signatures: Sequence[SignatureText]) -> datetime:
    signed_at = [signature.signed_at.astimezone(UTC) for signature in signatures]
    return max(signed_at, default=UNSIGNED_DATE)
