"""Command that tells whether a PDF is a charter sealed here.

Exit codes: genuine 0, changed 1, unknown 2, doubtful 3.
"""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from accounts.refusals import Refusal
from partnerships.charter import verification
from partnerships.signing.queries.verification import verdict_on

EXIT_CODES: Final = {"genuine": 0, "changed": 1, "unknown": 2, "doubtful": 3}


class Command(BaseCommand):
    """Examines one file and prints the result of each check."""

    help = "Dit si un PDF est une charte scellée ici : 0 authentique, 1 modifiée, 2 inconnue, 3 douteuse."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the verdict and exit with its code; a file that cannot be read is unknown."""
        try:
            verdict = verdict_on(_read(options["file"]), is_public=False)
        except Refusal as refusal:
            raise CommandError(refusal.message, returncode=EXIT_CODES["unknown"]) from refusal
        self._print(verdict)
        if code := EXIT_CODES[verdict.outcome]:
            raise SystemExit(code)

    def _print(self, verdict: verification.VerificationVerdict) -> None:
        outcomes = {
            "genuine": _("Authentique : c’est la charte, telle qu’elle a été scellée."),
            "doubtful": _(
                "Douteuse\u00a0: c’est le fichier scellé, mais ce qu’il dit ne concorde pas avec le journal."
            ),
            "changed": _(
                "Modifiée : ce fichier vient d’une de nos chartes, mais il a changé depuis son scellement."
            ),
            "unknown": _("Inconnue : ce fichier n’est pas une charte scellée ici."),
        }
        self.stdout.write(outcomes[verdict.outcome])
        if verdict.charter:
            charter = verdict.charter
            name = _("{title}, {reference}, édition {edition}, code {code}").format(
                title=charter.title,
                reference=charter.reference,
                edition=charter.edition,
                code=charter.verification_code,
            )
            self.stdout.write(name)
        for check in verdict.checks:
            answer = _("oui") if check.passed else _("non")
            detail = f" ({check.detail})" if check.detail else ""
            self.stdout.write(f"- {verification.QUESTIONS[check.name]} : {answer}{detail}")
        if verdict.outcome == "genuine" and not verdict.timestamped:
            self.stdout.write(_("Ce document n’est pas horodaté par un tiers."))


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        message = _("Impossible de lire {path} : {error}").format(path=path, error=error.strerror)
        raise CommandError(message, returncode=EXIT_CODES["unknown"]) from error
