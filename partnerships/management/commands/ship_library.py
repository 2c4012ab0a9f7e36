"""Command that adds the new clauses of the shipped file to the clause library, after an upgrade."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.timezone import now

from partnerships.drafting.actions import library


class Command(BaseCommand):
    help = "Add the shipped clauses that the library lacks; what a broker revised or retired stays as it is."

    def handle(self, *_args: Any, **_options: Any) -> None:
        count = library.ship(at=now())
        self.stdout.write(f"{count} versions written.")
