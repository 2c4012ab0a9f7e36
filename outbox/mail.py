"""The only sender of mail in the whole product."""

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
# Said to the sender's address although it is about this one mail.
TOO_BIG = 552


class MailNotSent(Exception):
    """A mail did not leave."""


class ServerUnavailable(MailNotSent):
    """No mail can leave now, whoever it is for: the server is away or does not want us."""


class MailRefused(MailNotSent):
    """The server refused this mail; `is_permanent` when trying again will not help."""

    def __init__(self, reason: str, *, is_permanent: bool) -> None:
        """Keep what the server said."""
        super().__init__(reason)
        self.is_permanent = is_permanent


@dataclass(frozen=True, kw_only=True)
class Letter:
    """One mail to one person, ready to leave; `mail_id` is its Message-ID with its angle brackets."""

    mail_id: str
    address: str
    language: str
    subject: str
    text: str
    html: str
    unsubscribe_url: str = ""
    attachments: Sequence[Attachment] = ()


def mail_id_for(identifier: object) -> str:
    """Return the Message-ID of the delivery `identifier`, the same each time it is asked for."""
    sender = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    return f"<{identifier}@{sender.rpartition('@')[2]}>"


@contextmanager
def open_mailer() -> Iterator[BaseEmailBackend]:
    """Give one mailer for a batch: it connects at the first mail and hangs up at the end."""
    mailer = mailers.default
    try:
        yield mailer
    finally:
        hang_up(mailer)


def send(letter: Letter, *, mailer: BaseEmailBackend) -> None:
    """Hand `letter` to the mail server. Raises ServerUnavailable, MailRefused."""
    try:
        mailer.open()
        mailer.send_messages([_composed(letter)])
    except smtplib.SMTPRecipientsRefused as error:
        code, reason = next(iter(error.recipients.values()))
        raise _refusal(code, reason) from error
    except smtplib.SMTPResponseException as error:
        hang_up(mailer)
        if not (isinstance(error, smtplib.SMTPDataError) or error.smtp_code == TOO_BIG):
            raise ServerUnavailable(str(error)) from error
        raise _refusal(error.smtp_code, error.smtp_error) from error
    except OSError as error:
        # smtplib's other errors are among them: nobody answers, or hangs up.
        hang_up(mailer)
        raise ServerUnavailable(str(error) or type(error).__name__) from error


def hang_up(mailer: BaseEmailBackend) -> None:
    """Close the connection, even to a server that is no longer there."""
    try:
        mailer.close()
    except OSError:
        mailer.connection = None  # type: ignore[attr-defined]  # the SMTP backend's own


def _composed(letter: Letter) -> EmailMultiAlternatives:
    headers = {
        "Message-ID": letter.mail_id,
        "Auto-Submitted": "auto-generated",
        "Content-Language": letter.language,
    }
    if letter.unsubscribe_url:
        headers["List-Unsubscribe"] = f"<{letter.unsubscribe_url}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail = EmailMultiAlternatives(
        subject=letter.subject, body=letter.text, to=[letter.address], headers=headers
    )
    mail.attach_alternative(letter.html, "text/html")
    for attachment in letter.attachments:
        mail.attach(attachment.name, attachment.content, attachment.mime_type)
    return mail


def _refusal(code: int, reason: bytes | str) -> MailNotSent:
    words = reason.decode(errors="replace") if isinstance(reason, bytes) else reason
    if code == SERVICE_CLOSING:
        return ServerUnavailable(f"{code} {words}")
    return MailRefused(f"{code} {words}", is_permanent=code >= PERMANENT)
