"""Sends mail: the only module that does, and that decides how its bytes leave."""

import smtplib
from collections.abc import Buffer, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from email.charset import QP, Charset
from email.header import Header
from email.message import Message as MimeMessage
from email.mime.application import MIMEApplication
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import Compat32, Policy
from email.utils import format_datetime, parseaddr
from functools import cache

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, mailers
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend
from django.utils.encoding import punycode

from outbox.kinds import Attachment

SERVICE_CLOSING = 421
PERMANENT = 500
# Answered to MAIL FROM although it is about this one mail.
TOO_BIG = 552
MAX_ANSWER = 500
# With the space that starts a folded line, and the angle bracket after a name.
MAX_FOLDED = 74
# Neither quoted-printable nor base64 contains "=_" (RFC 2045, 6.7).
BOUNDARY = "=_lucky-link-"
UTF8 = Charset("utf-8")
UTF8.header_encoding = QP
UTF8.body_encoding = QP


class _AsWritten(Compat32):
    """Lets every header leave as it was set.

    The policies of Python fold a long URL into encoded words, which mail programs do not follow. Free text is
    encoded and folded by `_encoded`.
    """

    def fold(self, name: str, value: str) -> str:
        return f"{name}: {value}{self.linesep}"

    def fold_binary(self, name: str, value: str) -> bytes:
        return self.fold(name, value).encode("ascii")


WIRE = _AsWritten(linesep="\r\n")


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
    """One rendered mail to one person; `mail_id`: its Message-ID, with angle brackets.

    `reply_to`: name and address of the person who reads the answers, or None for the contact address.
    """

    mail_id: str
    at: datetime
    address: str
    language: str
    subject: str
    text: str
    html: str
    unsubscribe_url: str = ""
    reply_to: tuple[str, str] | None = None
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


def written(outgoing: OutgoingMail) -> "WireMail":
    """Return `outgoing` as it leaves. Raises MailRefused for an address that cannot be written to."""
    try:
        return WireMail(outgoing)
    except ValueError as error:
        raise MailRefused(str(error), is_permanent=True) from error


def send(
    wire_mail: "WireMail", *, mailer: BaseEmailBackend, meanwhile: Callable[[], None] | None = None
) -> str:
    """Send a mail to the mail server; return its answer, "" from a mailer without a server.

    `meanwhile`: called at most once, while the server takes the mail. Raises ServerUnavailable, MailRefused.
    """
    try:
        mailer.open()
        if isinstance(mailer, SmtpBackend):
            mailer.connection.meanwhile = meanwhile
        mailer.send_messages([wire_mail])
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
    return mailer.connection.answer if isinstance(mailer, SmtpBackend) else ""


def close_mailer(mailer: BaseEmailBackend) -> None:
    """Close the connection, even to a server that has gone."""
    try:
        mailer.close()
    except OSError:
        mailer.connection = None  # type: ignore[attr-defined]  # the SMTP backend's own


class _AnsweringSMTP(smtplib.SMTP):
    """Remembers what the server answered to the last mail, which smtplib drops.

    `meanwhile` is called when a mail was handed over and before its answer is read.
    """

    answer = ""
    meanwhile: Callable[[], None] | None = None

    def send(self, s: Buffer | str) -> None:
        super().send(s)
        # Commands are text; only the content of a mail is bytes.
        if self.meanwhile and not isinstance(s, str):
            self.meanwhile()

    def data(self, msg: bytes | str) -> tuple[int, bytes]:  # type: ignore[override]
        code, reason = super().data(msg)
        self.answer = _text_of_answer(code, reason)
        return code, reason


class _AnsweringSMTPSSL(_AnsweringSMTP, smtplib.SMTP_SSL):
    """The same over TLS from the start."""


class SmtpBackend(EmailBackend):
    """Django's SMTP backend, whose connection remembers the last answer of the server."""

    connection: _AnsweringSMTP

    @property
    def connection_class(self) -> type[_AnsweringSMTP]:
        return _AnsweringSMTPSSL if self.use_ssl else _AnsweringSMTP

    def prep_address(self, address: str, force_ascii: bool = True) -> str:  # noqa: ARG002, FBT001, FBT002
        """Return the address that the server is given. Raises ValueError."""
        return _ascii_address(parseaddr(address)[1])


