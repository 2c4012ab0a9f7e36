"""Minutes that the broker writes and all parties agree to; the caller locks the case and records the act."""

from __future__ import annotations

from datetime import datetime
from typing import Final, NamedTuple

from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.refusals import Refusal
from partnerships.models import Mediation, Meeting, MinutesAnswer, Party

type Minuted = Mediation | Meeting

WRITTEN_FIELDS: Final = ("minutes", "minutes_number", "minutes_at")


class MinutesError(Refusal):
    """The minutes cannot be answered, or not so."""


class NoMinutes(MinutesError):
    """The broker has written no minutes yet."""

    sentence = gettext_lazy("Le compte rendu n’est pas encore écrit.")


class MinutesAreAgreed(MinutesError):
    """All parties have agreed to the minutes."""

    sentence = gettext_lazy("Toutes les parties ont approuvé ce compte rendu\u00a0: il ne change plus.")


class MinutesHaveChanged(MinutesError):
    """The broker wrote the minutes again after they were displayed."""

    sentence = gettext_lazy("Le passeur a modifié le compte rendu. Relisez-le, puis répondez.")


class MinutesAlreadyAnswered(MinutesError):
    """The party of the speaker has answered."""

    sentence = gettext_lazy("Votre organisation a déjà répondu à ce compte rendu.")


class MinutesReply(NamedTuple):
    """What a party says of minutes: `seen_number`: of those it read; `reason`: of a refusal, else ""."""

    seen_number: int
    is_agreed: bool
    reason: str = ""


def write_minutes(subject: Minuted, minutes: str, *, at: datetime) -> None:
    """Set the minutes of a subject, which the caller saves with WRITTEN_FIELDS; all are asked anew.

    Raises MinutesAreAgreed.
    """
    if subject.closed_at:
        raise MinutesAreAgreed
    subject.minutes = minutes
    subject.minutes_number += 1
    subject.minutes_at = at


def answer_minutes(
    subject: Minuted, party: Party, speaker: User, reply: MinutesReply, *, at: datetime
) -> MinutesAnswer:
    """Add the answer of a party to the present minutes; the last one to agree closes the subject.

    Raises MinutesAreAgreed, NoMinutes, MinutesHaveChanged, MinutesAlreadyAnswered.
    """
    if subject.closed_at:
        raise MinutesAreAgreed
    if not subject.minutes_number:
        raise NoMinutes
    if subject.minutes_number != reply.seen_number:
        raise MinutesHaveChanged
    if subject.answers.filter(party=party, number=reply.seen_number).exists():
        raise MinutesAlreadyAnswered
    given: MinutesAnswer = subject.answers.create(
        party=party,
        number=reply.seen_number,
        is_agreed=reply.is_agreed,
        reason=reply.reason,
        answered_by=speaker,
        answered_at=at,
    )
    if reply.is_agreed and _is_agreed_by_all(subject):
        subject.closed_at = at
        subject.save(update_fields=["closed_at"])
    return given


def _is_agreed_by_all(subject: Minuted) -> bool:
    agreed = subject.answers.filter(number=subject.minutes_number, is_agreed=True)
    return not subject.partnership.parties.exclude(pk__in=agreed.values("party")).exists()
