"""What a broker may and may not do, read from the table of transitions (PRODUCT.md, rule 1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy

from partnerships.lifecycle import TRANSITIONS, Action, By

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

# What each action of the table is, said of whoever takes it.
ACTION_TEXTS: Final[Mapping[Action, _StrPromise]] = {
    Action.PREPARE: gettext_lazy("passer du cadrage à la rédaction"),
    Action.ABANDON: gettext_lazy("arrêter un dossier avant la signature, en disant pourquoi"),
    Action.ACTIVATE: gettext_lazy("rendre la charte active, quand toutes les signatures sont là"),
    Action.SUSPEND: gettext_lazy(
        "suspendre le dossier, quand une partie le demande et que le passeur l’accorde, ou quand toutes les "
        "parties l’acceptent"
    ),
    Action.RESUME: gettext_lazy(
        "mettre fin à une suspension, quand toutes les parties sont prêtes, ou l’une d’elles après "
        "la fin prévue"
    ),
    Action.REVIEW: gettext_lazy("ouvrir le bilan"),
    Action.CLOSE: gettext_lazy("clore le dossier"),
    Action.NEGOTIATE: gettext_lazy("envoyer le texte à toutes les parties, au même moment"),
    Action.REVISE: gettext_lazy("écrire et réviser le texte"),
    Action.ANSWER: gettext_lazy("répondre à une clause\u00a0: accord, question, réserve ou objection"),
    Action.CONFIRM: gettext_lazy("confirmer une correction du texte signé"),
    Action.CONTEST: gettext_lazy("dire qu’une correction change le sens"),
    Action.AGREE: gettext_lazy("constater l’accord, quand toutes les parties l’ont donné sur chaque clause"),
    Action.FREEZE: gettext_lazy("figer un texte convenu par toutes les parties"),
    Action.SIGN: gettext_lazy("signer la charte"),
    Action.DECLINE: gettext_lazy("refuser de signer, en disant pourquoi"),
    Action.TAKE_BACK: gettext_lazy("retirer sa signature avant la dernière"),
    Action.WITHDRAW: gettext_lazy("retirer un texte de la signature, en disant pourquoi"),
    Action.COUNTERSIGN: gettext_lazy("contresigner en témoin, après toutes les parties"),
    Action.VOID: gettext_lazy("abandonner une version du texte, en disant pourquoi"),
}


@dataclass(frozen=True, kw_only=True)
class Powers:
    """The actions of the table by who takes them, each named once, in the order of the table."""

    broker: Sequence[_StrPromise]
    parties: Sequence[_StrPromise]
    nobody: Sequence[_StrPromise]


def powers() -> Powers:
    """Return what the broker does, what only the parties do, and what follows by rule."""
    return Powers(
        broker=_actions_of(By.BROKER),
        parties=_actions_of(By.PARTY, By.SIGNATORY),
        nobody=_actions_of(By.RULE),
    )


def _actions_of(*actors: By) -> list[_StrPromise]:
    actions = dict.fromkeys(row.action for row in TRANSITIONS if row.by in actors)
    return [ACTION_TEXTS[action] for action in actions]
