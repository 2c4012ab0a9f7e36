"""Bring stored names, addresses and texts to the canonical form in which they are typed today."""

from typing import Any

from django.core.management.base import BaseCommand

from accounts.privacy.stored_texts import rewrite_stored_texts


class Command(BaseCommand):
    help = "Rewrite stored names, addresses and texts in canonical form, and list those that cannot be."

    def handle(self, *args: Any, **options: Any) -> None:
        rewriting = rewrite_stored_texts()
        if rewriting.rewritten or options["verbosity"] > 1:
            self.stdout.write(f"{rewriting.rewritten} rows were rewritten in canonical form.")
        for problem in rewriting.problems:
            self.stderr.write(f"Left as it is: {problem}")
        if rewriting.problems:
            self.stderr.write("Correct these with their owners, then run: manage canonicalise")
