"""How often a person may try what could be tried over and over; counted in the cache all processes share."""

from __future__ import annotations

from uuid import UUID

from django.core.cache import cache
from django.utils.translation import gettext_lazy as _

DAY_SECONDS = 86_400
# What each may be done by one person in a day.
MOST = {"identity-taken": 10, "join": 5}
TOO_MANY = _("Vous avez fait beaucoup d’essais aujourd’hui. Reprenez demain, ou écrivez au passeur.")


def is_reached(what: str, user_id: UUID) -> bool:
    """Tell whether a person has done it as often as a day allows."""
    return bool(cache.get(_key(what, user_id), 0) >= MOST[what])


def count(what: str, user_id: UUID) -> None:
    """Count one more for a day from the first."""
    cache.add(_key(what, user_id), 0, DAY_SECONDS)
    cache.incr(_key(what, user_id))


def _key(what: str, user_id: UUID) -> str:
    return f"limit:{what}:{user_id}"
