"""Texts and facts of secret mails, which are not stored: they let whoever reads them act as another."""

from django.conf import settings

from outbox.kinds import Kind, UnknownKind, kind_named
from outbox.models import UNDELIVERED, Delivery, Message
from outbox.sending.rendering import RenderedMail

LOCAL_MAILBOX = "django.core.mail.backends.filebased.EmailBackend"


def log_is_only_mailbox() -> bool:
    """Return whether no mail leaves this machine, so that the delivery log is the only place to read one."""
    return bool(settings.EMBEDDED) and settings.MAILERS["default"]["BACKEND"] == LOCAL_MAILBOX


def store_text(delivery: Delivery, kind: Kind, rendered: RenderedMail) -> None:
    """Set the sent text on `delivery`; of a secret mail, the subject alone."""
    delivery.subject = rendered.subject
    if not kind.is_secret or log_is_only_mailbox():
        delivery.text, delivery.html = rendered.text, rendered.html


def erase_secrets(delivery: Delivery) -> None:
    """Erase the secret facts of a message whose mail is no longer pending."""
    message = delivery.message
    if delivery.state not in UNDELIVERED and has_secret_facts(message):
        message.facts = {name: fact for name, fact in message.facts.items() if name not in _secrets(message)}
        message.save(update_fields=["facts"])


def has_secret_facts(message: Message) -> bool:
    """Return whether the kind of `message` has facts that are erased after its mail was sent."""
    return bool(_secrets(message))


def is_erased(message: Message) -> bool:
    """Return whether secret facts of `message` were erased, so that it cannot be rendered again."""
    return any(name not in message.facts for name in _secrets(message))


def is_secret(message: Message) -> bool:
    """Return whether the text of `message` is for its recipient alone and not stored."""
    kind = _kind_of(message)
    return kind is not None and kind.is_secret


def _secrets(message: Message) -> tuple[str, ...]:
    kind = _kind_of(message)
    return kind.secret_facts if kind else ()


def _kind_of(message: Message) -> Kind | None:
    try:
        return kind_named(message.kind)
    except UnknownKind:
        return None
