"""The rows of a cached fixture equal those its actions wrote, and it is used only on a known state."""

import pytest
from django.db import transaction

from partnerships.lifecycle import Case, Edition
from tests import fixture_cache, make
from tests.cast import assemble_cast

pytestmark = pytest.mark.django_db
CALLS = ("first call", "second call", "third call")


def make_case(until):
    """Make a case; return it and the number of writes."""
    before = fixture_cache.cache.writes
    case = make.partnership(assemble_cast(make.NOON), until=until)
    return case, fixture_cache.cache.writes - before


def lines(rows):
    return {table: sorted(each) for table, each in rows.items()}


@pytest.mark.parametrize("until", [Edition.SIGNED, Case.CLOSED])
@pytest.mark.parametrize("call", CALLS)
def test_restored_rows_equal_written_rows(call, until):
    case, writes = make_case(until)
    cached, *_ = fixture_cache.cache.current
    assert lines(fixture_cache._dump()) == lines(cached.after)
    assert call == CALLS[0] or writes < 100
    assert case == type(case).objects.select_related("broker").get()
    assert case.state == type(case).objects.get().state


def test_other_writes_prevent_a_restore():
    people = assemble_cast(make.NOON)
    type(people.ada).objects.filter(pk=people.ada.pk).update(full_name="Ada Autrement")
    before = len(fixture_cache.cache.entries)
    case = make.partnership(people, until=Edition.NEGOTIATION)
    assert len(fixture_cache.cache.entries) == before
    assert case.parties.count() == 2
    assert type(people.ada).objects.get(pk=people.ada.pk).full_name == "Ada Autrement"


def test_a_rolled_back_fixture_runs_again():
    with transaction.atomic():
        people = assemble_cast(make.NOON)
        transaction.set_rollback(True)
    assert not type(people.ada).objects.exists()
    assert assemble_cast(make.NOON).ada.pk
    assert type(people.ada).objects.filter(full_name="Ada Vernet").count() == 1


def test_arguments_are_part_of_the_key():
    people = assemble_cast(make.NOON)
    assert make.partnership(people, company=people.other_company).parties.get(code="E").organisation == (
        people.other_company
    )


@pytest.mark.django_db(transaction=True)
def test_nothing_is_cached_outside_a_rolled_back_transaction():
    before = len(fixture_cache.cache.entries)
    assemble_cast(make.NOON)
    assert len(fixture_cache.cache.entries) == before
    assert fixture_cache.cache.current_state() == (False, None)


@pytest.mark.parametrize("call", CALLS[:2])
def test_what_was_used_last_is_dropped_last(call):
    assemble_cast(make.NOON)
    entries = fixture_cache.cache.entries
    used, *_ = fixture_cache.cache.current
    assert list(entries)[-1] == used.key
