"""From the last signature to the sealed PDF; and what the database itself refuses to change."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.urls import reverse

from partnerships import tasks
from partnerships.lifecycle import Case, Edition
from partnerships.models import SealedCharter, Signature
from partnerships.signing.actions import sealing
from tests import make
from tests.database_owner import owner

pytestmark = pytest.mark.django_db

SEALED_TABLES = {
    "partnerships_signature": "typed_name = 'Autre'",
    "partnerships_charter": "fingerprint = repeat('0', 64)",
    "partnerships_sealedcharter": "pdf = ''",
    "partnerships_clauserevision": "body = 'Autre'",
    "partnerships_answer": "stance = 'agree'",
}


@pytest.mark.parametrize("table", SEALED_TABLES)
@pytest.mark.parametrize("act", ["UPDATE", "DELETE", "TRUNCATE"])
def test_raw_sql_changes_nothing_that_was_signed(cast, table, act):
    make.partnership(cast, until=Case.ACTIVE)
    statement = {
        "UPDATE": f"UPDATE {table} SET {SEALED_TABLES[table]}",
        "DELETE": f"DELETE FROM {table}",
        "TRUNCATE": f"TRUNCATE {table} CASCADE",
    }[act]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT md5(string_agg(t::text, '' ORDER BY t::text)) FROM {table} t")
        before = cursor.fetchone()
        with pytest.raises(IntegrityError, match="is sealed"), owner() as owning:
            owning.execute(statement)
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            cursor.execute(statement)
        cursor.execute(f"SELECT md5(string_agg(t::text, '' ORDER BY t::text)) FROM {table} t")
        assert cursor.fetchone() == before


def test_the_database_refuses_a_signature_on_another_text(cast):
    case = make.partnership(cast, until=Edition.SIGNING)
    make.sign(case, cast.ada, at=make.NOON)
    given = Signature.objects.get()
    given.pk, given.party, given.fingerprint = None, None, "0" * 64
    with pytest.raises(IntegrityError, match="not that of the frozen text"), transaction.atomic():
        given.save(force_insert=True)
    assert Signature.objects.count() == 1


def test_a_signed_charter_is_sealed_once_and_verified_by_anybody(cast, enter, client):
    case = make.partnership(cast, until=Edition.SIGNED)
    frozen = make.charter(case)
    assert sealing.unsealed(datetime.now(UTC)) == [frozen.pk]
    tasks.seal_charter(str(frozen.pk))
    tasks.seal_charter(str(frozen.pk))
    assert sealing.unsealed(datetime.now(UTC)) == []
    pdf = bytes(SealedCharter.objects.get().pdf)
    assert enter(cast.carla).get(reverse("partnerships:charter_pdf", args=[case.reference, 1])).content == pdf

    def verdict(content):
        upload = SimpleUploadedFile("charte.pdf", content, content_type="application/pdf")
        return client.post(reverse("verification"), {"pdf": upload}).content.decode()

    genuine = verdict(pdf)
    assert "Charte authentique" in genuine
    assert "Souffle Imaginaire" in genuine
    assert "Ce document n’est pas horodaté par un tiers." in genuine
    middle = len(pdf) // 2
    assert "Fichier modifié" in verdict(pdf[:middle] + bytes([pdf[middle] ^ 1]) + pdf[middle + 1 :])
    assert "Fichier modifié" in verdict(pdf + b"\n%appended\n")
    assert "Fichier inconnu" in verdict(b"%PDF-2.0 something else")
    assert "Fichier inconnu" in verdict(b"no pdf at all")


def test_nothing_is_sealed_before_the_witness_has_signed(cast):
    case = make.partnership(cast, until=Edition.SIGNING)
    make.sign(case, cast.ada, at=make.NOON)
    assert sealing.unsealed(datetime.now(UTC)) == []
    assert sealing.seal(charter_id=make.charter(case).pk, at=make.NOON) is None
    assert not SealedCharter.objects.exists()


def test_the_key_is_made_once_and_read_by_its_owner_alone(tmp_path, settings):
    settings.SEAL_KEY_FILE = str(tmp_path / "seal" / "key.pem")
    settings.SEAL_CERTIFICATE_FILE = str(tmp_path / "seal" / "certificate.pem")
    first = sealing.seal_identity(at=make.NOON)
    assert sealing.seal_identity(at=make.NOON) is first
    assert (tmp_path / "seal" / "key.pem").stat().st_mode & 0o077 == 0


def test_the_countersignature_wakes_the_sealing_task(cast, django_capture_on_commit_callbacks):
    case = make.partnership(cast, until=Edition.SIGNING)
    for signatory in (cast.ada, cast.carla):
        make.sign(case, signatory, at=make.NOON)
    with django_capture_on_commit_callbacks() as hooks:
        make.signing.countersign(
            partnership_id=case.pk,
            broker=cast.nora,
            consent=make.consent(make.charter(case), cast.nora),
            at=make.NOON,
        )
    assert [hook.args for hook in hooks].count((tasks.seal_signed_charters.name,)) == 1
