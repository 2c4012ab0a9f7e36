from datetime import UTC, datetime

import pytest

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def at():
    return NOON


@pytest.fixture
def cast(db, at):
    # The people stand on the models, which are there once Django is set up.
    from tests.cast import assemble_cast

    return assemble_cast(at)
