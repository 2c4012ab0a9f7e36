"""Whose turn it is, said to each reader in their own words, with the link that lets them act."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, NamedTuple

from django.urls import reverse
from django.utils import timezone
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from partnerships.queries.turn import Act, Turn, Whose, whose

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from accounts.models import User
    from partnerships.queries.turns import CaseTurn


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


class Voice(NamedTuple):
    """The words of one act, which may hold %(who)s, %(code)s and %(milestone)s, and the page to act on."""

    title: _StrPromise
    to_you: _StrPromise
    to_others: _StrPromise
    action: _StrPromise | str = ""
    page: str = ""


VOICES = {
    Act.SCOPE: Voice(
        gettext_lazy("décrire l’action et réunir la preuve du besoin"),
        gettext_lazy("Décrivez l’action et apportez la preuve du besoin pour passer à la rédaction."),
        gettext_lazy("%(who)s décrit l’action avec vous et réunit la preuve du besoin."),
        gettext_lazy("Cadrer le dossier"),
        "partnerships:scoping",
    ),
    Act.PREPARE: Voice(
        gettext_lazy("passer du cadrage à la rédaction"),
        gettext_lazy("La preuve du besoin est là. Passez à la rédaction, ou dites pourquoi non."),
        gettext_lazy("La preuve du besoin est là. %(who)s passe à la rédaction, ou vous dit pourquoi non."),
        gettext_lazy("Voir le cadrage"),
        "partnerships:scoping",
    ),
    Act.WRITE: Voice(
        gettext_lazy("écrire le texte"),
        gettext_lazy("Écrivez le texte, puis soumettez-le à toutes les parties à la fois."),
        gettext_lazy("%(who)s écrit le texte. Toutes les parties le recevront en même temps."),
        gettext_lazy("Écrire le texte"),
        "partnerships:drafting",
    ),
    Act.ANSWER: Voice(
        gettext_lazy("répondre au texte"),
        gettext_lazy("Votre organisation doit répondre au texte."),
        gettext_lazy("Réponse au texte attendue de %(who)s."),
        gettext_lazy("Répondre"),
        "partnerships:rounds",
    ),
    Act.REWORK: Voice(
        gettext_lazy("répondre aux remarques et reprendre le texte"),
        gettext_lazy("Toutes les parties ont répondu. Répondez aux remarques et reprenez le texte."),
        gettext_lazy("Toutes les parties ont répondu. %(who)s répond aux remarques et reprend le texte."),
        gettext_lazy("Lire les réponses"),
        "partnerships:rounds",
    ),
    Act.ASK_AGAIN: Voice(
        gettext_lazy("reprendre le texte ou ouvrir un autre tour"),
        gettext_lazy("Le tour est clos, des réponses manquent. Reprenez le texte ou ouvrez un autre tour."),
        gettext_lazy("Le tour est clos. %(who)s reprend le texte ou ouvre un autre tour."),
        gettext_lazy("Voir les réponses"),
        "partnerships:rounds",
    ),
    Act.FREEZE: Voice(
        gettext_lazy("figer le texte avant la signature"),
        gettext_lazy("Toutes les clauses ont l’accord de tous. Figez le texte pour le faire signer."),
        gettext_lazy("Toutes les clauses ont l’accord de tous. %(who)s fige le texte avant la signature."),
        gettext_lazy("Relire et figer"),
        "partnerships:rounds",
    ),
    Act.SIGN: Voice(
        gettext_lazy("lire et signer la charte"),
        gettext_lazy("Le texte est figé. Lisez-le, puis signez, ou refusez en disant pourquoi."),
        gettext_lazy("Le texte est figé. Signature attendue de %(who)s."),
        gettext_lazy("Lire et signer"),
        "partnerships:sign",
    ),
    Act.COUNTERSIGN: Voice(
        gettext_lazy("contresigner en témoin"),
        gettext_lazy("Toutes les parties ont signé. Contresignez en témoin."),
        gettext_lazy("Toutes les parties ont signé. %(who)s contresigne en témoin."),
        gettext_lazy("Contresigner"),
        "partnerships:charter",
    ),
    Act.SEAL: Voice(
        gettext_lazy("sceau de la charte en préparation"),
        gettext_lazy("La charte est signée. Son sceau se prépare, vous le recevrez par courriel."),
        gettext_lazy("La charte est signée. Son sceau se prépare, vous le recevrez par courriel."),
    ),
    Act.DELIVER: Voice(
        gettext_lazy("jalon %(code)s, %(milestone)s"),
        gettext_lazy("Prochain jalon\u00a0: %(code)s, %(milestone)s."),
        gettext_lazy("Jalon attendu de %(who)s\u00a0: %(code)s, %(milestone)s."),
        gettext_lazy("Déposer la preuve"),
        "partnerships:evidence",
    ),
    Act.START_REVIEW: Voice(
        gettext_lazy("ouvrir le bilan"),
        gettext_lazy("Il ne reste aucun jalon ouvert. Ouvrez le bilan."),
        gettext_lazy("Il ne reste aucun jalon ouvert. %(who)s ouvre le bilan."),
        gettext_lazy("Ouvrir le bilan"),
        "partnerships:closing",
    ),
    Act.CLOSE: Voice(
        gettext_lazy("tirer les leçons et fermer le dossier"),
        gettext_lazy("Tirez les leçons avec les parties, puis fermez le dossier."),
        gettext_lazy("%(who)s tire les leçons avec vous, puis ferme le dossier."),
        gettext_lazy("Faire le bilan"),
        "partnerships:closing",
    ),
    Act.CLOSED: Voice(
        gettext_lazy("dossier clos"),
        gettext_lazy("Le dossier est clos. Tout ce qu’il contient reste lisible."),
        gettext_lazy("Le dossier est clos. Tout ce qu’il contient reste lisible."),
    ),
    Act.ABANDONED: Voice(
        gettext_lazy("dossier arrêté avant la signature"),
        gettext_lazy("Le dossier s’est arrêté avant la signature."),
        gettext_lazy("Le dossier s’est arrêté avant la signature."),
    ),
}


def turn_shown(case: CaseTurn, user: User, at: datetime) -> TurnShown:
    """Return the turn of a case as `user` reads it; the link is there for who may act alone. No query."""
    turn, own = case.turn, case.own
    seen = whose(turn, own_code=own.party.code if own else None, is_broker=user.is_broker)
    voice = VOICES[turn.act]
    names = _names(case, turn)
    words = {
        "who": get_text_list(names, _("et")) if names else _("personne"),
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
        return f"{_left(turn, own.party.code)} {_others(case, own.party.code)}".strip()
    return voice.to_you % words


def _for_readers(turn: Turn) -> str:
    if turn.act == Act.SIGN:
        return _("Le texte est figé. La personne mandatée de votre organisation le lit et le signe.")
    if turn.act == Act.ANSWER:
        return _("Votre organisation doit répondre au texte. Son référent ou son signataire s’en charge.")
    return _("Prochain jalon\u00a0: %(code)s, %(milestone)s. Votre référent en dépose la preuve.")


def _left(turn: Turn, code: str) -> str:
    left = turn.left[code]
    words = ngettext(
        "Il vous reste %(left)s clause sur %(of)s.", "Il vous reste %(left)s clauses sur %(of)s.", left
    )
    return words % {"left": left, "of": turn.clauses}


def _others(case: CaseTurn, own_code: str) -> str:
    ready = [
        party.organisation.name
        for party in case.parties
        if party.code not in case.turn.parties and party.code != own_code
    ]
    if not ready:
        return ""
    return ngettext("%(names)s a déjà répondu à tout.", "%(names)s ont déjà répondu à tout.", len(ready)) % {
        "names": get_text_list(ready, _("et"))
    }


def _day(deadline: date | None) -> date | None:
    return timezone.localdate(deadline) if isinstance(deadline, datetime) else deadline


def _url(case: CaseTurn, turn: Turn, voice: Voice) -> str:
    args: list[str | int] = [case.partnership.reference]
    if turn.milestone:
        args.append(turn.milestone.id)
    return reverse(voice.page, args=args)
