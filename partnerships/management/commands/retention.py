"""Command that lists the rows due for removal, or removes them."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.timezone import now
from django.utils.translation import gettext as _

from partnerships.privacy import actions


class Command(BaseCommand):
    """`manage retention` counts what would be removed; `manage retention --apply` removes it for good."""

    help = "List by rule the rows due for removal; with --apply, remove them for good."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--apply", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print one line for each rule, then the sum."""
        at = now()
        outcomes = actions.apply_retention(at=at) if options["apply"] else actions.due_for_removal(at=at)
        for rule, rows in outcomes:
            self.stdout.write(f"{rows:>8}  {rule.name}: {rule.what}")
        total = sum(outcome.rows for outcome in outcomes)
        summary = (
            _("%(count)s supprimés. Le journal le note.")
            if options["apply"]
            else _("%(count)s à supprimer. Rien n’est fait : ajoutez --apply pour le faire.")
        )
        self.stdout.write(summary % {"count": total})
