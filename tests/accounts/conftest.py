from datetime import UTC, datetime

import pytest

from tests import cast

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def at():
    return NOON


@pytest.fixture
def troupe(db, at):
    return cast.assemble(at)
