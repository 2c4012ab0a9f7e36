"""The private threads of a case, each between one party and the broker."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import Http404

from accounts.models import User
from partnerships.models import Note, Partnership, Party


@dataclass(frozen=True, kw_only=True)
class PrivateThread:
    """The private messages between one party and the broker, oldest first."""

    party: Party
    notes: Sequence[Note]


def threads_of(partnership: Partnership, user: User, own: Party | None) -> list[PrivateThread]:
    """Return the threads that `user`, of party `own`, may read. At most 2 queries."""
    parties = readable_parties(partnership, user, own)
    # Only the messages of these parties are queried, so that no other message can leak.
    notes = Note.objects.filter(party__in=[party.pk for party in parties]).select_related("author")
    written = list(notes.order_by("written_at", "pk"))
    return [
        PrivateThread(party=party, notes=[note for note in written if note.party_id == party.pk])
        for party in parties
    ]


def thread_party(partnership: Partnership, user: User, own: Party | None, party_id: int) -> Party:
    """Return a party whose thread `user` may read. Raises Http404 for any other."""
    for party in readable_parties(partnership, user, own):
        if party.pk == party_id:
            return party
    raise Http404


def readable_parties(partnership: Partnership, user: User, own: Party | None) -> list[Party]:
    """Return every party for a broker, only their own for a member."""
    if user.is_broker:
        return list(partnership.parties.select_related("organisation").order_by("rank"))
    return [own] if own else []
