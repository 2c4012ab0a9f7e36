"""The mails about people and organisations: to whom, whether still true, with which words."""

from accounts.organisations import notices as declared
from accounts.people.notices import handover, people
from accounts.privacy import notices as farewells
from accounts.registration import notices as filing


def register() -> None:
    """Make the kinds of this room known to the outbox."""
    people.register()
    handover.register()
    filing.register()
    declared.register()
    farewells.register()
