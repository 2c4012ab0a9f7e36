"""What the telephone of somebody with a second factor shows."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth
from allauth.mfa.utils import decrypt

if TYPE_CHECKING:
    from accounts.models import User


def code_now(person: User) -> str:
    """Return the code that the authentication application of a person shows at this moment."""
    totp = Authenticator.objects.get(user=person, type=Authenticator.Type.TOTP)
    return auth.format_hotp_value(auth.hotp_value(decrypt(totp.data["secret"]), int(time.time()) // 30))
