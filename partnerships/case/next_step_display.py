"""Whose turn it is, said to each reader in their own words, with the link that lets them act."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils import timezone
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.templatetags import wording
from partnerships.case.next_step import Act, Turn, Whose, whose
from partnerships.case.next_step_words import VOICES, Voice

if TYPE_CHECKING:
    from accounts.models import User
    from partnerships.case.case_facts import CaseTurn


@dataclass(frozen=True, kw_only=True)
class TurnShown:
    """`side`: whose it is when not the reader's; `days`: until the deadline, negative when it is past.

    `title`: what is to be done, in a few words without a capital; `who`: who does it.
    """

    whose: Whose
    side: str
    who: str
    title: str
    text: str
    days: int | None
    deadline: date | None
    url: str
    action: str


def turn_shown(case: CaseTurn, user: User, at: datetime) -> TurnShown:
    """Return the turn of a case as `user` reads it; the link is there for who may act alone. No query."""
    turn, own = case.turn, case.own
    seen = whose(turn, own_code=own.party.code if own else None, is_broker=user.is_broker)
    voice = VOICES[turn.act]
    names = _names(case, turn)
    who = get_text_list(names, _("et")) if names else _("personne")
    words = {
        "who": who,
        "of_who": wording.of(who),
        "code": turn.milestone.code if turn.milestone else "",
        "milestone": turn.milestone.title if turn.milestone else "",
    }
    may_act = seen == "you" and _may_act(case, turn)
    day = _day(turn.deadline)
    return TurnShown(
        whose=seen,
        side=_side(case, turn),
        who=_("Vous") if seen == "you" else words["who"],
        title=voice.title % words,
        text=_text(case, seen, voice, words),
        days=(day - timezone.localdate(at)).days if day else None,
        deadline=day,
        url=_url(case, turn, voice) if may_act else "",
        action=str(voice.action) if may_act else "",
    )


def _names(case: CaseTurn, turn: Turn) -> list[str]:
    if turn.is_of_broker:
        return [str(case.partnership.broker)]
    return [party.organisation.name for party in case.parties if party.code in turn.parties]


def _side(case: CaseTurn, turn: Turn) -> str:
    sides = {party.side for party in case.parties if party.code in turn.parties}
    if turn.is_of_broker:
        return "broker"
    return sides.pop() if len(sides) == 1 else "both"


def _may_act(case: CaseTurn, turn: Turn) -> bool:
    if turn.is_of_broker or case.own is None:
        return True
    return case.own.may_sign if turn.act == Act.SIGN else case.own.may_answer


def _text(case: CaseTurn, seen: Whose, voice: Voice, words: dict[str, str]) -> str:
    turn, own = case.turn, case.own
    if seen != "you":
        return voice.to_others % words
    if own and not _may_act(case, turn):
        return _for_readers(turn) % words
    if own and turn.act == Act.ANSWER:
        return f"{voice.to_you} {_sealed(case, own.party.code)}".strip()
    return voice.to_you % words


def _for_readers(turn: Turn) -> str:
    if turn.act == Act.SIGN:
        return _("Le texte est figé. La personne mandatée de votre organisation le lit et le signe.")
    if turn.act == Act.EXPECT:
        return _("Votre organisation dit ce qu’elle attend. Son référent ou son signataire scelle.")
    if turn.act == Act.ANSWER:
        return _("Votre organisation doit répondre au texte. Son référent ou son signataire s’en charge.")
    return _("Prochain jalon\u00a0: %(code)s, %(milestone)s. Votre référent en dépose la preuve.")


def _sealed(case: CaseTurn, own_code: str) -> str:
    """Return who of the others has sealed: all that anybody may know of them before the opening."""
    ready = [
        party.organisation.name
        for party in case.parties
        if party.code not in case.turn.parties and party.code != own_code
    ]
    if not ready:
        return ""
    words = ngettext("%(names)s a scellé sa réponse.", "%(names)s ont scellé leur réponse.", len(ready))
    return words % {"names": get_text_list(ready, _("et"))}


def _day(deadline: date | None) -> date | None:
    return timezone.localdate(deadline) if isinstance(deadline, datetime) else deadline


def _url(case: CaseTurn, turn: Turn, voice: Voice) -> str:
    args: list[str | int] = [case.partnership.reference]
    if turn.milestone:
        args.append(turn.milestone.id)
    return reverse(voice.page, args=args)
