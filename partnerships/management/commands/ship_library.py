"""Bring the clause library up to the shipped file, after an upgrade."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.timezone import now

from partnerships.drafting.actions import library


class Command(BaseCommand):
    help = "Add the shipped clauses that the library lacks; what a broker revised or retired stays as it is."

    def handle(self, *_args: Any, **_options: Any) -> None:
        written = library.update_shipped_clauses(at=now())
        self.stdout.write(f"{written} versions written.")
