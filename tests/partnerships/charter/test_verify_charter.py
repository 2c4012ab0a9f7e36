"""The command: a verdict in words, and 0, 1, 2 or 3."""

import os

import pytest
from django.core.management import CommandError, call_command

from partnerships.charter import snapshot
from partnerships.charter.sealing import seal
from partnerships.lifecycle import Edition
from partnerships.models import Charter, SealedCharter
from partnerships.signing.actions import sealing
from partnerships.signing.queries import snapshots, verification
from tests import make
from tests.partnerships.charter.conftest import render

pytestmark = pytest.mark.django_db


@pytest.fixture
def charter_file(cast, tmp_path, settings):
    """A charter printed and sealed by the real action, as a file."""
    settings.SEAL_KEY_FILE = str(tmp_path / "seal" / "key.pem")
    settings.SEAL_CERTIFICATE_FILE = str(tmp_path / "seal" / "certificate.pem")
    make.partnership(cast, until=Edition.SIGNED)
    charter = Charter.objects.get()
    text = snapshot.from_json(bytes(charter.canonical_json))
    pdf = render(text, snapshots.signature_texts(charter))
    sealed = seal(pdf, sealing.seal_identity(at=make.NOON), reason="Charte", at=make.NOON)
    sealing.store(charter_id=charter.pk, pdf=sealed, timestamped=False, at=make.NOON)
    path = tmp_path / "charte.pdf"
    path.write_bytes(sealed)
    return path


def verify(path):
    """Return the exit code of the command."""
    try:
        call_command("verify_charter", os.fspath(path))
    except SystemExit as ended:
        return ended.code
    except CommandError as refused:
        return refused.returncode
    return 0


def test_a_sealed_charter_is_genuine(charter_file, capsys):
    assert verify(charter_file) == 0
    output = capsys.readouterr().out
    assert output.startswith("Authentique")
    assert make.TITLE in output
    assert output.count("\u00a0: oui") == 6


def test_one_changed_byte_is_a_change(charter_file, capsys):
    data = bytearray(charter_file.read_bytes())
    data[len(data) // 2] ^= 1
    charter_file.write_bytes(data)
    assert verify(charter_file) == 1
    output = capsys.readouterr().out
    assert output.startswith("Modifiée")
    assert "\u00a0: non" in output


def test_another_file_is_unknown(charter_file, capsys):
    charter_file.write_bytes(b"%PDF-1.7\nBonjour.")
    assert verify(charter_file) == 2
    assert capsys.readouterr().out.startswith("Inconnue")


def test_a_file_that_is_not_there_is_unknown(charter_file):
    assert verify(charter_file.with_name("absent.pdf")) == 2


def test_a_charter_is_found_by_its_bytes_or_its_text(charter_file, django_assert_num_queries):
    sealed = SealedCharter.objects.select_related("charter").get()
    with django_assert_num_queries(3 + 2 * 6):
        by_bytes = verification.known_charter(sha256=sealed.sha256, fingerprint=None)
        by_text = verification.known_charter(sha256="0" * 64, fingerprint=sealed.charter.fingerprint)
    assert by_bytes == by_text
    assert by_bytes.title == make.TITLE
    assert verification.known_charter(sha256="0" * 64, fingerprint=None) is None
