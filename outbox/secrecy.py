"""What is not kept of a mail whose words let their reader act as somebody else."""

from django.conf import settings

from outbox.kinds import Kind, UnknownKind, kind_named
from outbox.models import Delivery, DeliveryState, Message
from outbox.rendering import Words

LOCAL_MAILBOX = "django.core.mail.backends.filebased.EmailBackend"


def log_is_the_mailbox() -> bool:
    """Say whether no mail leaves this machine, so that the delivery log is the only place to read one."""
    return bool(settings.EMBEDDED) and settings.MAILERS["default"]["BACKEND"] == LOCAL_MAILBOX


def keep_words(delivery: Delivery, kind: Kind, words: Words) -> None:
    """Keep with a mail the words that leave; of a secret one, its subject alone."""
    delivery.subject = words.subject
    if not kind.is_secret or log_is_the_mailbox():
        delivery.text, delivery.html = words.text, words.html


def forget(delivery: Delivery) -> None:
    """Drop the secrets of a message whose mail left or was given up."""
    message = delivery.message
    if delivery.state != DeliveryState.PENDING and _secrets(message):
        message.facts = {name: fact for name, fact in message.facts.items() if name not in _secrets(message)}
        message.save(update_fields=["facts"])


def is_forgotten(message: Message) -> bool:
    """Say whether what `message` said is gone, so that it cannot be written again."""
    return any(name not in message.facts for name in _secrets(message))


def is_secret(message: Message) -> bool:
    """Say whether the words of `message` are for its reader alone, and not kept."""
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
