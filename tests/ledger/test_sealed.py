"""The seals that any app may put on its tables."""

import pytest
from django.db import Error, connection, transaction

from ledger import sealed

pytestmark = pytest.mark.django_db


def run(*statements):
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


@pytest.fixture
def charter():
    """A table of which two columns are sealed and one is free."""
    seal = sealed.seal_columns("charter", ["snapshot", "pdf"])
    run("CREATE TABLE charter (id int, snapshot jsonb, pdf bytea, voided_at date)", seal.sql)
    run("INSERT INTO charter VALUES (1, '{\"a\": 1}', NULL, NULL), (2, NULL, NULL, NULL)")
    return seal


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE charter SET snapshot = '{\"a\": 2}' WHERE id = 1",
        "UPDATE charter SET snapshot = NULL WHERE id = 1",
        "UPDATE charter SET voided_at = now(), snapshot = '{}' WHERE id = 1",
        "DELETE FROM charter WHERE id = 1",
        "TRUNCATE charter",
    ],
)
def test_a_value_once_written_stays(charter, statement):
    with pytest.raises(Error, match="charter is sealed"):
        run(statement)


def test_a_value_is_written_once_and_the_rest_is_free(charter):
    run(
        "UPDATE charter SET voided_at = now() WHERE id = 1",
        "UPDATE charter SET pdf = 'x' WHERE id = 1",
        "DELETE FROM charter WHERE id = 2",
    )
    with pytest.raises(Error, match="sealed"):
        run("UPDATE charter SET pdf = 'y' WHERE id = 1")


def test_a_sealed_table_takes_new_rows_alone():
    seal = sealed.seal_table("signature")
    run("CREATE TABLE signature (id int)", seal.sql, "INSERT INTO signature VALUES (1)")
    for statement in ("UPDATE signature SET id = 2", "DELETE FROM signature", "TRUNCATE signature"):
        with pytest.raises(Error, match="signature is sealed"):
            run(statement)
    run(seal.reverse_sql, "DELETE FROM signature")


def test_the_seal_on_columns_can_be_taken_off_by_a_migration(charter):
    run(charter.reverse_sql, "DELETE FROM charter")
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM charter")
        assert cursor.fetchone() == (0,)


def test_two_tests_with_real_transactions_do_not_see_each_other(transactional_db):
    """The flush between them passes the seal for the tests alone."""
    from ledger.models import Entry

    assert not Entry.objects.exists()
