"""What the tests of the outbox share. Rooms are imported late: this file loads before Django does."""

import pytest


@pytest.fixture(autouse=True)
def test_kinds(monkeypatch, settings):
    """Register the kinds of message made for the tests, with their templates."""
    from outbox import kinds
    from tests.outbox import notes, notes_templates

    engine = settings.TEMPLATES[0]
    settings.TEMPLATES = [{**engine, "DIRS": [*engine["DIRS"], notes_templates.FOLDER]}]
    for kind in notes.KINDS:
        monkeypatch.setitem(kinds._KINDS, kind.name, kind)


@pytest.fixture
def ada(django_user_model):
    return django_user_model.objects.create_user("ada@example.org", full_name="Ada Leroy")


@pytest.fixture
def note():
    """Post one note; its facts are given by name."""
    from django.db import transaction

    from outbox import post
    from tests.outbox.days import NOON

    def write(key="note:1", kind="test-note", at=NOON, due_at=None, **facts):
        with transaction.atomic():
            return post.post(kind=kind, key=key, at=at, due_at=due_at, facts={"number": 1, **facts})

    return write


@pytest.fixture
def sweep():
    """Deliver what is due at a moment, and return what became of every mail so far."""
    from outbox.sending import delivery
    from tests.outbox.days import NOON, states

    def work(at=NOON):
        delivery.deliver_due(at=at, limit=1000)
        return states()

    return work
