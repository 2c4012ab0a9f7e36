"""Say what has had its time, or take it away."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.timezone import now
from django.utils.translation import gettext as _

from partnerships.privacy.actions import retention


class Command(BaseCommand):
    """`manage retention`: what would go, in numbers; `manage retention --apply`: it goes, for good."""

    help = "List by rule what has had its time; with --apply, take it away for good."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the order to act; without it nothing is written."""
        parser.add_argument("--apply", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print one line a rule, then the sum."""
        at = now()
        outcomes = retention.apply(at=at) if options["apply"] else retention.due(at=at)
        for rule, rows in outcomes:
            self.stdout.write(f"{rows:>8}  {rule.name}: {rule.what}")
        total = sum(outcome.rows for outcome in outcomes)
        said = (
            _("%(count)s effacés. C’est au journal.")
            if options["apply"]
            else _("%(count)s à effacer. Rien n’est fait : ajoutez --apply pour le faire.")
        )
        self.stdout.write(said % {"count": total})
