"""The two roles of the test database: everything runs as the application, some preparation as the owner.

The connection of the tests is the owner's, and takes the role of the application: PostgreSQL judges it as the
application, and one transaction can do both.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

import psycopg
from django.conf import settings
from django.db import connection, transaction

AS_OWNER = "SET LOCAL ROLE NONE"
WITHOUT_TRIGGERS = "SET LOCAL session_replication_role = replica"
WITH_TRIGGERS = "SET LOCAL session_replication_role = origin"


def as_application() -> str:
    return f"SET LOCAL ROLE {connection.ops.quote_name(settings.DATABASE_APPLICATION_ROLE)}"


def act_as_application() -> None:
    """Take the role of the application in this and every later connection of the tests."""
    connection.settings_dict["OPTIONS"]["assume_role"] = settings.DATABASE_APPLICATION_ROLE
    connection.close()


def act_as_owner() -> None:
    """Leave the role of the application."""
    connection.settings_dict["OPTIONS"].pop("assume_role", None)
    connection.close()


@contextmanager
def owner(*, triggers: bool = True) -> Iterator[Any]:
    """Yield a cursor of the owner of the tables, in the open transaction; without `triggers`, none fires.

    Constraints that are checked at the commit are checked here first, for what came before.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        cursor.execute(AS_OWNER)
        if not triggers:
            cursor.execute(WITHOUT_TRIGGERS)
        yield cursor
        if not triggers:
            cursor.execute(WITH_TRIGGERS)
        cursor.execute(as_application())


def application_url() -> str:
    """Return the address of the test database for the role of the application, as DATABASE_URL."""
    database = settings.APPLICATION_DATABASE
    password = f":{quote(database['PASSWORD'], safe='')}" if database["PASSWORD"] else ""
    name = connection.settings_dict["NAME"]
    account = f"{quote(database['USER'], safe='')}{password}@" if database["USER"] else ""
    if str(database["HOST"]).startswith("/"):
        return f"postgresql://{account}/{name}?host={quote(database['HOST'])}"
    return f"postgresql://{account}{database['HOST']}:{database['PORT'] or 5432}/{name}"


def connect() -> psycopg.Connection[Any]:
    """Return a new connection of the application's own role to the test database."""
    return psycopg.connect(application_url())
