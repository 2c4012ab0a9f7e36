"""Recompute the ledger and print the first invalid entry."""

import sys
from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from ledger import verify
from ledger.record import Subject


class Command(BaseCommand):
    """`manage verify_ledger [--subject case:<uuid>]`: exit code 0 when every chain is valid, else 1."""

    help = "Recompute the hash chains of the ledger; exit 1 and name the first bad entry if one is broken."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the option for one chain; all by default."""
        parser.add_argument("--subject", metavar="TYPE:UUID", help="case:… or organisation:…")

    def handle(self, *args: Any, **options: Any) -> None:
        """Verify and print the outcome."""
        bad = verify.verify(subject=_subject(options["subject"]))
        if bad is None:
            self.stdout.write(_("Le journal est intact."))
            return
        self.stderr.write(
            _("Le journal est altéré\N{NO-BREAK SPACE}: %(type)s:%(id)s, entrée %(sequence)d, %(fault)s.")
            % {
                "type": bad.subject.type,
                "id": bad.subject.id,
                "sequence": bad.sequence,
                "fault": bad.fault.label,
            }
        )
        sys.exit(1)


def _subject(argument: str | None) -> Subject | None:
    if argument is None:
        return None
    subject_type, _colon, subject_id = argument.partition(":")
    try:
        return Subject(subject_type, UUID(subject_id))
    except ValueError as error:
        raise CommandError(_("Écrivez le sujet sous la forme case:<uuid>.")) from error
