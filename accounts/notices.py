"""The mails of this app."""

from accounts.organisations import notices as organisations
from accounts.people import notices as people
from accounts.privacy import notices as privacy
from accounts.registration import notices as registration
from accounts.vetting import notices as vetting


def register() -> None:
    """Register the kinds of mails of every chapter."""
    for chapter in (people, registration, organisations, vetting, privacy):
        chapter.register()
