"""Writing the ledger, and finding what was changed behind its back."""

import hashlib
import json
import uuid
from datetime import UTC, datetime, timedelta, timezone
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, ProgrammingError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger import queries, record, verify
from ledger.models import Entry
from tests.database_owner import owner

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 9, 9, 10, 0, tzinfo=UTC)
CASE = record.Subject("case", uuid.UUID(int=1))
OTHER = record.Subject("organisation", uuid.UUID(int=1))


def write(subject=CASE, kind="clause-revised", actor=None, at=NOON, **facts):
    return record.record(subject=subject, kind=kind, actor=actor, at=at, facts=facts)


def tamper(sql, *values):
    """Change the ledger as somebody could who owns the database and puts its seal to sleep."""
    with owner(triggers=False) as cursor:
        cursor.execute(sql, values)


@pytest.fixture
def chain(django_user_model):
    ada = django_user_model.objects.create_user("ada@example.org", full_name="Ada")
    return [write(number=number, actor=ada if number % 2 else None) for number in range(1, 5)]


def test_a_chain_starts_at_one_and_each_entry_holds_the_one_before():
    first, second, elsewhere = write(), write(), write(subject=OTHER)
    assert (first.sequence, second.sequence, elsewhere.sequence) == (1, 2, 1)
    assert first.previous_hash == elsewhere.previous_hash == "0" * 64
    assert second.previous_hash == first.hash
    assert queries.head(subject=CASE) == second.hash
    assert queries.head(subject=record.Subject("case", uuid.UUID(int=9))) == "0" * 64


def test_the_hash_can_be_computed_by_anybody_without_our_code():
    entry = write(b="é", a=[1, None, True])
    fields = {
        "actor": None,
        "at": "2026-09-09T10:00:00.000000+00:00",
        "facts": {"a": [1, None, True], "b": "é"},
        "kind": "clause-revised",
        "previous_hash": "0" * 64,
        "sequence": 1,
        "subject_id": str(CASE.id),
        "subject_type": "case",
    }
    canonical = json.dumps(fields, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    assert entry.hash == hashlib.sha256(canonical.encode()).hexdigest()


@pytest.mark.django_db(transaction=True)
def test_an_entry_is_refused_outside_a_transaction():
    with pytest.raises(record.EntryOutsideTransaction):
        write()
    assert not Entry.objects.exists()


def test_a_naive_moment_is_refused():
    with pytest.raises(ValueError, match="aware"):
        write(at=datetime(2026, 9, 9))  # noqa: DTZ001


def test_two_writers_of_one_place_meet_at_the_constraint(chain):
    double = Entry(**{f.attname: getattr(chain[-1], f.attname) for f in Entry._meta.fields if f.name != "id"})
    with pytest.raises(IntegrityError, match="follows the last one"), transaction.atomic():
        double.save(force_insert=True)
    # Two that write at the same time do not see each other, so no trigger does.
    with pytest.raises(IntegrityError, match="one_entry_for_each_place"), owner(triggers=False):
        double.save(force_insert=True)


def test_entries_are_listed_latest_first_in_one_query(chain, django_assert_num_queries):
    with django_assert_num_queries(1):
        listed = [(entry.sequence, str(entry.actor)) for entry in queries.entries(subject=CASE)]
    assert listed == [(4, "None"), (3, "Ada"), (2, "None"), (1, "Ada")]


def test_an_untouched_ledger_stands(chain):
    write(subject=OTHER)
    assert verify.verify() is None
    assert verify.verify(subject=CASE) is None


@pytest.mark.parametrize(
    ("sql", "sequence", "fault"),
    [
        ("""UPDATE ledger_entry SET facts = '{"number": 9}' WHERE sequence = 2""", 2, "changed"),
        ("UPDATE ledger_entry SET kind = 'x' WHERE sequence = 4", 4, "changed"),
        ("UPDATE ledger_entry SET actor_id = NULL WHERE sequence = 1", 1, "changed"),
        ("UPDATE ledger_entry SET at = at + interval '1 second' WHERE sequence = 3", 3, "changed"),
        ("UPDATE ledger_entry SET hash = repeat('a', 64) WHERE sequence = 2", 2, "changed"),
        ("UPDATE ledger_entry SET previous_hash = repeat('a', 64) WHERE sequence = 3", 3, "cut"),
        ("DELETE FROM ledger_entry WHERE sequence = 1", 1, "missing"),
        ("DELETE FROM ledger_entry WHERE sequence = 3", 3, "missing"),
    ],
)
def test_a_change_behind_its_back_is_found_where_it_was_made(chain, sql, sequence, fault):
    tamper(sql)
    bad = verify.verify()
    assert (bad.subject, bad.sequence, bad.fault) == (CASE, sequence, fault)
    assert verify.verify(subject=OTHER) is None


def test_a_change_whose_hash_was_recomputed_breaks_the_next_link(chain):
    forged = chain[1]
    forged.facts = {"number": 9}
    tamper(
        "UPDATE ledger_entry SET facts = %s, hash = %s WHERE sequence = 2",
        json.dumps(forged.facts),
        record.fingerprint(forged),
    )
    bad = verify.verify()
    assert (bad.sequence, bad.fault) == (3, "cut")


def test_what_was_cut_off_the_end_shows_in_the_head(chain):
    head = queries.head(subject=CASE)
    tamper("DELETE FROM ledger_entry WHERE sequence = 4")
    assert queries.head(subject=CASE) != head


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE ledger_entry SET kind = 'x'",
        "UPDATE ledger_entry SET facts = facts WHERE sequence = 1",
        "DELETE FROM ledger_entry WHERE sequence = 4",
        "TRUNCATE ledger_entry",
        "TRUNCATE accounts_user CASCADE",
    ],
)
def test_raw_sql_cannot_change_the_ledger(chain, sql):
    with pytest.raises(IntegrityError, match="ledger_entry is sealed"), owner() as cursor:
        cursor.execute(sql)
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        connection.cursor().execute(sql)
    assert verify.verify() is None
    assert Entry.objects.count() == 4


