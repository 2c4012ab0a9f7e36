"""The seal: accepted by others, over every byte, dated by the caller."""

import subprocess
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import BytesIO

import pytest
from asn1crypto import keys, tsp, x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509 import (
    CertificateBuilder,
    ExtendedKeyUsage,
    Name,
    NameAttribute,
    load_pem_x509_certificate,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import MDPPerm
from pyhanko.sign.timestamps import DummyTimeStamper
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext
from pypdf import PdfReader

from partnerships.charter import sealing
from tests.partnerships.charter.conftest import SEALED_AT, verdict_on


def test_pdfsig_accepts_the_seal(sealed, tmp_path):
    path = tmp_path / "charte.pdf"
    path.write_bytes(sealed)
    output = subprocess.run(["pdfsig", str(path)], capture_output=True, check=False, text=True).stdout
    assert "Signature Validation: Signature is Valid." in output
    assert "Total document signed" in output
    assert "Signature Type: ETSI.CAdES.detached" in output
    assert "Signature #2" not in output


def test_pyhanko_accepts_the_seal(sealed, identity):
    (signature,) = PdfFileReader(BytesIO(sealed)).embedded_signatures
    context = ValidationContext(trust_roots=[identity.certificate], moment=SEALED_AT, allow_fetching=False)
    status = validate_pdf_signature(signature, signer_validation_context=context)
    assert status.bottom_line
    assert signature.docmdp_level == MDPPerm.NO_CHANGES
    assert signature.self_reported_timestamp == SEALED_AT


def test_the_sealed_file_starts_with_the_rendered_one(pdf, sealed):
    assert sealed.startswith(pdf)
    assert PdfReader(BytesIO(sealed)).metadata == PdfReader(BytesIO(pdf)).metadata


def test_the_seal_is_invisible(sealed):
    (widget,) = PdfReader(BytesIO(sealed)).pages[0]["/Annots"]
    assert [float(edge) for edge in widget["/Rect"]] == [0, 0, 0, 0]
    assert widget["/TU"] == "Sceau de la charte"


def test_a_new_identity_is_self_signed(identity_pems):
    key_pem, certificate_pem = identity_pems
    other = sealing.make_seal_identity("Lucky Link, essai", SEALED_AT)
    assert other[0] != key_pem
    certificate = load_pem_x509_certificate(certificate_pem)
    assert certificate.not_valid_before_utc < SEALED_AT < certificate.not_valid_after_utc
    assert certificate.not_valid_after_utc - SEALED_AT >= timedelta(days=3650)
    with pytest.raises(sealing.UnusableKey):
        sealing.SealIdentity.load(key_pem=other[0], certificate_pem=certificate_pem)


@pytest.mark.parametrize("damaged", [b"", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"])
def test_a_damaged_key_is_refused_with_a_reason(damaged, identity_pems):
    with pytest.raises(sealing.UnusableKey):
        sealing.SealIdentity.load(key_pem=damaged, certificate_pem=identity_pems[1])
    with pytest.raises(sealing.UnusableKey):
        sealing.certificates_in(damaged)


def test_a_certificate_file_may_contain_former_certificates(identity_pems):
    former = sealing.make_seal_identity("Lucky Link, avant", SEALED_AT)[1]
    assert sealing.certificates_in(identity_pems[1] + former) == (identity_pems[1], former)


@pytest.fixture(scope="module")
def authority():
    """An RFC 3161 authority on this machine."""
    # The authority of pyHanko's own tests knows RSA alone.
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = Name([NameAttribute(NameOID.COMMON_NAME, "Horodatage, essai")])
    certificate = (
        CertificateBuilder(subject_name=name, issuer_name=name, public_key=key.public_key(), serial_number=7)
        .not_valid_before(SEALED_AT - timedelta(days=1))
        .not_valid_after(SEALED_AT + timedelta(days=1))
        .add_extension(ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
        .sign(key, hashes.SHA256())
    )
    stamper = DummyTimeStamper(
        tsa_cert=x509.Certificate.load(certificate.public_bytes(Encoding.DER)),
        tsa_key=keys.PrivateKeyInfo.load(
            key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        ),
        fixed_dt=SEALED_AT,
    )

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self):
            question = self.rfile.read(int(self.headers["Content-Length"]))
            answer = stamper.request_tsa_response(tsp.TimeStampReq.load(question)).dump()
            self.send_response(500 if self.path == "/refused" else 200)
            media_type = "text/html" if self.path == "/page" else "application/timestamp-reply"
            self.send_header("Content-Type", media_type)
            self.end_headers()
            self.wfile.write({"/garbled": b"no timestamp", "/cut": answer[:200]}.get(self.path, answer))

        def log_message(self, *_words):
            pass

    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_a_timestamp_is_included_in_the_seal(pdf, identity, identity_pems, authority):
    stamped = sealing.seal(pdf, identity, reason="Charte", at=SEALED_AT, timestamp_url=f"{authority}/tsa")
    verdict = verdict_on(stamped, [identity_pems[1]], lambda sha256, fingerprint: None)
    assert verdict.timestamped


@pytest.mark.parametrize(
    "address",
    ["{}/refused", "{}/page", "{}/garbled", "{}/cut", "http://127.0.0.1:1/", "file:///etc/passwd", "nowhere"],
)
def test_an_authority_that_fails_leaves_no_seal(pdf, identity, authority, address):
    with pytest.raises(sealing.TimestampRefused):
        sealing.seal(pdf, identity, reason="Charte", at=SEALED_AT, timestamp_url=address.format(authority))
