"""The template context of every mail about a case."""

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
from partnerships.case.next_step_text import NextStepShown, next_step_shown
from partnerships.case.recipients import membership_of, parties_of
from partnerships.case.status import statuses_of
from partnerships.lifecycle import Case
from partnerships.models import Partnership, Party

if TYPE_CHECKING:
    from accounts.models import User


def page(name: str, partnership: Partnership, *args: object) -> str:
    """Return the path of a page of the case."""
    return reverse(f"partnerships:{name}", args=[partnership.reference, *args])


def case_mail_context(
    partnership: Partnership,
    reader: Recipient,
    *,
    at: datetime,
    path: str,
    button: str,
    subject: NextStep | None = None,
    **words: object,
) -> dict[str, object]:
    """Return the context of a mail about a case to one reader, in the active language. At most 9 queries.

    `at`: the moment of delivery, which decides whose turn it is. `subject`: what the mail asks for, where it
    is not the next step of the case.
    """
    parties = parties_of(partnership)
    membership_and_party = membership_of(reader, parties)
    party = membership_and_party[1] if membership_and_party else None
    return {
        "title": _inside_quotes(partnership.title),
        "broker": str(partnership.broker),
        "organisation": party.organisation.name if party else "",
        "is_for_broker": party is None,
        "side": party.side if party else "broker",
        "button_path": path,
        "button_label": button,
        "why": _reason_text(membership_and_party),
        "details": [*_details(partnership, parties), *_next_step_details(partnership, reader, at, subject)],
        "reply_to": reply_to(partnership.broker, reader),
        **words,
    }


def _inside_quotes(title: str) -> str:
    """Return a title for use in quotation marks: its own marks become inner ones."""
    opening, closing = ("‘", "’") if get_language() == "en" else ("“", "”")
    return re.sub(r"«\s*", opening, re.sub(r"\s*»", closing, title))


def reply_to(broker: User, reader: Recipient) -> tuple[str, str] | None:
    """Return name and address of the broker, who reads the answers; None for the broker's own mails."""
    if not (broker.is_active and broker.is_broker) or reader.user == broker:
        return None
    return str(broker), broker.email


def case_details(partnership: Partnership) -> list[tuple[str, str]]:
    """Return the rows that name the case and its parties, and its suspension. 2 queries at most."""
    return _details(partnership, parties_of(partnership))


def _details(partnership: Partnership, parties: list[Party]) -> list[tuple[str, str]]:
    names = [party.organisation.name for party in parties]
    rows = [(_("Dossier"), partnership.reference), (_("Entre"), get_text_list(names, _("et")))]
    if partnership.state != Case.SUSPENDED:
        return rows
    running = partnership.suspensions.filter(ended_at=None).order_by("-number")[:1].get()
    words = _("jusqu’au %(day)s, pour toutes les parties\u00a0: %(ground)s") % {
        "day": strip_tags(wording.day(running.until)),
        "ground": running.get_ground_display(),
    }
    return [*rows, (_("Dossier suspendu"), words)]


def _next_step_details(
    partnership: Partnership, reader: Recipient, at: datetime, subject: NextStep | None
) -> list[tuple[str, str]]:
    """Return who must act, how and until when, as on the pages; `subject` in place of the next step."""
    user = cast("User", reader.user)
    case = statuses_of([partnership], at, user=user)[partnership.pk]
    if subject:
        case = replace(case, next_step=subject)
    next_step = next_step_shown(case, user, at)
    details = [
        (_("À qui d’agir"), _actor_text(next_step)),
        (_("Ce qu’il y a à faire"), capfirst(next_step.title)),
    ]
    deadline = case.next_step.deadline
    if deadline is None:
        return details
    words = wording.moment(deadline) if isinstance(deadline, datetime) else wording.day(deadline)
    return [*details, (_("Échéance"), strip_tags(words))]


def _actor_text(next_step: NextStepShown) -> str:
    if next_step.whose == "you":
        return _("À vous") if next_step.may_act else _("À votre organisation")
    if next_step.whose == "broker":
        return _("Au passeur")
    if next_step.whose == "none":
        return _("Rien à faire")
    return _("À %(who)s") % {"who": next_step.who}


def _reason_text(membership_and_party: tuple[Membership, Party] | None) -> str:
    if membership_and_party is None:
        return _("Vous recevez ce message parce que vous êtes passeur de ce dossier.")
    membership, party = membership_and_party
    name = party.organisation.name
    if membership.is_signatory:
        words = _("Vous recevez ce message comme signataire : %(name)s.")
    elif membership.is_referent:
        words = _("Vous recevez ce message comme référent : %(name)s.")
    else:
        words = _("Vous recevez ce message comme gestionnaire : %(name)s.")
    return words % {"name": name}
