"""Sealing and printing a charter, each against the bare work inside it."""

import statistics
import sys
import time
import warnings
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from weasyprint import HTML
from weasyprint.text.fonts import FontConfiguration

from partnerships.charter import composition, sealing
from partnerships.charter.pdf import printing
from tests.partnerships.charter import examples
from tests.partnerships.charter.conftest import NOTES, render

pytestmark = pytest.mark.bench
NOON = datetime(2026, 9, 9, 10, 0, tzinfo=UTC)


def median(work: Callable[[], object], times: int) -> float:
    """Return the median duration of a work in seconds, after one run that is not counted."""
    work()
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        work()
        taken.append(time.perf_counter() - started)
    return statistics.median(taken)


def test_sealing_with_the_key_loaded_once(capsys: pytest.CaptureFixture[str]) -> None:
    key_pem, certificate_pem = sealing.make_seal_identity("Lucky Link, mesure", NOON)
    identity = sealing.SealIdentity.load(key_pem=key_pem, certificate_pem=certificate_pem)
    key = load_pem_private_key(key_pem, password=None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    pdf = render(examples.VOYAGER)

    ours = median(lambda: sealing.seal(pdf, identity, reason="Charte", at=NOON), 30)
    bare = median(lambda: key.sign(pdf, ec.ECDSA(hashes.SHA256())), 30)
    printed = median(lambda: render(examples.VOYAGER), 3)
    with capsys.disabled():
        sys.stdout.write(
            f"\nseal {ours * 1000:.1f} ms; raw ECDSA signature {bare * 1000:.2f} ms ({ours / bare:.0f} x)\n"
        )
        sys.stdout.write(f"seal / render = {ours / printed:.3f} (render {printed * 1000:.0f} ms)\n")
    assert ours < 0.1
    assert ours < printed / 5


def test_printing_against_bare_weasyprint(capsys: pytest.CaptureFixture[str]) -> None:
    signatures = examples.signed(examples.VOYAGER)
    page = composition.compose(examples.VOYAGER, signatures, NOTES)

    def bare() -> None:
        fonts = FontConfiguration()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)
            document = HTML(string=page.html, url_fetcher=printing._FileFetcher(page.files))
            document.write_pdf(
                font_config=fonts, stylesheets=printing._stylesheets(fonts), pdf_variant="pdf/a-3a"
            )

    base = median(bare, 5)
    ours = median(lambda: render(examples.VOYAGER), 5)
    with capsys.disabled():
        sys.stdout.write(
            f"\nrender {ours * 1000:.0f} ms; bare WeasyPrint {base * 1000:.0f} ms (ratio {ours / base:.2f})\n"
        )
    assert ours < base * 1.5
