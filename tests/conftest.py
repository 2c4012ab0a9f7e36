"""The ground of every test: real services, and guards that fail what nobody would notice."""

import os

from django.conf import settings

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"

pytest_plugins = [
    "tests.guards.templates",
    "tests.guards.querysets",
    "tests.guards.database",
    "tests.guards.mail",
]


def pytest_configure() -> None:
    """Load the settings, so that pytest-django sets Django up before tests are collected."""
    _ = settings.DATABASES
