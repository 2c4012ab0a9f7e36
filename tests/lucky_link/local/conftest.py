"""The address of the test database, for modules that connect without Django."""

import os

import pytest
from django.db import connection


@pytest.fixture
def database_url(transactional_db: None) -> str:
    settings = connection.settings_dict
    options = settings["OPTIONS"]
    host, user = options.get("host") or settings["HOST"], options.get("user") or settings["USER"]
    name = settings["NAME"]
    return f"postgresql:///{name}?host={host}&user={user}" if host else os.environ["DATABASE_URL"]
