"""What every mail of a case says: which case, whose turn, where to act, why you receive it."""

from __future__ import annotations

import re
from enum import StrEnum

from django.urls import reverse
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from accounts.models import Membership
from outbox.kinds import Recipient
from partnerships.models import Partnership, Party
from partnerships.notices.audience import membership_of, parties_of


class Turn(StrEnum):
    """Who has to act once the mail is read."""

    YOURS = "yours"
    BROKER = "broker"
    PARTIES = "parties"
    SIGNATORIES = "signatories"
    NOBODY = "nobody"


def page(name: str, partnership: Partnership, *args: object) -> str:
    """Return the path of a page of the case."""
    return reverse(f"partnerships:{name}", args=[partnership.reference, *args])


def letter(
    partnership: Partnership, reader: Recipient, turn: Turn, *, path: str, button: str, **words: object
) -> dict[str, object]:
    """Return the context of a mail about a case to one reader, in the language that is active. 2 queries."""
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
        "details": _details(partnership, parties, turn),
        **words,
    }


def _inside_quotes(title: str) -> str:
    """Return a title that may stand between « and »: what it quotes itself stands between “ and ”."""
    return re.sub(r"«\s*", "“", re.sub(r"\s*»", "”", title))


def _details(partnership: Partnership, parties: list[Party], turn: Turn) -> list[tuple[str, str]]:
    names = [party.organisation.name for party in parties]
    return [
        (_("Dossier"), partnership.reference),
        (_("Entre"), get_text_list(names, _("et"))),
        (_("À qui de jouer"), _turn_words(turn)),
    ]


def _turn_words(turn: Turn) -> str:
    return {
        Turn.YOURS: _("À vous"),
        Turn.BROKER: _("Au passeur"),
        Turn.PARTIES: _("Aux deux parties"),
        Turn.SIGNATORIES: _("Aux signataires"),
        Turn.NOBODY: _("À personne : rien n’est attendu"),
    }[turn]


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
