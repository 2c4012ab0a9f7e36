"""Setting, moving and cancelling a meeting, its agenda, its minutes and what the parties say of them."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.refusals import Refusal
from ledger.record import Fact
from outbox import post
from partnerships import lifecycle, message_keys
from partnerships.case.transitions import lock, write
from partnerships.meetings.actions.minutes import (
    WRITTEN_FIELDS,
    MinutesReply,
    answer_minutes,
    write_minutes,
)
from partnerships.models import AgendaItem, Meeting, MinutesAnswer, Partnership
from partnerships.permissions import acting_membership, require_answering_party, require_broker
from partnerships.status.actions import refresh_status


class MeetingError(Refusal):
    """The meeting cannot be set, or does not go on so."""


class MeetingsAreReadOnly(MeetingError):
    """The case is closed or stopped."""

    sentence = gettext_lazy(
        "Ce dossier est terminé\u00a0: ses réunions restent lisibles et ne changent plus. Écrivez au passeur."
    )


class MeetingIsCancelled(MeetingError):
    """The meeting was cancelled."""

    sentence = gettext_lazy("Cette réunion est annulée. Le passeur peut en fixer une autre.")


class MeetingTookPlace(MeetingError):
    """The meeting has minutes: what it was does not change any more."""

    sentence = gettext_lazy("Le compte rendu de cette réunion est écrit\u00a0: elle ne change plus.")


class MeetingPlan(NamedTuple):
    """When and where a meeting is, and what it is about; `place` and `link`: "" for none."""

    title: str
    starts_at: datetime
    place: str = ""
    link: str = ""


@transaction.atomic
def set_meeting(*, partnership_id: UUID, broker: User, plan: MeetingPlan, at: datetime) -> Meeting:
    """Set a meeting and tell all parties, unless it already took place.

    Raises NotABroker, MeetingsAreReadOnly.
    """
    require_broker(broker)
    partnership = lock(partnership_id, while_suspended=True)
    _require_open(partnership)
    meeting = Meeting.objects.create(
        partnership=partnership,
        number=partnership.meetings.count() + 1,
        set_by=broker,
        set_at=at,
        **plan._asdict(),
    )
    write(
        partnership,
        "meeting.set",
        actor=broker,
        at=at,
        code=meeting.code,
        title=meeting.title,
        starts_at=meeting.starts_at.isoformat(),
        location=meeting.place,
        link=meeting.link,
    )
    if meeting.starts_at > at:
        announce(meeting, at, kind="meeting-set")
    refresh_status(partnership, at=at)
    return meeting


@transaction.atomic
def change_meeting(*, meeting_id: int, broker: User, plan: MeetingPlan, at: datetime) -> Meeting:
    """Change when, where or about what a meeting is, and tell all parties; the same plan changes nothing.

    Raises NotABroker, MeetingsAreReadOnly, MeetingIsCancelled, MeetingTookPlace.
    """
    require_broker(broker)
    partnership, meeting = _planned(meeting_id)
    if plan == MeetingPlan(meeting.title, meeting.starts_at, meeting.place, meeting.link):
        return meeting
    meeting.title, meeting.starts_at, meeting.place, meeting.link = plan
    meeting.set_at = at
    meeting.save(update_fields=[*MeetingPlan._fields, "set_at"])
    write(
        partnership,
        "meeting.change",
        actor=broker,
        at=at,
        code=meeting.code,
        title=meeting.title,
        starts_at=meeting.starts_at.isoformat(),
        location=meeting.place,
        link=meeting.link,
    )
    if meeting.starts_at > at:
        announce(meeting, at, kind="meeting-set")
    refresh_status(partnership, at=at)
    return meeting


@transaction.atomic
def cancel_meeting(*, meeting_id: int, broker: User, reason: str, at: datetime) -> Meeting:
    """Cancel a meeting with a reason, and tell all parties.

    Raises NotABroker, MeetingsAreReadOnly, MeetingIsCancelled, MeetingTookPlace.
    """
    require_broker(broker)
    partnership, meeting = _planned(meeting_id)
    meeting.cancelled_at, meeting.cancel_reason = at, reason
    meeting.save(update_fields=["cancelled_at", "cancel_reason"])
    write(partnership, "meeting.cancel", actor=broker, at=at, code=meeting.code, reason=reason)
    announce(meeting, at, kind="meeting-cancelled")
    refresh_status(partnership, at=at)
    return meeting


@transaction.atomic
def add_to_agenda(*, meeting_id: int, person: User, text: str, at: datetime) -> AgendaItem:
    """Add a point to the agenda of a meeting, for the person's party or as broker.

    Raises MeetingsAreReadOnly, MeetingIsCancelled, MeetingTookPlace and, for anybody but a broker, what
    acting_membership raises.
    """
    partnership, meeting = _planned(meeting_id)
    party = None if person.is_broker else acting_membership(person, partnership)[1]
    item = AgendaItem.objects.create(meeting=meeting, party=party, text=text, added_by=person, added_at=at)
    write(partnership, "meeting.agenda", actor=person, at=at, code=meeting.code, text=text)
    refresh_status(partnership, at=at)
    return item


@transaction.atomic
def file_minutes(*, meeting_id: int, broker: User, minutes: str, decisions: str, at: datetime) -> Meeting:
    """Write the minutes of a meeting with its decisions, or write them again; every party is asked to agree.

    Raises NotABroker, MeetingsAreReadOnly, MeetingIsCancelled, MinutesAreAgreed.
    """
    require_broker(broker)
    partnership, meeting = _standing(meeting_id)
    write_minutes(meeting, minutes, at=at)
    meeting.decisions = decisions
    meeting.save(update_fields=[*WRITTEN_FIELDS, "decisions"])
    write(
        partnership,
        "meeting.minutes",
        actor=broker,
        at=at,
        code=meeting.code,
        number=meeting.minutes_number,
        text=minutes,
        decisions=decisions,
    )
    announce(meeting, at, kind="meeting-minutes")
    refresh_status(partnership, at=at)
    return meeting


@transaction.atomic
def answer_meeting(*, meeting_id: int, speaker: User, reply: MinutesReply, at: datetime) -> MinutesAnswer:
    """Agree to the minutes of a meeting for the speaker's party, or refuse them; all who agree file them.

    Raises MeetingsAreReadOnly, what answer_minutes and what require_answering_party raise.
    """
    partnership, meeting = _standing(meeting_id)
    party = require_answering_party(speaker, partnership)
    given = answer_minutes(meeting, party, speaker, reply, at=at)
    facts: dict[str, Fact] = {"code": meeting.code, "number": reply.seen_number, "party": party.code}
    if reply.is_agreed:
        write(partnership, "meeting.agree", actor=speaker, at=at, **facts)
    else:
        write(partnership, "meeting.refuse", actor=speaker, at=at, reason=reply.reason, **facts)
        announce(meeting, at, kind="meeting-refused", party=party.code)
    refresh_status(partnership, at=at)
    return given


def announce(meeting: Meeting, at: datetime, *, kind: str, party: str = "") -> None:
    """Post a message about a meeting; one whose date or minutes change later is overtaken at delivery."""
    post.post(
        kind=kind,
        key=message_keys.meeting(
            meeting.partnership_id,
            meeting.pk,
            kind=kind,
            set_at=meeting.set_at,
            number=meeting.minutes_number,
            party=party,
        ),
        at=at,
        facts={
            "partnership": str(meeting.partnership_id),
            "meeting": meeting.pk,
            "set_at": meeting.set_at.isoformat(),
            "number": meeting.minutes_number,
            "party": party,
        },
    )


def _standing(meeting_id: int) -> tuple[Partnership, Meeting]:
    """Return the locked case and a meeting that is not cancelled."""
    case_id = Meeting.objects.values_list("partnership_id", flat=True).get(pk=meeting_id)
    partnership = lock(case_id, while_suspended=True)
    _require_open(partnership)
    meeting = Meeting.objects.get(pk=meeting_id)
    if meeting.cancelled_at:
        raise MeetingIsCancelled
    return partnership, meeting


def _planned(meeting_id: int) -> tuple[Partnership, Meeting]:
    """Return the locked case and a meeting without minutes."""
    partnership, meeting = _standing(meeting_id)
    if meeting.minutes_number:
        raise MeetingTookPlace
    return partnership, meeting


def _require_open(partnership: Partnership) -> None:
    if partnership.state in lifecycle.FINAL:
        raise MeetingsAreReadOnly
