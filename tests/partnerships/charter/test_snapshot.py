"""The charter as a value: one JSON, one fingerprint, and back."""

import hashlib
import json
from dataclasses import fields, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from partnerships.charter import snapshot
from partnerships.charter.snapshot import Inconsistent, UnknownSchema
from partnerships.charter.texts import AgreementText, ExpectationText, MilestoneText
from tests.partnerships.charter.examples import EMPTY, VOYAGER, crowded
from tests.partnerships.charter.strategies import charters

SEVERAL = pytest.mark.parametrize("charter", [VOYAGER, EMPTY, crowded()], ids=["p1", "empty", "crowded"])


@given(charters())
@settings(max_examples=60)
def test_a_charter_is_decoded_exactly_from_its_json(charter):
    data = snapshot.canonical_json(charter)
    assert snapshot.from_json(data) == charter
    assert snapshot.canonical_json(snapshot.from_json(data)) == data


@SEVERAL
def test_the_json_is_canonical(charter):
    data = snapshot.canonical_json(charter)
    value = json.loads(data)
    again = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
    assert again == data


def test_the_fingerprint_is_the_sha256_of_the_json():
    data = snapshot.canonical_json(VOYAGER)
    assert snapshot.fingerprint(VOYAGER) == hashlib.sha256(data).hexdigest()
    assert json.loads(data)["milestones"][0]["due_date"] == "2026-07-21"
    assert json.loads(data)["budget"][0]["amount_minor"] == 900_000


# Taken before budgets had VAT and charters a regulatory typology; a change here breaks signed charters.
@pytest.mark.parametrize(
    ("charter", "signed"),
    [
        (VOYAGER, "e166c3ad17087fde8507c36475a5318d18274fa084e67064920b78b0a02fa7d9"),
        (EMPTY, "012c1828cc282cc0f157d0a59d1d7ffb731f60a19389f0975f06b6b7b39fc12d"),
    ],
    ids=["p1", "empty"],
)
def test_what_was_signed_keeps_its_fingerprint(charter, signed):
    assert snapshot.fingerprint(charter) == signed
    assert snapshot.fingerprint(snapshot.from_json(snapshot.canonical_json(charter))) == signed


def test_a_later_field_is_omitted_at_its_default():
    value = json.loads(snapshot.canonical_json(VOYAGER))
    for row, name, default in ((value, "regulation", None), (value["budget"][0], "vat", "none")):
        assert name not in row
        row[name] = default
        with pytest.raises(UnknownSchema):
            snapshot.from_json(json.dumps(value).encode())
        del row[name]
    value["budget"][0]["vat"] = "borne"
    assert snapshot.from_json(json.dumps(value).encode()).budget[0].vat == "borne"


def test_the_schema_of_today_has_no_legal_form():
    today = replace(VOYAGER, schema=snapshot.SCHEMA)
    value = json.loads(snapshot.canonical_json(today))
    assert "legal_form" in json.loads(snapshot.canonical_json(VOYAGER))["parties"][0]
    assert "legal_form" not in value["parties"][0]
    parties = tuple(replace(party, legal_form="") for party in VOYAGER.parties)
    assert snapshot.from_json(snapshot.canonical_json(today)) == replace(today, parties=parties)


AGREED = replace(
    VOYAGER,
    schema=snapshot.SCHEMA,
    agreements=(
        AgreementText(
            clause_key=VOYAGER.clauses[0].key,
            party_key="p1",
            revision_number=2,
            way="round",
            edition=1,
            round_number=3,
            agreed_at=datetime(2026, 7, 3, 18, 0, tzinfo=ZoneInfo("Europe/Paris")),
        ),
    ),
)


def test_a_moment_is_written_in_utc():
    value = json.loads(snapshot.canonical_json(AGREED))
    assert value["agreements"][0]["agreed_at"] == "2026-07-03T16:00:00Z"
    assert snapshot.from_json(json.dumps(value).encode()).agreements == AGREED.agreements


@pytest.mark.parametrize(
    "written", ["2026-07-03T18:00:00+02:00", "2026-07-03T16:00:00", "2026-07-03T16:00Z", "hier", 3]
)
def test_another_writing_of_a_moment_is_refused(written):
    value = json.loads(snapshot.canonical_json(AGREED))
    value["agreements"][0]["agreed_at"] = written
    with pytest.raises(UnknownSchema):
        snapshot.from_json(json.dumps(value).encode())


@pytest.mark.parametrize(
    "name", [f.name for f in fields(VOYAGER) if isinstance(getattr(VOYAGER, f.name), str)]
)
def test_one_character_changes_the_fingerprint(name):
    changed = replace(VOYAGER, **{name: getattr(VOYAGER, name) + "x"})
    assert snapshot.fingerprint(changed) != snapshot.fingerprint(VOYAGER)


@given(st.integers(0, len(VOYAGER.clauses) - 1), st.data())
def test_one_character_of_a_clause_changes_the_fingerprint(number, data):
    clause = VOYAGER.clauses[number]
    index = data.draw(st.integers(0, len(clause.body) - 1))
    body = clause.body[:index] + chr(ord(clause.body[index]) ^ 1) + clause.body[index + 1 :]
    clauses = tuple(replace(each, body=body) if each == clause else each for each in VOYAGER.clauses)
    assert snapshot.fingerprint(replace(VOYAGER, clauses=clauses)) != snapshot.fingerprint(VOYAGER)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("schema", "lucky-link/charter/2"),  # which has no legal form of a party
        ("schema", "lucky-link/charter/3"),
        ("schema", None),
        ("edition", "1"),
        ("edition", True),
        ("starts_on", "demain"),
        ("starts_on", 20260706),
        ("language", "en"),
        ("language", ["fr"]),
        ("parties", {}),
        ("parties", [{}]),
        ("publication", 1),
        ("broker", None),
        ("stranger", "field"),
    ],
)
def test_what_is_not_a_charter_is_refused(key, value):
    payload = {**json.loads(snapshot.canonical_json(VOYAGER)), key: value}
    with pytest.raises(UnknownSchema):
        snapshot.from_json(json.dumps(payload).encode())


@pytest.mark.parametrize(
    "data", [b"", b"[]", b"\xff", b"null", b'"' * 9, b'{"schema":1,"schema":1}', b"[" * 200_000]
)
def test_other_json_is_refused(data):
    with pytest.raises(UnknownSchema):
        snapshot.from_json(data)


def test_a_missing_field_is_refused():
    payload = json.loads(snapshot.canonical_json(VOYAGER))
    del payload["limits"]
    with pytest.raises(UnknownSchema):
        snapshot.from_json(json.dumps(payload).encode())


@pytest.mark.parametrize(
    "changes",
    [
        {"agreements": (replace(AGREED.agreements[0], clause_key="c99"),)},
        {"clauses": (replace(VOYAGER.clauses[0], cites=("c99",)), *VOYAGER.clauses[1:])},
        {"agreements": (replace(AGREED.agreements[0], party_key="p9"),)},
        {"parties": VOYAGER.parties[:1]},
        {"parties": VOYAGER.parties * 2},
        {"milestones": ()},
        {"milestones": VOYAGER.milestones * 2},
        {"expectations": ()},
        {"milestones": (MilestoneText(code="J1", title="", owner="p9", due_date=date(2026, 1, 1)),)},
        {"expectations": (ExpectationText(code="AA1", party_key="p9", text=""),)},
    ],
)
def test_a_charter_refers_to_nothing_that_it_does_not_define(changes):
    with pytest.raises(Inconsistent):
        replace(VOYAGER, **changes)
