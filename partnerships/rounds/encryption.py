"""Encryption of envelopes: keys, ciphertext and the salted fingerprint.

Pure functions: the secrets of the installation are passed by the caller.
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
    """No secret of the installation decrypts this for its party: a former SECRET_KEY is missing."""

    sentence = gettext_lazy(
        "Les enveloppes de ce tour ne peuvent pas être ouvertes pour l’instant. Rien n’est "
        "perdu. Prévenez le passeur\u00a0: la personne qui gère le site doit intervenir."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvelopePart:
    """One part of an answer as last saved.

    `number`: how many times it was saved; `by`: key of the person who saved it last; `at`: when, ISO 8601.
    """

    number: int
    by: str
    at: str = ""
    value: Json


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvelopeContent:
    """The decrypted content of an envelope; `salt` is "" until it is sealed."""

    parts: Mapping[str, EnvelopePart] = field(default_factory=dict)
    salt: str = ""

    def answers(self) -> dict[str, Json]:
        """Return part name -> value, without authors."""
        return {name: part.value for name, part in sorted(self.parts.items())}

    def numbers(self) -> dict[str, int]:
        """Return part name -> how many times it was saved."""
        return {name: part.number for name, part in sorted(self.parts.items())}


def new_key(secret_keys: Sequence[str]) -> bytes:
    """Return a new round key, encrypted with the first secret of the installation."""
    return secret_box.box(secret_keys, PURPOSE).encrypt(Fernet.generate_key())


def unwrap(wrapped: bytes, secret_keys: Sequence[str]) -> Fernet:
    """Return the decrypted key of a round. Raises KeyIsLost."""
    try:
        return Fernet(secret_box.box(secret_keys, PURPOSE).decrypt(wrapped))
    except InvalidToken as error:
        raise KeyIsLost from error


def encrypt(content: EnvelopeContent, key: Fernet, *, party_id: int) -> bytes:
    """Return the content encrypted with the key of the round, bound to its party."""
    return key.encrypt(json.dumps({"party": party_id, **asdict(content)}, ensure_ascii=False).encode())


def decrypt(ciphertext: bytes, key: Fernet, *, party_id: int) -> EnvelopeContent:
    """Return the decrypted content, empty when nothing was ever saved.

    Raises KeyIsLost, also when the ciphertext is that of another party of the round.
    """
    if not ciphertext:
        return EnvelopeContent()
    try:
        payload: dict[str, Any] = json.loads(key.decrypt(ciphertext))
    except InvalidToken as error:
        raise KeyIsLost from error
    if payload.get("party") != party_id:
        raise KeyIsLost
    parts = {name: EnvelopePart(**part) for name, part in payload["parts"].items()}
    return EnvelopeContent(parts=parts, salt=payload["salt"])


def new_salt() -> str:
    """Return 32 random bytes in hexadecimal; without them a short answer could be guessed from its hash."""
    return random.token_hex(SALT_BYTES)


def document(content: EnvelopeContent, *, round_id: str, party: str) -> dict[str, Json]:
    """Return the document that is hashed at sealing and readable by all once the round is open."""
    return {"round": round_id, "party": party, "salt": content.salt, "answers": content.answers()}


def fingerprint(envelope_document: Mapping[str, Json]) -> str:
    """Return the SHA-256 of the canonical JSON (RFC 8785) of a document, as 64 lower-case hex digits."""
    return hashlib.sha256(rfc8785.dumps(dict(envelope_document))).hexdigest()
