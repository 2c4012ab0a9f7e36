from datetime import UTC, datetime

import pytest

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def at():
    return NOON


@pytest.fixture
def troupe(db, at):
    # The people stand on the models, which are there once Django is set up.
    from tests import cast

    return cast.assemble(at)
