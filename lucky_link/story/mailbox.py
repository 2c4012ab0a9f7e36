"""The mails of an embedded run, read where its mail backend writes them."""

from __future__ import annotations

from collections.abc import Sequence
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Protocol

# What Django's file backend writes after each mail.
RULE = b"\n" + b"-" * 79 + b"\n"


class Mailbox(Protocol):
    """Anything that knows which mails arrived."""

    def to(self, address: str) -> Sequence[EmailMessage]:
        """Return the mails for one address, the oldest first."""


class Folder:
    """The folder of the mail backend; a file holds the mails of one connection."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read: dict[tuple[str, int], list[EmailMessage]] = {}

    def to(self, address: str) -> Sequence[EmailMessage]:
        """Return the mails for one address, the oldest first."""
        return [mail for file in self._files() for mail in self._mails(file) if address in str(mail["To"])]

    def _files(self) -> list[Path]:
        return sorted(self._path.glob("*.log"))

    def _mails(self, file: Path) -> list[EmailMessage]:
        content = file.read_bytes()
        key = (file.name, len(content))
        if key not in self._read:
            self._read[key] = [
                message_from_bytes(each, _class=EmailMessage, policy=policy.default)
                for each in content.split(RULE)[:-1]
            ]
        return self._read[key]


def text_of(mail: EmailMessage) -> str:
    """Return the plain words of a mail."""
    body = mail.get_body(("plain",))
    return "" if body is None else str(body.get_content())
