"""Write a private message between a party and the broker."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.models import User
from outbox import post
from partnerships import message_keys
from partnerships.case.transitions import lock
from partnerships.models import Note, Party
from partnerships.permissions import NotOfAParty, acting_membership


@transaction.atomic
def write_note(*, party_id: int, author: User, text: str, at: datetime) -> Note:
    """Add a private message between a party and the broker; not recorded in the ledger, which all read.

    Raises NotOfAParty when the author is neither a broker nor a member of that party, OrganisationReadOnly.
    """
    party = Party.objects.select_related("partnership", "organisation").get(pk=party_id)
    lock(party.partnership_id, while_suspended=True)
    if not author.is_broker:
        _membership, own_notes = acting_membership(author, party.partnership)
        if own_notes.pk != party.pk:
            raise NotOfAParty
    note = Note.objects.create(party=party, author=author, text=text, written_at=at)
    post.post(
        kind="private-note",
        key=message_keys.private_note(party.partnership_id, note.pk),
        at=at,
        facts={"partnership": str(party.partnership_id), "note": note.pk},
    )
    return note
