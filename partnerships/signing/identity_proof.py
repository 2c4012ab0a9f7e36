"""Re-authentication for one act: a password or a one-time code, checked for that act alone."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any

from allauth.core import ratelimit
from allauth.mfa.models import Authenticator

from accounts.text import canonical

if TYPE_CHECKING:
    from django.http import HttpRequest


class Method(StrEnum):
    """How identity is confirmed; the value is stored with the signature."""

    PASSWORD = "password"  # noqa: S105
    TOTP = "totp"


class ProofError(Exception):
    """The identity was not confirmed."""


class WrongSecret(ProofError):
    """The password or the code is wrong."""


class TooManyAttempts(ProofError):
    """The rate limit of attempts is reached (settings: ACCOUNT_RATE_LIMITS, "prove_identity")."""


def method_of(user: Any) -> Method | None:
    """Return the strongest method that the person has set up, or None. 1 query."""
    if _authenticator(user) is not None:
        return Method.TOTP
    return Method.PASSWORD if user.has_usable_password() else None


def require(request: HttpRequest, method: Method, secret: str) -> None:
    """Raise WrongSecret or TooManyAttempts unless the secret is that of the person who is signed in.

    An attempt is counted before the secret is checked, so that concurrent attempts are all counted.
    """
    if not ratelimit.consume(request, action="prove_identity"):
        raise TooManyAttempts
    if not _is_right(request.user, method, secret):
        raise WrongSecret
    ratelimit.clear(request, action="prove_identity")


def _is_right(user: Any, method: Method, secret: str) -> bool:
    if method == Method.PASSWORD:
        return bool(user.check_password(secret))
    authenticator = _authenticator(user)
    return authenticator is not None and bool(authenticator.wrap().validate_code(canonical.code(secret)))


def _authenticator(user: Any) -> Any:
    totp = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP)
    return totp.order_by("pk").first()
