"""A chosen file that waits while another field of its form is corrected."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cryptography.fernet import Fernet, InvalidToken
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.crypto import get_random_string

if TYPE_CHECKING:
    from django.http import HttpRequest

SECONDS: Final = 3600


def keep(request: HttpRequest, purpose: str, *, name: str, content: bytes) -> None:
    """Store a file for an hour, for one form of this session, encrypted under a key of the session."""
    drop(request, purpose)
    identifier, key = get_random_string(32), Fernet.generate_key()
    cache.set(_cache_key(identifier), Fernet(key).encrypt(content), SECONDS)
    request.session[_session_key(purpose)] = {"id": identifier, "key": key.decode(), "name": name}


def pending(request: HttpRequest, purpose: str) -> SimpleUploadedFile | None:
    """Return the file that waits for a form, None if there is none or its hour is over."""
    entry = request.session.get(_session_key(purpose))
    sealed = cache.get(_cache_key(entry["id"])) if entry else None
    if entry is None or sealed is None:
        return None
    try:
        return SimpleUploadedFile(entry["name"], Fernet(entry["key"]).decrypt(sealed))
    except InvalidToken:
        return None


def drop(request: HttpRequest, purpose: str) -> None:
    """Delete the file that waits for a form, if any."""
    entry = request.session.pop(_session_key(purpose), None)
    if entry:
        cache.delete(_cache_key(entry["id"]))


def _session_key(purpose: str) -> str:
    return f"pending-upload-{purpose}"


def _cache_key(identifier: str) -> str:
    return f"pending-upload:{identifier}"
