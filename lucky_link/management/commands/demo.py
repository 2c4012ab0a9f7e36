"""Load the demonstration into an empty database."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import now

from lucky_link.demo.actions import demonstration
from lucky_link.demo.reader import InvalidFile


class Command(BaseCommand):
    help = "Play the fictional cases into an empty database (embedded demonstration runs only)."

    def handle(self, *_args: Any, **_options: Any) -> None:
        if not settings.DEMONSTRATION:
            raise CommandError("This run is no demonstration. Use: ./luckylink up --demo")
        try:
            demonstration.load(today=now(), print_line=self.stdout.write)
        except demonstration.DatabaseNotEmpty as error:
            raise CommandError("The database is not empty. Remove var/ to play it anew.") from error
        except InvalidFile as error:
            raise CommandError(str(error)) from error
