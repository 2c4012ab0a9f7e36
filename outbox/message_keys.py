"""Keys of messages: unique strings built from parts, one for each fact, never parsed.

Each app builds its keys in a module of this name. Data that a mail needs is in the facts.
"""

from datetime import UTC, date, datetime
from typing import NewType
from uuid import UUID

MessageKey = NewType("MessageKey", str)
# Common prefix of several keys; ends with the separator, so that 1 is no prefix of 12.
KeyPrefix = NewType("KeyPrefix", str)

type Part = str | int | UUID

SEPARATOR = ":"


class InvalidKeyPart(ValueError):
    """A part of a key is empty or contains the separator: two facts could share one key."""


def build_key(*parts: Part) -> MessageKey:
    """Return the key of `parts`. Raises InvalidKeyPart."""
    return MessageKey(_joined(parts))


def build_prefix(*parts: Part) -> KeyPrefix:
    """Return the prefix of all keys whose first parts are `parts`. Raises InvalidKeyPart."""
    return KeyPrefix(_joined(parts) + SEPARATOR)


def day_part(day: date) -> str:
    """Return a day as a part of a key; of a moment, its day in its own time zone."""
    return f"{day:%Y%m%d}"


def moment_part(moment: datetime) -> str:
    """Return a moment as a part of a key, the same in every time zone."""
    return f"{moment.astimezone(UTC):%Y%m%d%H%M%S%f}"


def offset_part(days: int) -> str:
    """Return a number of days before (-) or after (+) a date as a part of a key."""
    return f"{days:+d}"


def digest(*, user_id: UUID, rhythm: str, day: date) -> MessageKey:
    """Return the key of the digest of one person for one slot."""
    return build_key("digest", user_id, rhythm, f"{day:%Y-%m-%d}")


def _joined(parts: tuple[Part, ...]) -> str:
    texts = [str(part) for part in parts]
    if not texts or any(not text or SEPARATOR in text for text in texts):
        raise InvalidKeyPart(texts)
    return SEPARATOR.join(texts)
