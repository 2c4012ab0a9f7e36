"""Play the life of one case over HTTP, against the product that runs with this environment."""

from __future__ import annotations

import time
from io import StringIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Q
from django.utils.timezone import localdate

from accounts.models import Organisation, User
from lucky_link.demo.cast import Person
from lucky_link.demo.http import story
from lucky_link.demo.http.mailbox import Folder
from lucky_link.demo.http.session import Product, StepFailed
from lucky_link.demo.http.unused_names import NoUnusedName
from lucky_link.demo.reader import InvalidFile


class Command(BaseCommand):
    help = "Play the whole life of a case, from a TOML file, over HTTP."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the file and the address of the product."""
        parser.add_argument("file", nargs="?", type=Path, default=story.DEFAULT)
        parser.add_argument("--address", default=settings.PUBLIC_URL)

    def handle(self, *args: Any, **options: Any) -> None:
        """Play the file; exit with 1 at the first step that fails."""
        product = Product(
            address=options["address"],
            mailbox=Folder(mail_folder()),
            wait=_wait,
            invite_broker=broker_invitation,
        )
        try:
            script = story.read(options["file"], is_taken)
            result = story.play(script, product, today=localdate(), write=self._write)
        except (InvalidFile, NoUnusedName, StepFailed) as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt as error:
            raise CommandError("The story was interrupted.") from error
        self._print_result(result)

    def _write(self, text: str) -> None:
        self.stdout.write(text, ending="")
        self.stdout.flush()

    def _print_result(self, result: story.Result) -> None:
        session = result.session
        pdf = settings.VAR_DIR / "charters" / f"{session.reference}.pdf"
        pdf.parent.mkdir(parents=True, exist_ok=True)
        pdf.write_bytes(result.pdf)
        self.stdout.write(f"\nThe sealed charter of {session.reference}: {pdf}")
        self.stdout.write(f"The mails: {mail_folder()}")
        self.stdout.write(f"The case: {session.product.address}/dossiers/{session.reference}/")
        signatory = session.script.signatory("A")
        self.stdout.write(f"Sign in as {signatory.email} with the password {session.password}")


def mail_folder() -> Path:
    """Return the folder of the mails of an embedded run. Raises CommandError when mails are sent by SMTP."""
    folder = settings.MAILERS["default"]["OPTIONS"].get("file_path")
    if not folder:
        raise CommandError("The story reads codes in its own mails: unset EMAIL_URL and start again.")
    return Path(str(folder))


def is_taken(identifiers: list[str]) -> bool:
    """Return whether one of several e-mail addresses and register numbers is in use."""
    numbers = Q(rna__in=identifiers) | Q(siren__in=identifiers) | Q(siret__in=identifiers)
    return (
        User.objects.filter(email__in=identifiers).exists() or Organisation.objects.filter(numbers).exists()
    )


def broker_invitation(person: Person) -> str:
    """Return the address at which a new broker opens an account, as `create_broker` prints it."""
    output = StringIO()
    call_command("create_broker", person.email, person.name, stdout=output)
    return output.getvalue().strip()


def _wait() -> None:
    time.sleep(0.3)
