"""What the cases add to the erasure of a person: obstacles refuse it, interview notes are deleted."""

from __future__ import annotations

from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.refusals import Refusal
from partnerships.models import InterviewNote
from partnerships.privacy.queries.erasure import hindrances


class StillNeeded(Refusal):
    """Something must be settled first; the sentence lists all of it."""

    sentence: str | Promise = _(
        "Rien n’est effacé : quelque chose vous retient encore ici. Rechargez la page."
    )

    def __init__(self, sentences: list[str]) -> None:
        super().__init__(*sentences)
        self.sentence = " ".join(sentences)


def prepare_erasure(user: User, at: datetime) -> None:
    """Delete the interview notes of a locked person whom no case needs any more. Raises StillNeeded."""
    obstacles = hindrances(user, at=at)
    if obstacles:
        raise StillNeeded(obstacles)
    # Only their author could read them.
    InterviewNote.objects.filter(broker=user).delete()
