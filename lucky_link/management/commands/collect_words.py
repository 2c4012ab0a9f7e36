"""Bring the catalogues up to the code."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from lucky_link.local import words


class Command(BaseCommand):
    help = "Write the words of the code into locale/, keep their translations, and name those without one."

    def handle(self, *_args: Any, **_options: Any) -> None:
        found = words.everywhere()
        words.refresh(words.source_of(words.FRENCH), found, language=words.FRENCH)
        missing = words.refresh(words.source_of(words.ENGLISH), found, language=words.ENGLISH)
        self.stdout.write(f"{len(found)} words, {len(missing)} without English.")
        if missing:
            raise CommandError("\n".join(f"{found[word]}: {word.singular}" for word in missing))
