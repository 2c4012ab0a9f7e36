"""Each test begins in French, whatever the one before it spoke."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.utils import translation


@pytest.fixture(autouse=True)
def french_first() -> Iterator[None]:
    with translation.override(settings.LANGUAGE_CODE):
        yield
