"""Reversible encryption of secrets stored in the database: second factors, keys of rounds."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

SECOND_FACTOR_PURPOSE = b"lucky-link second factors"


class CannotUnseal(Exception):
    """None of the keys decrypts the text."""


def seal(text: str, keys: Sequence[str]) -> str:
    """Return `text` encrypted under the first key. Fernet, its key derived by HKDF-SHA256 (RFC 5869)."""
    return box(keys).encrypt(text.encode()).decode()


def unseal(sealed: str, keys: Sequence[str]) -> str:
    """Return the text encrypted under any of the keys. Raises CannotUnseal."""
    try:
        return box(keys).decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise CannotUnseal from error


def reseal(sealed: str, keys: Sequence[str]) -> str:
    """Return a text encrypted under any of the keys, encrypted under the first. Raises CannotUnseal."""
    try:
        return box(keys).rotate(sealed.encode()).decode()
    except InvalidToken as error:
        raise CannotUnseal from error


def box(keys: Sequence[str], purpose: bytes = SECOND_FACTOR_PURPOSE) -> MultiFernet:
    """Return the cipher that encrypts under the first key and decrypts under any; keys differ by purpose."""
    return MultiFernet([Fernet(_derived(key, purpose)) for key in keys])


def _derived(key: str, purpose: bytes) -> bytes:
    derivation = HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose)
    return urlsafe_b64encode(derivation.derive(key.encode()))
