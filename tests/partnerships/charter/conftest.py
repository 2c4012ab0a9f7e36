"""One rendered and sealed charter for the whole run: each costs a second."""

from datetime import UTC, datetime

import pytest

from partnerships.charter import rendering, seal_reader, sealing, snapshot, verification
from tests.partnerships.charter import examples

SEALED_AT = datetime(2026, 7, 6, 9, 0, tzinfo=UTC)
SEAL_NOTE = "Le certificat du sceau est émis par l’opérateur\u00a0: un lecteur de PDF peut le dire inconnu."


NOTES = {
    "verification_code": "K7QF-2M9D-X4TB",
    "verification_url": "https://lucky-link.example/verifier/K7QF-2M9D-X4TB/",
    "seal_note": SEAL_NOTE,
    "timestamped": False,
}


def render(charter, signatures=None, **changes):
    code = verification.verification_code(snapshot.fingerprint(charter))
    named = {"verification_code": code, "verification_url": f"https://lucky-link.example/verifier/{code}/"}
    signed = examples.signed(charter) if signatures is None else signatures
    return rendering.render_charter(charter, signed, **(NOTES | named | changes))


def verdict_on(data, trusted, known):
    """Read the seal as the child process does, here: a start of it for each of the mutations takes long."""
    options = {"trusted_certificates": verification.certificates_as_hex(trusted)}
    reading = verification.SealReading(**seal_reader.inspect(data, options)[0])
    return verification.verdict(data, reading=reading, trusted_certificates=trusted, known=known)


@pytest.fixture(scope="session")
def pdf():
    return render(examples.VOYAGER)


@pytest.fixture(scope="session")
def pdf_of_today():
    return render(examples.of_today())


@pytest.fixture(scope="session")
def crowded_pdf():
    return render(examples.crowded())


@pytest.fixture(scope="session")
def identity_pems():
    return sealing.make_seal_identity("Lucky Link, essai", SEALED_AT)


@pytest.fixture(scope="session")
def identity(identity_pems):
    key_pem, certificate_pem = identity_pems
    return sealing.SealIdentity.load(key_pem=key_pem, certificate_pem=certificate_pem)


@pytest.fixture(scope="session")
def sealed(pdf, identity):
    return sealing.seal(pdf, identity, reason="Charte LL-DEMO-001, édition 1", at=SEALED_AT)