class WireMail(EmailMultiAlternatives):
    """A mail whose message is written by this module; raises ValueError for an address that cannot be."""

    def __init__(self, outgoing: OutgoingMail) -> None:
        super().__init__(
            subject=outgoing.subject,
            body=outgoing.text,
            to=[_ascii_address(outgoing.address)],
            headers=_headers(outgoing),
        )
        self.attach_alternative(outgoing.html, "text/html")
        for attachment in outgoing.attachments:
            self.attach(attachment.name, attachment.content, attachment.mime_type)
        self._message = _message(outgoing)

    def message(self, *, policy: Policy = WIRE) -> MimeMessage:  # type: ignore[override]  # noqa: ARG002
        """Return the MIME message, whatever the policy of the mailer."""
        return self._message


def _message(outgoing: OutgoingMail) -> MimeMessage:
    """Return a text and its HTML, before the attachments if any."""
    bodies = MIMEMultipart("alternative", boundary=f"{BOUNDARY}b", policy=WIRE)
    for subtype, text in (("plain", outgoing.text), ("html", outgoing.html)):
        bodies.attach(MIMEText(text, subtype, UTF8, policy=WIRE))  # type: ignore[arg-type]  # takes a Charset
    whole = bodies
    if outgoing.attachments:
        whole = MIMEMultipart("mixed", boundary=f"{BOUNDARY}m", policy=WIRE)
        whole.attach(bodies)
        for attachment in outgoing.attachments:
            whole.attach(_attached(attachment))
    whole["Subject"] = _encoded("Subject", outgoing.subject)
    whole["From"] = _sender(settings.DEFAULT_FROM_EMAIL)
    whole["To"] = _ascii_address(outgoing.address)
    for name, value in _headers(outgoing).items():
        whole[name] = value
    return whole


def _headers(outgoing: OutgoingMail) -> dict[str, str]:
    headers = {
        "Date": format_datetime(outgoing.at),
        "Message-ID": outgoing.mail_id,
        "Auto-Submitted": "auto-generated",
        "Content-Language": outgoing.language,
    }
    name, address = outgoing.reply_to or (settings.BROKER_NAME, settings.CONTACT_ADDRESS)
    if "@" in address:
        headers["Reply-To"] = _mailbox("Reply-To", name, address)
    if outgoing.unsubscribe_url:
        headers["List-Unsubscribe"] = f"<{outgoing.unsubscribe_url}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers


def _attached(attachment: Attachment) -> MimeMessage:
    subtype = attachment.mime_type.partition("/")[2]
    part = MIMEApplication(attachment.content, subtype, policy=WIRE)
    part.add_header("Content-Disposition", "attachment", filename=attachment.name)
    return part


@cache
def _sender(text: str) -> str:
    return _mailbox("From", *parseaddr(text))


def _mailbox(header: str, name: str, address: str) -> str:
    """Return a display name, encoded where it is not ASCII, and its address in clear."""
    clear = _ascii_address(address)
    words = " ".join("".join(sign if sign.isprintable() else " " for sign in name).split())
    if not words:
        return clear
    if words.isascii():
        escaped = words.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}" <{clear}>'
    return f"{_encoded(header, words)} <{clear}>"


def _ascii_address(address: str) -> str:
    """Return an address with its domain in punycode. Raises ValueError."""
    local, separator, domain = address.rpartition("@")
    clear = f"{local}@{punycode(domain)}"
    if not (separator and local and domain and clear.isascii() and clear.isprintable()) or " " in clear:
        message = f"not an address that a mail can be sent to: {address!r}"
        raise ValueError(message)
    return clear


def _encoded(name: str, text: str) -> str:
    """Return free text as a header value: as it is, or as encoded words of at most 75 characters."""
    if "\r" in text or "\n" in text:
        message = f"line break in {name}"
        raise ValueError(message)
    if text.isascii():
        return text
    return Header(text, UTF8, header_name=name, maxlinelen=MAX_FOLDED).encode(linesep="\r\n")


def _refusal(code: int, reason: bytes | str) -> MailNotSent:
    text = _text_of_answer(code, reason)
    if code == SERVICE_CLOSING:
        return ServerUnavailable(text)
    return MailRefused(text, is_permanent=code >= PERMANENT)


def _text_of_answer(code: int, reason: bytes | str) -> str:
    text = reason.decode(errors="replace") if isinstance(reason, bytes) else reason
    return f"{code} {' '.join(text.split())}"[:MAX_ANSWER]
