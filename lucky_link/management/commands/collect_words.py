"""Update the message catalogues from the code."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from lucky_link.local import message_catalogues as catalogues


class Command(BaseCommand):
    help = "Extract the messages of the code into locale/ and list those without an English translation."

    def handle(self, *_args: Any, **_options: Any) -> None:
        messages = catalogues.collect_messages()
        french = catalogues.catalogue_path(catalogues.FRENCH)
        catalogues.update_catalogue(french, messages, language=catalogues.FRENCH)
        english = catalogues.catalogue_path(catalogues.ENGLISH)
        missing = catalogues.update_catalogue(english, messages, language=catalogues.ENGLISH)
        self.stdout.write(f"{len(messages)} words, {len(missing)} without English.")
        if missing:
            raise CommandError("\n".join(f"{messages[message]}: {message.singular}" for message in missing))
