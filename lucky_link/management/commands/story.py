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
from lucky_link.casefile import BadCaseFile
from lucky_link.castfile import Person
from lucky_link.story import play
from lucky_link.story.mailbox import Folder
from lucky_link.story.names import NoNameLeft
from lucky_link.story.scene import House, StepFailed


class Command(BaseCommand):
    help = "Play the whole life of a case, from a TOML file, over HTTP."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the file and the address of the product."""
        parser.add_argument("file", nargs="?", type=Path, default=play.DEFAULT)
        parser.add_argument("--address", default=settings.PUBLIC_URL)

    def handle(self, *args: Any, **options: Any) -> None:
        """Play the file; end with 1 at the first thing that does not come about."""
        house = House(
            address=options["address"], mails=Folder(mail_folder()), wait=_wait, enrol=invitation_of
        )
        try:
            script = play.read(options["file"], is_taken)
            ending = play.play(script, house, today=localdate(), tell=self._tell)
        except (BadCaseFile, NoNameLeft, StepFailed) as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt as error:
            raise CommandError("The story was interrupted.") from error
        self._say_where(ending)

    def _tell(self, words: str) -> None:
        self.stdout.write(words, ending="")
        self.stdout.flush()

    def _say_where(self, ending: play.Ending) -> None:
        scene = ending.scene
        pdf = settings.VAR_DIR / "charters" / f"{scene.reference}.pdf"
        pdf.parent.mkdir(parents=True, exist_ok=True)
        pdf.write_bytes(ending.pdf)
        self.stdout.write(f"\nThe sealed charter of {scene.reference}: {pdf}")
        self.stdout.write(f"The mails: {mail_folder()}")
        self.stdout.write(f"The case: {scene.house.address}/dossiers/{scene.reference}/")
        signatory = scene.signatory("A")
        self.stdout.write(f"Sign in as {signatory.email} with the password {scene.password}")


def mail_folder() -> Path:
    """Return where the mails of an embedded run lie. Raises CommandError when they leave the machine."""
    folder = settings.MAILERS["default"]["OPTIONS"].get("file_path")
    if not folder:
        raise CommandError("The story reads codes in its own mails: unset EMAIL_URL and start again.")
    return Path(str(folder))


def is_taken(marks: list[str]) -> bool:
    """Say whether an e-mail address or a register number is in use."""
    numbers = Q(rna__in=marks) | Q(siren__in=marks) | Q(siret__in=marks)
    return User.objects.filter(email__in=marks).exists() or Organisation.objects.filter(numbers).exists()


def invitation_of(person: Person) -> str:
    """Return the address at which the first broker opens an account, as who runs the house gets it."""
    answer = StringIO()
    call_command("create_broker", person.email, person.name, stdout=answer)
    return answer.getvalue().strip()


def _wait() -> None:
    time.sleep(0.3)
