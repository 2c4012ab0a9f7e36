"""How a person wishes to be spoken to."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.db import transaction

from accounts.models import User
from outbox import preferences
from outbox.kinds import Topic
from outbox.models import Rhythm


@transaction.atomic
def save_settings(*, user_id: UUID, language: str, time_zone: str, rhythms: Mapping[Topic, Rhythm]) -> None:
    """Keep the language, the time zone and the rhythm of messages of a person."""
    user = User.objects.select_for_update(of=("self",)).get(pk=user_id)
    user.language = language
    user.time_zone = time_zone
    user.save(update_fields=["language", "time_zone"])
    for topic, rhythm in rhythms.items():
        preferences.set_rhythm(user_id=user_id, topic=topic, rhythm=rhythm)
