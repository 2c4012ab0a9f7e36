"""Encrypt the secrets of second factors again after a change of SECRET_KEY."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from accounts.privacy import actions as privacy
from accounts.privacy.secret_box import CannotUnseal


class Command(BaseCommand):
    help = "Seal the secrets of second factors under SECRET_KEY, so that SECRET_KEY_FALLBACKS may be emptied."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            count = privacy.reseal_factors(keys=[settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS])
        except CannotUnseal as error:
            raise CommandError(
                "A secret opens under none of the keys: add the key it was kept under to "
                "SECRET_KEY_FALLBACKS."
            ) from error
        self.stdout.write(f"{count} secrets are sealed under SECRET_KEY.")
