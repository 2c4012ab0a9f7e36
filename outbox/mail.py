"""Sends mail: the only module that does."""

import smtplib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from email.utils import parseaddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, mailers
from django.core.mail.backends.base import BaseEmailBackend

from outbox.kinds import Attachment

SERVICE_CLOSING = 421
PERMANENT = 500
# Answered to MAIL FROM although it is about this one mail.
TOO_BIG = 552


class MailNotSent(Exception):
    """A mail was not sent."""


class ServerUnavailable(MailNotSent):
    """No mail can be sent now: the server is away or refuses the connection."""


class MailRefused(MailNotSent):
    """The server refused this mail; `is_permanent`: trying again does not help."""

    def __init__(self, reason: str, *, is_permanent: bool) -> None:
        super().__init__(reason)
        self.is_permanent = is_permanent


@dataclass(frozen=True, kw_only=True)
class OutgoingMail:
    """One rendered mail to one person; `mail_id`: its Message-ID, with angle brackets."""

    mail_id: str
    address: str
    language: str
    subject: str
    text: str
    html: str
    unsubscribe_url: str = ""
    attachments: Sequence[Attachment] = ()


def mail_id_for(identifier: object) -> str:
    """Return the Message-ID of the delivery `identifier`, always the same."""
    sender = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    return f"<{identifier}@{sender.rpartition('@')[2]}>"


@contextmanager
def open_mailer() -> Iterator[BaseEmailBackend]:
    """Yield a mailer for a batch: it connects at the first mail and is closed at the end."""
    mailer = mailers.default
    try:
        yield mailer
    finally:
        close_mailer(mailer)


def send(outgoing: OutgoingMail, *, mailer: BaseEmailBackend) -> None:
    """Send `outgoing` to the mail server. Raises ServerUnavailable, MailRefused."""
    try:
        mailer.open()
        mailer.send_messages([_email_message(outgoing)])
    except smtplib.SMTPRecipientsRefused as error:
        code, reason = next(iter(error.recipients.values()))
        raise _refusal(code, reason) from error
    except smtplib.SMTPResponseException as error:
        close_mailer(mailer)
        if not (isinstance(error, smtplib.SMTPDataError) or error.smtp_code == TOO_BIG):
            raise ServerUnavailable(str(error)) from error
        raise _refusal(error.smtp_code, error.smtp_error) from error
    except OSError as error:
        # Includes the other errors of smtplib: no answer, connection closed.
        close_mailer(mailer)
        raise ServerUnavailable(str(error) or type(error).__name__) from error


def close_mailer(mailer: BaseEmailBackend) -> None:
    """Close the connection, even to a server that has gone."""
    try:
        mailer.close()
    except OSError:
        mailer.connection = None  # type: ignore[attr-defined]  # the SMTP backend's own


def _email_message(outgoing: OutgoingMail) -> EmailMultiAlternatives:
    headers = {
        "Message-ID": outgoing.mail_id,
        "Auto-Submitted": "auto-generated",
        "Content-Language": outgoing.language,
    }
    if outgoing.unsubscribe_url:
        headers["List-Unsubscribe"] = f"<{outgoing.unsubscribe_url}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail = EmailMultiAlternatives(
        subject=outgoing.subject, body=outgoing.text, to=[outgoing.address], headers=headers
    )
    mail.attach_alternative(outgoing.html, "text/html")
    for attachment in outgoing.attachments:
        mail.attach(attachment.name, attachment.content, attachment.mime_type)
    return mail


def _refusal(code: int, reason: bytes | str) -> MailNotSent:
    text = reason.decode(errors="replace") if isinstance(reason, bytes) else reason
    if code == SERVICE_CLOSING:
        return ServerUnavailable(f"{code} {text}")
    return MailRefused(f"{code} {text}", is_permanent=code >= PERMANENT)
