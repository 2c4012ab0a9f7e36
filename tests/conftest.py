"""The ground of every test: real services, and guards that fail what nobody would notice."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import pytest_django
from django.conf import settings

from lucky_link.local import embedded_services, web_files
from lucky_link.local.supervisor import Supervisor
from tests import database_owner

pytest_plugins = [
    "tests.guards.templates",
    "tests.guards.querysets",
    "tests.guards.database",
    "tests.guards.mail",
    "tests.guards.language",
    "tests.guards.cache",
    "tests.served_site",
]

supervisor = Supervisor()
scratch = tempfile.TemporaryDirectory(prefix="lucky-link-services-")


def pytest_configure() -> None:
    """Start PostgreSQL and Valkey unless the environment names them, then load the settings.

    The workers of xdist inherit the addresses from the process that started them, so one pair of
    servers serves them all, with a database for each.
    """
    web_files.build_all()
    # Also where the shell names one: a test must not write among a developer's documents.
    os.environ["LUCKY_LINK_VAR"] = scratch.name
    (Path(scratch.name) / "static").mkdir()
    if not (os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL")):
        started = embedded_services.start(Path(scratch.name), supervisor=supervisor, durable=False)
        for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL"):
            if name in started.environment:
                os.environ[name] = started.environment[name]
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    _ = settings.DATABASES


@pytest.fixture(scope="session")
def django_db_setup(
    django_db_setup: None, django_db_blocker: pytest_django.DjangoDbBlocker
) -> Iterator[None]:
    """Create and drop the test database as its owner; in between, act with the rights of the application."""
    with django_db_blocker.unblock():
        database_owner.act_as_application()
    yield
    with django_db_blocker.unblock():
        database_owner.act_as_owner()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the slow files, so that no worker is left alone with one at the end."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


def pytest_unconfigure() -> None:
    """Stop what this process started."""
    supervisor.stop()
    scratch.cleanup()
