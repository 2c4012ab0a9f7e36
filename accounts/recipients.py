"""Recipients of mails about people and organisations."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from accounts.models import Membership, User
from outbox.kinds import Recipient
from outbox.models import Message


def recipient_for(user: User) -> Recipient:
    return Recipient(
        user=user,
        address=user.email,
        language=user.language,
        name=user.full_name,
        time_zone=user.time_zone,
        territory=user.territory,
    )


def administrators(message: Message, _at: datetime) -> Iterator[Recipient]:
    """Yield the administrators of the organisation in the facts of the message."""
    present = Membership.objects.present().filter(
        organisation=UUID(message.facts["organisation"]), is_administrator=True
    )
    for membership in present.select_related("user").order_by("joined_at", "pk"):
        yield recipient_for(membership.user)
