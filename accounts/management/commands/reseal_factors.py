"""After SECRET_KEY changed: seal the secrets of second factors under the new one."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from accounts.privacy.actions import factors
from accounts.privacy.secret_box import Unreadable


class Command(BaseCommand):
    help = "Seal the secrets of second factors under SECRET_KEY, so that SECRET_KEY_FALLBACKS may be emptied."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print how many secrets there are."""
        try:
            count = factors.reseal(keys=[settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS])
        except Unreadable as error:
            raise CommandError(
                "A secret opens under none of the keys: add the key it was kept under to "
                "SECRET_KEY_FALLBACKS."
            ) from error
        self.stdout.write(f"{count} secrets are sealed under SECRET_KEY.")
