"""The rhythm of each person by topic, and the link that changes it without signing in."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.core import signing
from django.urls import reverse

from outbox import kinds
from outbox.models import Preference, Rhythm

SALT = "outbox.unsubscribe"
# Not a topic that a person chooses: switching a digest off switches off the topics it gathers.
DIGEST = "digest"


class BadToken(Exception):
    """The token was altered, or its person no longer exists."""


@dataclass(frozen=True, kw_only=True)
class Subscription:
    """The person and the topic of a link in a mail."""

    user_id: UUID
    topic: str

    @property
    def label(self) -> str:
        """The translated topic; "" for a digest."""
        return "" if self.topic == DIGEST else str(kinds.Topic(self.topic).label)


def switchable_topics() -> list[kinds.Topic]:
    """Return the topics with at least one kind of message that is not mandatory, in their order."""
    optional = {kind.topic for kind in kinds.all_kinds() if not kind.mandatory}
    return [topic for topic in kinds.Topic if topic in optional]


def rhythms(*, user: AbstractBaseUser) -> dict[kinds.Topic, Rhythm]:
    """Return the rhythm of `user` for each topic that may be switched off. 1 query."""
    chosen = dict(Preference.objects.filter(user_id=user.pk).values_list("topic", "rhythm"))
    return {topic: Rhythm(chosen.get(topic, Rhythm.AT_ONCE)) for topic in switchable_topics()}


def rhythm_of(*, user: AbstractBaseUser | None, kind: kinds.Kind) -> Rhythm:
    """Return the rhythm of `user` for `kind`; at once without an account and for mandatory kinds."""
    if user is None or kind.mandatory:
        return Rhythm.AT_ONCE
    chosen = Preference.objects.filter(user_id=user.pk, topic=kind.topic).values_list("rhythm", flat=True)
    return Rhythm(next(iter(chosen), Rhythm.AT_ONCE))


def chosen_rhythms(user_ids: Iterable[UUID]) -> dict[tuple[UUID | None, str], Rhythm]:
    """Return the rhythms that people chose, by person and topic. 1 query."""
    chosen = Preference.objects.filter(user_id__in=user_ids).values_list("user_id", "topic", "rhythm")
    return {(user_id, topic): Rhythm(rhythm) for user_id, topic, rhythm in chosen}


def set_rhythm(*, user_id: UUID, topic: str, rhythm: Rhythm) -> None:
    """Save the rhythm of a person for `topic`."""
    Preference.objects.update_or_create(user_id=user_id, topic=topic, defaults={"rhythm": rhythm})


def settings_path(*, user: AbstractBaseUser, kind: kinds.Kind) -> str:
    """Return the path of the page, open without signing in, where `user` changes the rhythm of `kind`."""
    token = signing.dumps({"user": str(user.pk), "topic": kind.topic}, salt=SALT)
    return reverse("outbox:unsubscribe", args=[token])


def read_token(token: str) -> Subscription:
    """Return the person and topic of `token`, which does not expire. 1 query.

    Raises BadToken, also when the person no longer exists.
    """
    try:
        payload = signing.loads(token, salt=SALT)
    except signing.BadSignature as error:
        raise BadToken from error
    if not get_user_model().objects.filter(pk=payload["user"]).exists():
        raise BadToken
    return Subscription(user_id=UUID(payload["user"]), topic=payload["topic"])


def set_subscription(*, subscription: Subscription, rhythm: Rhythm) -> None:
    """Set the rhythm of a link's topic; for a digest, that of all the topics it gathers."""
    if subscription.topic != DIGEST:
        set_rhythm(user_id=subscription.user_id, topic=subscription.topic, rhythm=rhythm)
        return
    gathered = Preference.objects.filter(
        user_id=subscription.user_id, rhythm__in=[Rhythm.DAILY, Rhythm.WEEKLY]
    )
    gathered.update(rhythm=rhythm)
