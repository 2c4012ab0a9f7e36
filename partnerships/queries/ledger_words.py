"""The sentence of each kind of entry, and its facts in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.templatetags import wording
from partnerships.queries.tables import Named

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from ledger.models import Entry

type Facts = Mapping[str, Any]


def _opened(facts: Facts) -> str:
    if facts["edition"] == 1:
        return _("commence le texte de la charte.")
    return _("commence l’avenant %(number)s.") % {"number": facts["edition"] - 1}


def _written(facts: Facts) -> str:
    if facts["revision"] == 1:
        return _("ajoute la clause %(clause)s.") % facts
    return _("récrit la clause %(clause)s, version %(revision)s.") % facts


def _answered(facts: Facts) -> str:
    words = {
        "agree": _("donne son accord à la clause %(clause)s."),
        "question": _("pose une question sur la clause %(clause)s."),
        "reservation": _("émet une réserve sur la clause %(clause)s."),
        "objection": _("fait une objection à la clause %(clause)s."),
    }
    return words[facts["stance"]] % facts


def _replied(facts: Facts) -> str:
    words = {
        "taken": _("reprend une remarque sur la clause %(clause)s, en disant pourquoi."),
        "partly": _("reprend en partie une remarque sur la clause %(clause)s, en disant pourquoi."),
        "not": _("ne reprend pas une remarque sur la clause %(clause)s, en disant pourquoi."),
    }
    return words[facts["outcome"]] % facts


def _watched(facts: Facts) -> str:
    if not facts["products"]:
        return _("retire les noms de produits à ne pas citer.")
    return _("dit quels noms de produits ne pas citer\u00a0: %(names)s.") % {
        "names": ", ".join(facts["products"])
    }


def _sealed(facts: Facts) -> str:
    if facts["timestamped"]:
        return _("scelle la charte signée, avec l’heure d’un tiers.")
    return _("scelle la charte signée. Elle n’est pas horodatée par un tiers.")


# What follows the name of who acted; %(name)s holds the fact of that name, in words.
SENTENCES: dict[str, _StrPromise | Callable[[Facts], str]] = {
    "case.open": gettext_lazy("ouvre le dossier."),
    "case.describe": gettext_lazy("décrit l’action\u00a0: «\u202f%(title)s\u202f»."),
    "case.prepare": gettext_lazy("passe du cadrage à la préparation."),
    "case.abandon": gettext_lazy("arrête le dossier avant la signature\u00a0: %(reason)s"),
    "case.activate": gettext_lazy("ouvre le suivi\u00a0: la charte est signée de tous."),
    "case.review": gettext_lazy("ouvre le bilan."),
    "case.close": gettext_lazy("ferme le dossier. Ce qui en est retenu\u00a0: %(lessons)s"),
    "edition.open": _opened,
    "edition.negotiate": gettext_lazy("soumet le texte à toutes les parties à la fois."),
    "edition.revise": _written,
    "edition.answer": _answered,
    "edition.agree": gettext_lazy("constate l’accord de toutes les parties sur toutes les clauses."),
    "edition.freeze": gettext_lazy("fige le texte, d’empreinte %(fingerprint)s."),
    "edition.sign": gettext_lazy("signe le texte d’empreinte %(fingerprint)s."),
    "edition.decline": gettext_lazy("refuse de signer\u00a0: %(reason)s"),
    "edition.withdraw": gettext_lazy("reprend le texte figé\u00a0: %(reason)s"),
    "edition.countersign": gettext_lazy("contresigne en témoin le texte d’empreinte %(fingerprint)s."),
    "edition.void": gettext_lazy("abandonne le texte."),
    "clause.remove": gettext_lazy("retire la clause %(clause)s, avant que les parties ne la lisent."),
    "clause.keep": gettext_lazy("garde la clause %(clause)s malgré le risque %(rule)s\u00a0: %(reason)s"),
    "case.products": _watched,
    "round.ask": gettext_lazy("ouvre le tour %(number)s, réponses avant le %(deadline)s."),
    "answer.reply": _replied,
    "charter.seal": _sealed,
    "milestone.complete": gettext_lazy("déclare le jalon %(code)s atteint et en donne la preuve."),
}
LABELS = {
    "parties": gettext_lazy("Parties"),
    "title": gettext_lazy("Intitulé"),
    "source": gettext_lazy("Étape d’avant"),
    "target": gettext_lazy("Étape d’après"),
    "edition": gettext_lazy("Édition"),
    "clause": gettext_lazy("Clause"),
    "revision": gettext_lazy("Version de la clause"),
    "party": gettext_lazy("Partie"),
    "stance": gettext_lazy("Position"),
    "fingerprint": gettext_lazy("Empreinte du texte"),
    "reason": gettext_lazy("Raison"),
    "lessons": gettext_lazy("Leçons"),
    "question": gettext_lazy("Question"),
    "number": gettext_lazy("Numéro"),
    "version": gettext_lazy("Version du texte"),
    "deadline": gettext_lazy("Échéance"),
    "outcome": gettext_lazy("Suite donnée"),
    "sha256": gettext_lazy("Empreinte du PDF"),
    "timestamped": gettext_lazy("Horodaté par un tiers"),
    "code": gettext_lazy("Code"),
    "rule": gettext_lazy("Règle"),
    "products": gettext_lazy("Noms de produits"),
}
WORDS = {
    "scoping": gettext_lazy("cadrage"),
    "preparing": gettext_lazy("préparation"),
    "active": gettext_lazy("en cours"),
    "review": gettext_lazy("bilan"),
    "closed": gettext_lazy("clos"),
    "abandoned": gettext_lazy("arrêté"),
    "drafting": gettext_lazy("rédaction"),
    "negotiation": gettext_lazy("négociation"),
    "agreed": gettext_lazy("accord de tous"),
    "signing": gettext_lazy("signature"),
    "signed": gettext_lazy("signé"),
    "void": gettext_lazy("abandonné"),
    "agree": gettext_lazy("accord"),
    "question": gettext_lazy("question"),
    "reservation": gettext_lazy("réserve"),
    "objection": gettext_lazy("objection"),
    "criticism": gettext_lazy("critique du texte"),
    "taken": gettext_lazy("reprise"),
    "partly": gettext_lazy("reprise en partie"),
    "not": gettext_lazy("non reprise"),
}
IN_WORDS = ("source", "target", "stance", "question", "outcome")


class Fact(NamedTuple):
    label: str
    value: str


def sentence(entry: Entry) -> str:
    """Return what was done, to be read after the name of who did it."""
    told = SENTENCES[entry.kind]
    if callable(told):
        return told(entry.facts)
    return str(told) % {name: _short(name, value) for name, value in entry.facts.items()}


def facts_of(entry: Entry, names: Mapping[str, Named]) -> list[Fact]:
    """Return what an entry holds, in words; what is empty is left out."""
    return [
        Fact(str(LABELS[name]), _in_full(name, value, names))
        for name, value in entry.facts.items()
        if value not in ("", None)
    ]


def _short(name: str, value: Any) -> str:
    if name == "fingerprint":
        return wording.fingerprint_short(value)
    return _moment(value) if name == "deadline" else str(value)


def _in_full(name: str, value: Any, names: Mapping[str, Named]) -> str:
    if name in ("party", "parties"):
        found = names.values() if name == "parties" else [names[value]] if value in names else []
        return ", ".join(named.name for named in found) or str(value)
    if name in IN_WORDS:
        return str(WORDS.get(value, value))
    if isinstance(value, bool):
        return _("oui") if value else _("non")
    if name == "products":
        value = ", ".join(value)
    return _moment(value) if name == "deadline" else str(value)


def _moment(written: str) -> str:
    return date_format(localtime(datetime.fromisoformat(written)), "j F Y, H:i")
