"""The ground of every test: real services, and guards that fail what nobody would notice."""

import os
import tempfile
from pathlib import Path

import pytest
from django.conf import settings

from lucky_link.local import embedded_services
from lucky_link.local.supervisor import Supervisor

pytest_plugins = [
    "tests.guards.templates",
    "tests.guards.querysets",
    "tests.guards.database",
    "tests.guards.mail",
    "tests.guards.language",
    "tests.guards.cache",
]

supervisor = Supervisor()
scratch = tempfile.TemporaryDirectory(prefix="lucky-link-services-")


def pytest_configure() -> None:
    """Start PostgreSQL and Valkey unless the environment names them, then load the settings.

    The workers of xdist inherit the addresses from the process that started them, so one pair of
    servers serves them all, with a database for each.
    """
    # Also where the shell names one: a test must not write among a developer's documents.
    os.environ["LUCKY_LINK_VAR"] = scratch.name
    (Path(scratch.name) / "static").mkdir()
    if not (os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL")):
        started = embedded_services.start(Path(scratch.name), supervisor=supervisor, durable=False)
        for name in ("DATABASE_URL", "REDIS_URL"):
            os.environ[name] = started.environment[name]
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    _ = settings.DATABASES


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the slow files, so that no worker is left alone with one at the end."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


def pytest_unconfigure() -> None:
    """Stop what this process started."""
    supervisor.stop()
    scratch.cleanup()
