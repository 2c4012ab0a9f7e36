"""The address of the test database, for modules that connect without Django."""

import pytest

from tests.database_owner import application_url


@pytest.fixture
def database_url(transactional_db: None) -> str:
    return application_url()
