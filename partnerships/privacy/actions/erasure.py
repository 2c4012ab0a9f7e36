"""Erasing a person for good, once nothing holds them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.privacy.actions import erasure
from accounts.privacy.actions.erasure import AlreadyErased
from accounts.refusals import Refusal
from partnerships.models import InterviewNote
from partnerships.privacy.queries.erasure import hindrances

__all__ = ["AlreadyErased", "StillNeeded", "erase"]


class StillNeeded(Refusal):
    """Something must be settled first; `sentences` says what."""

    sentence: str | Promise = _(
        "Rien n’est effacé : quelque chose vous retient encore ici. Rechargez la page."
    )

    def __init__(self, sentences: list[str]) -> None:
        super().__init__(*sentences)
        self.sentence = " ".join(sentences)


@transaction.atomic
def erase(*, user_id: UUID, at: datetime) -> None:
    """Erase a person for good. The ledger stays and names nobody any more; a signed charter keeps its names.

    Raises AlreadyErased, StillNeeded, LastAdministrator.
    """
    user = erasure.lock_person(user_id)
    held_by = hindrances(user, at=at)
    if held_by:
        raise StillNeeded(held_by)
    InterviewNote.objects.filter(broker=user).delete()  # no eye is left to read them
    erasure.erase_person(user=user, at=at)
