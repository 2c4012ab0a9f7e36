"""The verdict on any file: genuine, changed, unknown, and never an exception."""

import hashlib
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyhanko.pdf_utils.generic import NumberObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pypdf import PdfReader, PdfWriter

from partnerships.charter import sealing, snapshot, verification
from partnerships.charter.verification import KnownCharter, normal_code, verification_code
from tests.partnerships.charter import examples
from tests.partnerships.charter.conftest import SEALED_AT, render, verdict_on

FINGERPRINT = snapshot.fingerprint(examples.VOYAGER)


def known_from(sealed):
    stored = KnownCharter(
        reference="LL-DEMO-001",
        edition=1,
        title=examples.VOYAGER.title,
        fingerprint=FINGERPRINT,
        sha256=hashlib.sha256(sealed).hexdigest(),
        verification_code=verification_code(FINGERPRINT),
    )

    def known(*, sha256, fingerprint):
        return stored if sha256 == stored.sha256 or fingerprint == stored.fingerprint else None

    return known


@pytest.fixture(scope="session")
def examine(sealed, identity_pems):
    known = known_from(sealed)
    return lambda data: verdict_on(data, [identity_pems[1]], known)


def test_the_sealed_file_is_genuine(examine, sealed):
    verdict = examine(sealed)
    assert verdict.outcome == "genuine"
    assert [check.name for check in verdict.checks] == list(verification.QUESTIONS)
    assert all(check.passed for check in verdict.checks)
    assert verdict.charter.reference == "LL-DEMO-001"
    assert not verdict.timestamped


@given(st.data())
@settings(max_examples=120, deadline=None)
def test_one_changed_byte_is_never_genuine(examine, sealed, data):
    offset = data.draw(st.integers(0, len(sealed) - 1))
    other = data.draw(st.integers(1, 255))
    verdict = examine(sealed[:offset] + bytes([sealed[offset] ^ other]) + sealed[offset + 1 :])
    assert verdict.outcome == "changed"


def test_an_appended_revision_is_a_change(examine, sealed):
    writer = IncrementalPdfFileWriter(BytesIO(sealed))
    page = writer.root["/Pages"]["/Kids"][0]
    page["/Rotate"] = NumberObject(90)
    writer.update_container(page)
    later = BytesIO()
    writer.write(later)
    verdict = examine(later.getvalue())
    assert verdict.outcome == "changed"
    passed = {check.name: check.passed for check in verdict.checks}
    assert passed == {
        "stored": False,
        "text": True,
        "seal": True,
        "whole": False,
        "final": False,
        "ledger": True,
    }


def test_an_empty_revision_is_a_change(examine, sealed):
    writer = IncrementalPdfFileWriter(BytesIO(sealed))
    writer.update_root()
    later = BytesIO()
    writer.write(later)
    assert examine(later.getvalue()).outcome == "changed"


@pytest.mark.parametrize("tail", [b"\n", b"%\n", b"%%EOF\n", b"\x00" * 9])
def test_any_appended_bytes_are_a_change(examine, sealed, tail):
    assert examine(sealed + tail).outcome == "changed"


def test_a_copy_without_the_seal_is_a_change(examine, pdf):
    verdict = examine(pdf)
    assert verdict.outcome == "changed"
    assert {check.name for check in verdict.checks if check.passed} == {"text", "ledger"}


def test_a_copy_sealed_by_somebody_else_is_a_change(examine, pdf):
    key_pem, certificate_pem = sealing.make_seal_identity("Lucky Link, essai", SEALED_AT)
    other = sealing.SealIdentity.load(key_pem=key_pem, certificate_pem=certificate_pem)
    forged = sealing.seal(pdf, other, reason="Charte", at=SEALED_AT)
    verdict = examine(forged)
    assert verdict.outcome == "changed"
    assert not next(check for check in verdict.checks if check.name == "seal").passed


def test_a_file_saved_again_is_a_change(examine, sealed):
    out = BytesIO()
    PdfWriter(clone_from=PdfReader(BytesIO(sealed))).write(out)
    assert examine(out.getvalue()).outcome == "changed"


def test_our_seal_on_a_text_that_is_not_stored_is_a_change(examine, identity):
    other = sealing.seal(render(examples.EMPTY), identity, reason="Charte", at=SEALED_AT)
    assert examine(other).outcome == "changed"


