"""What a broker notes while listening to one side; the ledger, which all read, stays silent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from accounts.models import User
from partnerships.case.transitions import lock
from partnerships.models import InterviewNote, Party
from partnerships.permissions import require_broker
from partnerships.scoping.queries.interview import CODES


@transaction.atomic
def keep_notes(*, party_id: int, broker: User, notes: Mapping[str, str], at: datetime) -> None:
    """Keep the broker's own notes of an interview, by question; empty words take a note away.

    Raises NotABroker.
    """
    require_broker(broker)
    party = Party.objects.get(pk=party_id)
    lock(party.partnership_id)
    own = InterviewNote.objects.filter(party=party, broker=broker)
    for question in CODES:
        text = notes.get(question, "").strip()
        if not text:
            own.filter(question=question).delete()
            continue
        InterviewNote.objects.update_or_create(
            party=party,
            broker=broker,
            question=question,
            defaults={"text": text, "written_at": at},
        )
