"""The triggers that any app may declare to protect its tables."""

from typing import ClassVar

import pgtrigger
import pytest
from django.db import Error, IntegrityError, connection, models
from django.test.utils import isolate_apps
from pgtrigger import core

from ledger.models import Entry
from ledger.sealed import append_only, write_once
from tests.database_owner import owner

pytestmark = pytest.mark.django_db


def run(*statements):
    """As the owner of the tables, whom nothing but the triggers stops."""
    with owner() as cursor:
        for statement in statements:
            cursor.execute(statement)


def create_table(model):
    with owner(), connection.schema_editor() as editor:
        editor.create_model(model)


def uninstall(model):
    with owner():
        for trigger in model._meta.triggers:
            trigger.uninstall(model)


@pytest.fixture
@isolate_apps("ledger")
def charter():
    """A table of which two columns are sealed and one is free."""

    class Charter(models.Model):
        id = models.IntegerField(primary_key=True)
        snapshot = models.JSONField(null=True)
        pdf = models.BinaryField(null=True)
        voided_at = models.DateField(null=True)

        class Meta:
            app_label = "ledger"
            db_table = "charter"
            triggers: ClassVar = write_once("snapshot", "pdf")

    create_table(Charter)
    run("INSERT INTO charter VALUES (1, '{\"a\": 1}', NULL, NULL), (2, NULL, NULL, NULL)")
    return Charter


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


@isolate_apps("ledger")
def test_a_sealed_table_takes_new_rows_alone():
    class Signature(models.Model):
        id = models.IntegerField(primary_key=True)

        class Meta:
            app_label = "ledger"
            db_table = "signature"
            triggers: ClassVar = append_only()

    create_table(Signature)
    run("INSERT INTO signature VALUES (1)")
    for statement in ("UPDATE signature SET id = 2", "DELETE FROM signature", "TRUNCATE signature"):
        with pytest.raises(Error, match="signature is sealed"):
            run(statement)
    uninstall(Signature)
    run("DELETE FROM signature")


def test_the_seal_on_columns_can_be_taken_off(charter):
    uninstall(charter)
    run("DELETE FROM charter")
    with owner() as cursor:
        cursor.execute("SELECT count(*) FROM charter")
        assert cursor.fetchone() == (0,)


@pytest.mark.parametrize(
    "statement",
    ["UPDATE charter SET snapshot = '{\"a\": 2}' WHERE id = 1", "DELETE FROM charter", "TRUNCATE charter"],
)
def test_no_session_can_have_the_triggers_ignored(charter, statement):
    """The functions that pgtrigger generates obey this setting, which any role may set for itself."""
    names = ",".join(trigger.get_pgid(charter) for trigger in charter._meta.triggers)
    with pytest.raises(IntegrityError, match="charter is sealed"):
        run(f"SET LOCAL pgtrigger.ignore = '{{{names}}}'", statement)


def test_every_trigger_of_ours_is_in_the_database_as_it_is_declared():
    states = {
        f"{model._meta.label}:{trigger.name}": trigger.get_installation_status(model)
        for model, trigger in pgtrigger.registered()
    }
    assert len(states) >= 25
    assert {name: state for name, state in states.items() if state != (core.INSTALLED, True)} == {}


def test_two_tests_with_real_transactions_do_not_see_each_other(transactional_db):
    """The flush between them passes the seal for the tests alone."""
    assert not Entry.objects.exists()
