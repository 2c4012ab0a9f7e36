"""The mails of an embedded run, read from the files of Django's file-based mail backend."""

from __future__ import annotations

from collections.abc import Sequence
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Protocol

# The line that the mail backend writes after each mail.
SEPARATOR = b"\n" + b"-" * 79 + b"\n"


class Mailbox(Protocol):
    """Gives access to the mails that arrived."""

    def to(self, address: str) -> Sequence[EmailMessage]:
        """Return the mails to an address, oldest first."""


class Folder:
    """The folder of the mail backend; a file contains the mails of one connection."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._parsed: dict[tuple[str, int], list[EmailMessage]] = {}  # by file name and size

    def to(self, address: str) -> Sequence[EmailMessage]:
        """Return the mails to an address, oldest first."""
        files = sorted(self._path.glob("*.log"))
        return [mail for file in files for mail in self._mails(file) if address in str(mail["To"])]

    def _mails(self, file: Path) -> list[EmailMessage]:
        content = file.read_bytes()
        key = (file.name, len(content))
        if key not in self._parsed:
            self._parsed[key] = [
                message_from_bytes(part, _class=EmailMessage, policy=policy.default)
                for part in content.split(SEPARATOR)[:-1]
            ]
        return self._parsed[key]


def text_of(mail: EmailMessage) -> str:
    """Return the plain text of a mail, empty without a text part."""
    body = mail.get_body(("plain",))
    return "" if body is None else str(body.get_content())
