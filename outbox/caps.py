"""How many mails a person gets in a month at most; what is beyond goes to the next weekly digest.

Outside of it: what nobody can switch off (signatures, legal notices, the account), the last word before a due
date, and digests. A month is a calendar month in Paris.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib.auth import get_user_model
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce

from outbox import preferences
from outbox.kinds import Kind, all_kinds
from outbox.models import Delivery, DeliveryState, MonthlyCap
from outbox.schedule import HOME_ZONE
from outbox.slots import Slot

DEFAULT: Final = 40
LEAST: Final = 5
MOST: Final = 500
# What was sent, is being sent or waits for its hour.
COUNTED: Final = (DeliveryState.PENDING, DeliveryState.SENDING, DeliveryState.SENT)


@dataclass(frozen=True, kw_only=True)
class Usage:
    """The cap of a person, and the number of mails that count in the month that begins at `month`."""

    mails: int
    used: int
    month: datetime

    def is_reached(self, moment: datetime) -> bool:
        """Return whether a mail of that moment is beyond the cap; a later month has used nothing yet."""
        return _month_of(moment) == self.month and self.used >= self.mails


def is_exempt(kind: Kind, slot: Slot | None) -> bool:
    """Return whether a mail leaves whatever the cap."""
    return kind.name in _exempt_kinds() or (slot is not None and slot.is_last_word)


def usages(user_ids: Iterable[UUID], *, at: datetime) -> dict[UUID, Usage]:
    """Return by person the cap and what the month of `at` has used of it. 1 query."""
    month = _month_of(at)
    mails = Delivery.objects.filter(
        user=OuterRef("pk"), created_at__gte=month, carried_by=None, state__in=COUNTED
    ).exclude(message__kind__in=_exempt_kinds())
    used = mails.order_by().values("user").annotate(number=Count("pk")).values("number")
    people = get_user_model().objects.filter(pk__in=user_ids)
    rows = people.order_by("pk").values_list("pk", "monthly_cap__mails", Coalesce(Subquery(used), 0))
    return {pk: Usage(mails=mails or DEFAULT, used=number, month=month) for pk, mails, number in rows}


def cap_of(user_id: UUID) -> int:
    """Return the cap of a person. 1 query."""
    chosen = MonthlyCap.objects.filter(user_id=user_id).values_list("mails", flat=True)
    return next(iter(chosen), DEFAULT)


def set_cap(*, user_id: UUID, mails: int) -> None:
    """Save the cap of a person."""
    MonthlyCap.objects.update_or_create(user_id=user_id, defaults={"mails": mails})


def _exempt_kinds() -> list[str]:
    return [kind.name for kind in all_kinds() if kind.mandatory or kind.name == preferences.DIGEST]


def _month_of(moment: datetime) -> datetime:
    local = moment.astimezone(ZoneInfo(HOME_ZONE))
    return local.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
