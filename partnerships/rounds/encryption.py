"""What closes an envelope to everybody but its party: keys, ciphertext, the salted fingerprint.

No database and no settings: the secrets of the installation are given by the caller.
"""

from __future__ import annotations

import hashlib
import json
import secrets as random
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import rfc8785
from cryptography.fernet import Fernet, InvalidToken
from django.utils.translation import gettext_lazy

from accounts.privacy import secret_box
from accounts.refusals import Refusal

PURPOSE = b"partnerships: keys of rounds"
SALT_BYTES = 32

type Json = str | int | bool | list[Json] | dict[str, Json] | None


class KeyIsLost(Refusal):
    """No secret of the installation opens this for its party: a former SECRET_KEY is missing."""

    sentence = gettext_lazy(
        "La clé qui ouvre les enveloppes de ce tour manque à cette installation. Rien n’est perdu\u00a0: "
        "l’exploitant remet l’ancienne SECRET_KEY dans SECRET_KEY_FALLBACKS, puis vous reprenez."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of an answer as last saved, `at` an ISO moment, `by` the key of a person.

    `number` counts its savings from 1.
    """

    number: int
    by: str
    at: str = ""
    value: Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What an envelope holds; `salt` is empty until it is sealed."""

    parts: Mapping[str, Part] = field(default_factory=dict)
    salt: str = ""

    def answers(self) -> dict[str, Json]:
        """Return what is answered, part by part, without who typed it."""
        return {name: part.value for name, part in sorted(self.parts.items())}

    def numbers(self) -> dict[str, int]:
        """Return how many times each part was saved."""
        return {name: part.number for name, part in sorted(self.parts.items())}


def new_key(installation: Sequence[str]) -> bytes:
    """Return a new key of a round, wrapped by the first secret of the installation."""
    return secret_box.box(installation, PURPOSE).encrypt(Fernet.generate_key())


def unwrap(wrapped: bytes, installation: Sequence[str]) -> Fernet:
    """Return the key of a round. Raises KeyIsLost when no secret of the installation wrapped it."""
    try:
        return Fernet(secret_box.box(installation, PURPOSE).decrypt(wrapped))
    except InvalidToken as error:
        raise KeyIsLost from error


def close(held: Held, key: Fernet, *, party_id: int) -> bytes:
    """Return what an envelope holds, readable with the key of its round alone, for its party alone."""
    return key.encrypt(json.dumps({"party": party_id, **asdict(held)}, ensure_ascii=False).encode())


def read(closed: bytes, key: Fernet, *, party_id: int) -> Held:
    """Return what an envelope holds; nothing when it was never written.

    Raises KeyIsLost, also for what another party of the round wrote.
    """
    if not closed:
        return Held()
    try:
        told: dict[str, Any] = json.loads(key.decrypt(closed))
    except InvalidToken as error:
        raise KeyIsLost from error
    if told.get("party") != party_id:
        raise KeyIsLost
    return Held(parts={name: Part(**part) for name, part in told["parts"].items()}, salt=told["salt"])


def new_salt() -> str:
    """Return 32 random bytes in hexadecimal: without them a short answer could be guessed from its print."""
    return random.token_hex(SALT_BYTES)


def document(held: Held, *, round_id: str, party: str) -> dict[str, Json]:
    """Return what the fingerprint is taken of, and what all may read once the round is open."""
    return {"round": round_id, "party": party, "salt": held.salt, "answers": held.answers()}


def fingerprint(told: Mapping[str, Json]) -> str:
    """Return the SHA-256 of the canonical JSON (RFC 8785) of a document, as 64 lower-case hex digits."""
    return hashlib.sha256(rfc8785.dumps(dict(told))).hexdigest()