def test_the_stored_bytes_under_a_foreign_seal_are_unknown(pdf, identity_pems):
    key_pem, certificate_pem = sealing.make_seal_identity("Lucky Link, essai", SEALED_AT)
    other = sealing.SealIdentity.load(key_pem=key_pem, certificate_pem=certificate_pem)
    forged = sealing.seal(pdf, other, reason="Charte", at=SEALED_AT)
    verdict = verdict_on(forged, [identity_pems[1]], known_from(forged))
    assert verdict.outcome == "unknown"


def test_a_former_certificate_is_still_trusted(sealed, identity_pems):
    current = sealing.make_seal_identity("Lucky Link, essai", SEALED_AT)[1]
    verdict = verdict_on(sealed, [current, identity_pems[1]], known_from(sealed))
    assert verdict.outcome == "genuine"


def pdf_of(*objects, trailer=b""):
    out, offsets = BytesIO(b"%PDF-1.7\n"), []
    out.seek(0, 2)
    for number, body in enumerate(objects, start=1):
        offsets.append(out.tell())
        out.write(b"%d 0 obj\n%b\nendobj\n" % (number, body))
    table = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.write(b"".join(b"%010d 00000 n \n" % offset for offset in offsets))
    out.write(
        b"trailer\n<</Size %d/Root 1 0 R%b>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, trailer, table)
    )
    return out.getvalue()


HOSTILE = {
    "nothing": b"",
    "words": b"Bonjour.",
    "a header alone": b"%PDF-1.7\n",
    "a picture": b"\x89PNG\r\n\x1a\n" + b"\x00" * 99,
    "noise": b"%PDF-1.7\n" + bytes(range(256)) * 40 + b"startxref\n9\n%%EOF",
    "no catalogue": pdf_of(b"null"),
    "a catalogue of itself": pdf_of(b"1 0 R"),
    "a loop of revisions": pdf_of(b"<</Type/Catalog>>", trailer=b"/Prev 9"),
    "associated with itself": pdf_of(b"<</Type/Catalog/AF[1 0 R]/AFRelationship/Source/EF 1 0 R/F 1 0 R>>"),
    "nested too deep": pdf_of(b"<</Type/Catalog/AF " + b"[" * 60_000 + b"]" * 60_000 + b">>"),
    "a seal that is none": pdf_of(
        b"<</Type/Catalog/AcroForm<</SigFlags 3/Fields[2 0 R]>>>>",
        b"<</FT/Sig/T(Sceau)/V<</Type/Sig/Filter/Adobe.PPKLite/Contents<00>/ByteRange[0 -1 9999999999 7]>>>>",
    ),
    "locked": pdf_of(
        b"<</Type/Catalog>>", trailer=b"/Encrypt<</Filter/Standard/V 4/R 4/O(a)/U(b)/P -4>>/ID[(a)(b)]"
    ),
    "too large": b"%PDF-1.7\n" + b"\x00" * 20_000_000,
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_bytes_are_unknown(examine, data):
    assert examine(data).outcome == "unknown"


@given(st.binary(max_size=4_000))
def test_any_bytes_get_a_verdict(examine, data):
    assert examine(b"%PDF-1.7\n" + data).outcome == "unknown"


@given(st.data())
@settings(max_examples=30, deadline=None)
def test_a_truncated_charter_is_never_genuine(examine, sealed, data):
    length = data.draw(st.integers(0, len(sealed) - 1))
    assert examine(sealed[:length]).outcome in {"changed", "unknown"}


@given(st.integers(0, 2**256 - 1))
def test_a_code_is_sixty_bits_of_the_fingerprint(value):
    code = verification_code(f"{value:064x}")
    assert [len(part) for part in code.split("-")] == [4, 4, 4]
    number = 0
    for sign in code.replace("-", ""):
        number = number * 32 + verification.CROCKFORD.index(sign)
    assert number == value >> 196


@pytest.mark.parametrize(
    "typed", ["k7qf-2m9d-x4tb", "K7QF 2M9D X4TB", " k7qf2m9dx4tb ", "K7QF\u00a02M9D\u202fX4TB"]
)
def test_a_typed_code_is_normalised(typed):
    assert normal_code(typed) == "K7QF-2M9D-X4TB"


def test_look_alikes_are_read_as_digits():
    assert normal_code("OIL0-1111-ABCD") == "0110-1111-ABCD"
