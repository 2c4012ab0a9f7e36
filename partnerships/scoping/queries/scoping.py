"""What a case is about before there is a text, and the private threads of who reads it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import Http404

from accounts.models import User
from partnerships import lifecycle
from partnerships.models import Ground, Invitee, Note, Partnership, Party


@dataclass(frozen=True, kw_only=True)
class Thread:
    """The words between one party and the broker, oldest first."""

    party: Party
    notes: Sequence[Note]


@dataclass(frozen=True, kw_only=True)
class ScopingPage:
    """`may_describe`: the broker may still change what the case is about.

    `invitees`: the briefs that led to the case, when it came from an introduction.
    """

    partnership: Partnership
    threads: Sequence[Thread]
    may_describe: bool
    may_prepare: bool
    may_abandon: bool
    grounds: Sequence[str]
    invitees: Sequence[Invitee]


def scoping_page(partnership: Partnership, user: User, own: Party | None) -> ScopingPage:
    """Return what the case is about and the threads that `user`, of the party `own`, may read. 4 queries."""
    state = lifecycle.Case(partnership.state)
    is_frozen = partnership.roadmaps.filter(state=lifecycle.Edition.SIGNING).exists()
    return ScopingPage(
        partnership=partnership,
        threads=_threads(_readable(partnership, user, own)),
        may_describe=user.is_broker and state in lifecycle.BEFORE_SIGNATURE and not is_frozen,
        may_prepare=user.is_broker and lifecycle.allows(lifecycle.Action.PREPARE, state),
        may_abandon=user.is_broker and lifecycle.allows(lifecycle.Action.ABANDON, state),
        grounds=[str(Ground(code).label) for code in partnership.closing_grounds],
        invitees=list(
            Invitee.objects.filter(introduction__partnership=partnership)
            .select_related("brief__organisation")
            .order_by("brief__organisation__side", "pk")
        ),
    )


def _threads(parties: list[Party]) -> list[Thread]:
    # Nobody else's notes are ever asked of the database.
    notes = Note.objects.filter(party__in=[party.pk for party in parties]).select_related("author")
    written = list(notes.order_by("written_at", "pk"))
    return [
        Thread(party=party, notes=[note for note in written if note.party_id == party.pk])
        for party in parties
    ]


def thread_party(partnership: Partnership, user: User, own: Party | None, party_id: int) -> Party:
    """Return a party whose thread `user` may read. Raises Http404 for any other, even one that exists."""
    for party in _readable(partnership, user, own):
        if party.pk == party_id:
            return party
    raise Http404


def _readable(partnership: Partnership, user: User, own: Party | None) -> list[Party]:
    """Return every party for a broker, their own for a member: nobody reads the thread of another."""
    if user.is_broker:
        return list(partnership.parties.select_related("organisation").order_by("rank"))
    return [own] if own else []
