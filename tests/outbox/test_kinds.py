"""The registry of the kinds of message."""

import pytest

from outbox import kinds
from tests.outbox import notes


def test_a_kind_is_registered_once():
    with pytest.raises(kinds.AlreadyRegistered):
        kinds.register(notes.NOTE)


def test_an_unknown_kind_is_refused_by_name():
    with pytest.raises(kinds.UnknownKind, match="no-such-kind"):
        kinds.kind_named("no-such-kind")


def test_every_kind_has_its_words():
    from django.template.loader import get_template

    names = [kind.name for kind in kinds.all_kinds() if not kind.name.startswith("test-")]
    for name in names:
        for part in ("subject.txt", "body.txt", "body.html"):
            assert get_template(f"emails/{name}/{part}")
