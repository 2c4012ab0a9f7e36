"""What must be read again but never in clear in the database: second factors, the keys of rounds."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

PURPOSE = b"lucky-link second factors"


class Unreadable(Exception):
    """None of the keys opens it."""


def seal(text: str, keys: Sequence[str]) -> str:
    """Return `text` encrypted under the first key. Fernet, its key derived by HKDF-SHA256 (RFC 5869)."""
    return box(keys).encrypt(text.encode()).decode()


def unseal(sealed: str, keys: Sequence[str]) -> str:
    """Return what was sealed under any of the keys. Raises Unreadable."""
    try:
        return box(keys).decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise Unreadable from error


def reseal(sealed: str, keys: Sequence[str]) -> str:
    """Return what was sealed under any of the keys, sealed under the first. Raises Unreadable."""
    try:
        return box(keys).rotate(sealed.encode()).decode()
    except InvalidToken as error:
        raise Unreadable from error


def box(keys: Sequence[str], purpose: bytes = PURPOSE) -> MultiFernet:
    """Return what seals under the first key and opens under any; each purpose has keys of its own."""
    return MultiFernet([Fernet(_derived(key, purpose)) for key in keys])


def _derived(key: str, purpose: bytes) -> bytes:
    derivation = HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose)
    return urlsafe_b64encode(derivation.derive(key.encode()))
