"""A real SMTP server on this machine, for tests that send."""

import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.core import mail

from tests.guards import wire


@dataclass
class Sink:
    """What arrived, parsed and as bytes, in order of arrival, and how the server answers.

    `refusal` is the answer given instead of accepting ("451 try again", "550 no such user").
    """

    host: str
    port: int
    mails: list[EmailMessage] = field(default_factory=list)
    received: list[bytes] = field(default_factory=list)
    refusal: str = ""
    refused: int = 0

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep the mail or refuse it, as a mail server would."""
        if self.refusal:
            self.refused += 1
            return self.refusal
        content = envelope.original_content or b""
        self.received.append(content)
        self.mails.append(message_from_bytes(content, _class=EmailMessage, policy=policy.default))
        return f"250 2.0.0 queued as {len(self.mails)}"

    def to(self, address: str) -> list[EmailMessage]:
        """Return the mails for one address."""
        return [mail for mail in self.mails if address in str(mail["To"])]


def free_port() -> int:
    """Return a TCP port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture
def smtp_sink(settings: Any) -> Iterator[Sink]:
    """Run an SMTP server and have Django send to it."""
    sink = Sink("127.0.0.1", free_port())
    controller = Controller(sink, hostname=sink.host, port=sink.port)
    controller.start()
    settings.MAILERS = {
        "default": {
            "BACKEND": "outbox.sending.mail.SmtpBackend",
            "OPTIONS": {"host": sink.host, "port": sink.port, "timeout": 10},
        }
    }
    try:
        yield sink
    finally:
        controller.stop()
    assert [defect for raw in sink.received for defect in wire.defects(raw)] == []


@pytest.fixture(autouse=True)
def mailbox_starts_empty() -> Iterator[None]:
    """Empty Django's own mailbox, where mails go when no test asked for the server; read them afterwards."""
    if hasattr(mail, "outbox"):
        mail.outbox.clear()
    yield
    ours = [each for each in getattr(mail, "outbox", []) if type(each).__name__ == "WireMail"]
    assert [defect for each in ours for defect in wire.defects(each.message().as_bytes())] == []
