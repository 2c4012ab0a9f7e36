"""The keys under which the secrets of second factors are kept."""

from __future__ import annotations

from collections.abc import Sequence

from allauth.mfa.models import Authenticator
from django.db import transaction

from accounts.privacy import secret_box

SEALED = {Authenticator.Type.TOTP: "secret", Authenticator.Type.RECOVERY_CODES: "seed"}


@transaction.atomic
def reseal(*, keys: Sequence[str]) -> int:
    """Seal every secret under the first of the keys, and return how many there were.

    After that the older keys may be forgotten. Raises strongbox.Unreadable.
    """
    kept = Authenticator.objects.select_for_update(of=("self",)).filter(type__in=SEALED)
    count = 0
    for factor in kept.order_by("pk"):
        name = SEALED[Authenticator.Type(factor.type)]
        factor.data[name] = secret_box.reseal(factor.data[name], keys)
        factor.save(update_fields=["data"])
        count += 1
    return count
