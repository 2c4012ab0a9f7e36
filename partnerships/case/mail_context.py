"""What every mail of a case says: which case, whose turn, where to act, why you receive it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, cast

from django.urls import reverse
from django.utils.html import strip_tags
from django.utils.text import capfirst, get_text_list
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import Membership
from accounts.templatetags import wording
from outbox.kinds import Recipient
from partnerships.case.next_step import NextStep
from partnerships.case.recipients import membership_of, parties_of
from partnerships.case.status import statuses_of
from partnerships.case.status_words import NextStepShown, next_step_shown
from partnerships.models import Partnership, Party

if TYPE_CHECKING:
    from accounts.models import User


def page(name: str, partnership: Partnership, *args: object) -> str:
    """Return the path of a page of the case."""
    return reverse(f"partnerships:{name}", args=[partnership.reference, *args])


def letter(
    partnership: Partnership,
    reader: Recipient,
    *,
    at: datetime,
    path: str,
    button: str,
    subject: NextStep | None = None,
    **words: object,
) -> dict[str, object]:
    """Return the context of a mail about a case to one reader, in the active language. At most 8 queries.

    `at`: the moment of delivery, which decides whose turn it is. `subject`: what the mail asks for, where it
    is not the next step of the case.
    """
    parties = parties_of(partnership)
    belonging = membership_of(reader, parties)
    party = belonging[1] if belonging else None
    return {
        "title": _inside_quotes(partnership.title),
        "broker": str(partnership.broker),
        "organisation": party.organisation.name if party else "",
        "is_for_broker": party is None,
        "side": party.side if party else "broker",
        "button_path": path,
        "button_label": button,
        "why": _why(belonging),
        "details": [*_details(partnership, parties), *_turn(partnership, reader, at, subject)],
        "reply_to": reply_to(partnership.broker, reader),
        **words,
    }


def _inside_quotes(title: str) -> str:
    """Return a title that may stand in quotation marks: those inside it become the inner ones."""
    opening, closing = ("‘", "’") if get_language() == "en" else ("“", "”")
    return re.sub(r"«\s*", opening, re.sub(r"\s*»", closing, title))


def reply_to(broker: User, reader: Recipient) -> tuple[str, str] | None:
    """Return name and address of the broker, who reads the answers; None for the broker's own mails."""
    if not (broker.is_active and broker.is_broker) or reader.user == broker:
        return None
    return str(broker), broker.email


def case_details(partnership: Partnership) -> list[tuple[str, str]]:
    """Return the rows that name the case and its parties. 1 query."""
    return _details(partnership, parties_of(partnership))


def _details(partnership: Partnership, parties: list[Party]) -> list[tuple[str, str]]:
    names = [party.organisation.name for party in parties]
    return [(_("Dossier"), partnership.reference), (_("Entre"), get_text_list(names, _("et")))]


def _turn(
    partnership: Partnership, reader: Recipient, at: datetime, subject: NextStep | None
) -> list[tuple[str, str]]:
    """Return whose turn it is, to do what, before when: what the pages say as well."""
    user = cast("User", reader.user)
    case = statuses_of([partnership], at, user=user)[partnership.pk]
    if subject:
        case = replace(case, next_step=subject)
    shown = next_step_shown(case, user, at)
    told = [(_("À qui de jouer"), _whose(shown)), (_("Ce qui est attendu"), capfirst(shown.title))]
    deadline = case.next_step.deadline
    if deadline is None:
        return told
    words = wording.moment(deadline) if isinstance(deadline, datetime) else wording.day(deadline)
    return [*told, (_("Échéance"), strip_tags(words))]


def _whose(shown: NextStepShown) -> str:
    if shown.whose == "you":
        return _("À vous")
    if shown.whose == "broker":
        return _("Au passeur")
    if shown.whose == "none":
        return _("À personne")
    return _("À %(who)s") % {"who": shown.who}


def _why(belonging: tuple[Membership, Party] | None) -> str:
    if belonging is None:
        return _("Vous recevez ce message parce que vous êtes passeur de ce dossier.")
    membership, party = belonging
    name = party.organisation.name
    if membership.is_signatory:
        words = _("Vous recevez ce message parce que vous signez pour %(name)s.")
    elif membership.is_referent:
        words = _("Vous recevez ce message parce que vous répondez pour %(name)s.")
    else:
        words = _("Vous recevez ce message parce que vous administrez %(name)s.")
    return words % {"name": name}
