"""The hostile walk: nothing fails, leaks, is lost or leaves otherwise than it was typed. A sample; all with -m audit."""

from __future__ import annotations

import json
import re
import subprocess
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from outbox.sending import delivery
from partnerships.charter.texts import Heading
from partnerships.drafting.actions import clauses as drafting
from partnerships.lifecycle import Edition
from partnerships.signing.actions import sealing
from tests import make
from tests.guards.mail import Sink
from tests.hostile import addresses, forms
from tests.hostile.ground import Ground, hashes
from tests.hostile.outputs import PLANTED, faults_of_mails, faults_of_page, outputs, plant
from tests.hostile.strings import STRINGS

PARTS = 12
# Primes, so that a sample has every person, every address and every string in turn.
SAMPLED_REQUESTS = 191
SAMPLED_PAGES = 37
SAMPLED_STRINGS = 211


@pytest.fixture(scope="module")
def fields(ground: Ground) -> list[forms.Field]:
    """Return every field of every form of every page."""
    return list(forms.discovered(ground, forms.pages(ground)))


def test_every_pattern_is_known() -> None:
    names = {address.name for address in addresses.addresses()}
    assert len(names) > 150
    assert {"admin:index", "account_login", "mfa_activate_totp", "partnerships:roadmap", "health"} <= names
    assert len(STRINGS) >= 60


@pytest.mark.django_db
def test_the_hash_of_all_rows_tells_a_changed_one(ground: Ground) -> None:
    before = hashes()
    with transaction.atomic():
        ground.theirs.title += "."
        ground.theirs.save()
        changed = {table for table, value in hashes().items() if before[table] != value}
        transaction.set_rollback(True)
    assert changed == {"partnerships_partnership"}
    assert hashes() == before


@pytest.mark.django_db
def test_a_sample_of_addresses_withstands_everybody(ground: Ground) -> None:
    assert addresses.sweep(ground, addresses.everything()[11::SAMPLED_REQUESTS]) == []


@pytest.mark.audit
@pytest.mark.django_db
@pytest.mark.parametrize("part", range(PARTS))
def test_every_address_withstands_everybody(ground: Ground, part: int) -> None:
    assert addresses.sweep(ground, addresses.everything()[part::PARTS]) == []


@pytest.mark.django_db
def test_a_sample_of_fields_withstands_what_is_typed(ground: Ground) -> None:
    fields = list(forms.discovered(ground, forms.pages(ground)[3::SAMPLED_PAGES]))
    assert len(fields) > 20
    assert forms.sweep(ground, forms.everything(fields)[7::SAMPLED_STRINGS]) == []


@pytest.mark.audit
@pytest.mark.django_db
@pytest.mark.parametrize("part", range(PARTS))
def test_every_field_withstands_what_is_typed(ground: Ground, fields: list[forms.Field], part: int) -> None:
    views = {forms.view_of(field.form.address) for field in fields}
    assert len(fields) > 200
    assert {"account_login", "account_signup", "account_reset_password", "account_logout"} <= views
    assert {"mfa_activate_totp", "account_reauthenticate"} <= views
    assert forms.sweep(ground, forms.everything(fields)[part::PARTS]) == []


@pytest.mark.audit
@pytest.mark.django_db
def test_what_was_typed_leaves_as_it_was_typed(ground: Ground, smtp_sink: Sink) -> None:
    planted = plant(ground)
    assert len(planted) > 15
    seen: set[int] = set()
    wrong = [
        fault for where, kind, text in outputs(ground) for fault in faults_of_page(where, kind, text, seen)
    ]
    for days in (0, 30, 400):
        delivery.deliver_due(at=datetime.now(UTC) + timedelta(days=days, hours=1), limit=1000)
    wrong += list(faults_of_mails(smtp_sink, seen))
    assert smtp_sink.received
    assert wrong == []
    assert {number: planted[number] for number in set(planted) - seen} == {}


@pytest.mark.django_db
def test_a_sealed_charter_prints_what_was_typed(ground: Ground, tmp_path: Any, settings: Any) -> None:
    settings.SEAL_KEY_FILE = str(tmp_path / "key.pem")
    settings.SEAL_CERTIFICATE_FILE = str(tmp_path / "certificate.pem")
    cast, typed = ground.cast, PLANTED.format(number=1)
    case = make.partnership(cast, until=Edition.DRAFTING, title=typed)
    drafting.add_clause(
        partnership_id=case.pk,
        broker=cast.nora,
        heading=Heading.DISPUTES,
        wording=drafting.Wording(title=typed, body=typed, plain_words=typed),
        responsible="",
        at=make.NOON,
    )
    for state in (Edition.NEGOTIATION, Edition.AGREED, Edition.SIGNING, Edition.SIGNED):
        make.STEPS[state](case, cast, 1, make.NOON)
    sealed = sealing.seal(charter_id=make.charter(case).pk, at=make.NOON)
    assert sealed
    pdf = bytes(sealed.pdf)
    printed = subprocess.run(["pdftotext", "-raw", "-", "-"], input=pdf, capture_output=True, check=True)
    words = re.sub(r"\s+", "", printed.stdout.decode())
    assert (
        words.count(re.sub(r"\s+", "", typed).replace('"', "")) + words.count(re.sub(r"\s+", "", typed)) >= 3
    )
    assert typed in json.dumps(
        json.loads(bytes(make.charter(case).canonical_json)), ensure_ascii=False
    ).replace('\\"', '"')