def test_the_orm_cannot_change_it_either(chain):
    for act in (chain[0].save, chain[0].delete, Entry.objects.order_by("pk").delete):
        with pytest.raises(IntegrityError, match="sealed"), owner():
            act()
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            act()


def test_who_acted_cannot_be_deleted(chain):
    from django.db.models import ProtectedError

    with pytest.raises(ProtectedError):
        chain[0].actor.delete()


def test_the_command_says_that_the_ledger_stands(chain):
    out = StringIO()
    call_command("verify_ledger", stdout=out)
    call_command("verify_ledger", subject=f"case:{CASE.id}", stdout=out)
    assert out.getvalue().count("intact") == 2


def test_the_command_names_the_first_bad_entry_and_fails(chain):
    tamper("UPDATE ledger_entry SET kind = 'x' WHERE sequence >= 2")
    err = StringIO()
    with pytest.raises(SystemExit) as stop:
        call_command("verify_ledger", stderr=err)
    assert stop.value.code == 1
    assert f"case:{CASE.id}" in err.getvalue()
    assert "entrée 2" in err.getvalue()


def test_the_command_refuses_a_subject_it_cannot_read():
    with pytest.raises(CommandError, match="case:"):
        call_command("verify_ledger", subject="case-1")


words = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=20)
scalars = st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | words
facts = st.dictionaries(
    words, st.recursive(scalars, lambda inner: st.lists(inner) | st.dictionaries(words, inner), max_leaves=8)
)
moments = st.datetimes(
    min_value=datetime(2000, 1, 1),  # noqa: DTZ001
    max_value=datetime(2100, 1, 1),  # noqa: DTZ001
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=30))]),
)


@given(st.lists(st.tuples(facts, moments), min_size=1, max_size=5))
@settings(deadline=None, max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_written_verifies_after_the_database_kept_it(db, entries):
    subject = record.Subject("case", uuid.uuid4())
    for entry_facts, at in entries:
        record.record(subject=subject, kind="k", actor=None, at=at, facts=entry_facts)
    assert verify.verify(subject=subject) is None


@pytest.mark.parametrize("fact", [2**60, 1.5j, "\ud800"])
def test_facts_without_a_canonical_form_are_refused(fact):
    with pytest.raises((ValueError, TypeError)):
        write(number=fact)
