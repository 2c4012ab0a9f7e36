"""The mails about people and organisations: to whom, whether still true, with which words."""

from accounts.notices import declared, farewells, filing, passages, people


def register() -> None:
    """Make the kinds of this room known to the outbox."""
    people.register()
    passages.register()
    filing.register()
    declared.register()
    farewells.register()
