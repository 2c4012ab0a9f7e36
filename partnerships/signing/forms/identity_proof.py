"""Is it really this person who signs, now? A proof asked for one signature and good for nothing else."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any

from allauth.core import ratelimit
from allauth.mfa.models import Authenticator

if TYPE_CHECKING:
    from django.http import HttpRequest


class Method(StrEnum):
    """How identity is confirmed; the value is written with the signature."""

    PASSWORD = "password"  # noqa: S105
    TOTP = "totp"


class ProofError(Exception):
    """The identity is not confirmed."""


class WrongSecret(ProofError):
    """The password or the code is not the right one."""


class TooManyTries(ProofError):
    """Too many wrong secrets in a quarter of an hour."""


def method_of(user: Any) -> Method | None:
    """Return what this person is asked for: the stronger of what they have, or None. 1 query."""
    if _authenticator(user) is not None:
        return Method.TOTP
    return Method.PASSWORD if user.has_usable_password() else None


def require(request: HttpRequest, method: Method, secret: str) -> None:
    """Raise WrongSecret or TooManyTries unless the secret is that of the person who is signed in.

    A try is counted before it is looked at, so that many at once count as many.
    """
    if not ratelimit.consume(request, action="prove_identity"):
        raise TooManyTries
    if not _is_right(request.user, method, secret):
        raise WrongSecret
    ratelimit.clear(request, action="prove_identity")


def _is_right(user: Any, method: Method, secret: str) -> bool:
    if method == Method.PASSWORD:
        return bool(user.check_password(secret))
    authenticator = _authenticator(user)
    return authenticator is not None and bool(authenticator.wrap().validate_code(secret.strip()))


def _authenticator(user: Any) -> Any:
    totp = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP)
    return totp.order_by("pk").first()
