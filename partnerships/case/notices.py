"""Mails about a case: opened, abandoned, closed, new private note."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from outbox.kinds import Recipient, Topic
from outbox.models import Message
from partnerships import lifecycle
from partnerships.case.mail_context import case_mail_context, page
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


def _opening_recipients(message: Message, _at: datetime) -> list[Recipient]:
    case = case_of(message)
    return [] if case.state in lifecycle.FINAL else members(parties_of(case), RESPONSIBLE)


def _opening_context(message: Message, reader: Recipient, at: datetime) -> dict[str, object]:
    case = case_of(message)
    return case_mail_context(case, reader, at=at, path=case.get_absolute_url(), button=_("Lire le dossier"))


def _end_recipients(message: Message, _at: datetime) -> list[Recipient]:
    return members(parties_of(case_of(message)), RESPONSIBLE)


def _abandonment_context(message: Message, reader: Recipient, at: datetime) -> dict[str, object]:
    case = case_of(message)
    grounds = [str(Ground(code).label) for code in case.closing_grounds]
    path, button = page("scoping", case), _("Lire le motif")
    return case_mail_context(case, reader, at=at, path=path, button=button, grounds=grounds)


def _closing_context(message: Message, reader: Recipient, at: datetime) -> dict[str, object]:
    case = case_of(message)
    return case_mail_context(case, reader, at=at, path=page("closing", case), button=_("Lire le bilan"))


def _note(message: Message) -> Note:
    return Note.objects.select_related("author", "party__organisation").get(pk=message.facts["note"])


def _note_recipients(message: Message, _at: datetime) -> list[Recipient]:
    note = _note(message)
    return members([note.party], SPEAKERS) if note.author.is_broker else lead_broker(case_of(message))


def _note_context(message: Message, reader: Recipient, at: datetime) -> dict[str, object]:
    case, note = case_of(message), _note(message)
    return case_mail_context(
        case,
        reader,
        at=at,
        path=page("dialogue", case),
        button=_("Lire le message"),
        writer=note.party.organisation.name,
    )


KINDS = (
    kind("case-opened", Topic.NEWS, _opening_recipients, _opening_context),
    kind("case-abandoned", Topic.NEWS, _end_recipients, _abandonment_context),
    kind("case-closed", Topic.NEWS, _end_recipients, _closing_context),
    kind("private-note", Topic.NEWS, _note_recipients, _note_context),
)
