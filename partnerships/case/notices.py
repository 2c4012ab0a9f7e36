"""The case itself: opened, given up, closed; and the private word."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from outbox.kinds import Recipient, Topic
from outbox.models import Message
from partnerships import lifecycle
from partnerships.case.mail_context import letter, page
from partnerships.case.recipients import (
    RESPONSIBLE,
    SPEAKERS,
    case_of,
    kind,
    lead_broker,
    members,
    parties_of,
)
from partnerships.models import Ground, Note


def _told_of_opening(message: Message, _at: datetime) -> list[Recipient]:
    case = case_of(message)
    return [] if case.state in lifecycle.FINAL else members(parties_of(case), RESPONSIBLE)


def _opening(message: Message, reader: Recipient, at: datetime) -> dict[str, object]:
    case = case_of(message)
    return letter(case, reader, at=at, path=case.get_absolute_url(), button=_("Lire le dossier"))


def _told_of_end(message: Message, _at: datetime) -> list[Recipient]:
    return members(parties_of(case_of(message)), RESPONSIBLE)


def _abandonment(message: Message, reader: Recipient, at: datetime) -> dict[str, object]:
    case = case_of(message)
    grounds = [str(Ground(code).label) for code in case.closing_grounds]
    path, button = page("scoping", case), _("Lire le motif")
    return letter(case, reader, at=at, path=path, button=button, grounds=grounds)


def _closing(message: Message, reader: Recipient, at: datetime) -> dict[str, object]:
    case = case_of(message)
    return letter(case, reader, at=at, path=page("closing", case), button=_("Lire le bilan"))


def _note(message: Message) -> Note:
    return Note.objects.select_related("author", "party__organisation").get(pk=message.facts["note"])


def _told_of_note(message: Message, _at: datetime) -> list[Recipient]:
    note = _note(message)
    return members([note.party], SPEAKERS) if note.author.is_broker else lead_broker(case_of(message))


def _private_word(message: Message, reader: Recipient, at: datetime) -> dict[str, object]:
    case, note = case_of(message), _note(message)
    return letter(
        case,
        reader,
        at=at,
        path=page("scoping", case),
        button=_("Lire la note"),
        writer=note.party.organisation.name,
    )


KINDS = (
    kind("case-opened", Topic.NEWS, _told_of_opening, _opening),
    kind("case-abandoned", Topic.NEWS, _told_of_end, _abandonment),
    kind("case-closed", Topic.NEWS, _told_of_end, _closing),
    kind("private-note", Topic.NEWS, _told_of_note, _private_word),
)
