"""The dated steps in the history of a text, from the opening of its case to its end."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ledger.queries import entries
from ledger.record import Subject
from partnerships.case.editions import edition_name
from partnerships.case.header import CaseHeader
from partnerships.models import QUESTIONNAIRES

type Facts = Mapping[str, Any]

LATEST: Final = 4  # steps that are displayed before the others are unfolded


class TextStep(NamedTuple):
    """`url`: the page where the step is read, "" for a text that the reader may not read yet."""

    label: str
    at: datetime
    url: str


class TextSteps(NamedTuple):
    """The steps, latest first: those displayed, and those behind them."""

    latest: Sequence[TextStep]
    earlier: Sequence[TextStep]


class StepKind(NamedTuple):
    """`label`: a text, or a function of the facts of the entry; `page`: URL name of where it is read.

    `once`: only the last entry of the kind is a step.
    """

    label: Any
    page: str
    once: bool = False


def _of_question(expectations: str, criticism: str) -> Callable[[Facts], str]:
    labels = {"expectations": expectations, "criticism": criticism}
    return lambda facts: _(labels[facts["question"]]) % facts


def _of_edition(label: Any) -> Callable[[Facts], str]:
    return lambda facts: str(label) % {"edition": edition_name(facts["edition"])}


def gettext_noop(text: str) -> str:
    """Mark a text for translation at its display."""
    return text


KINDS: Final[Mapping[str, StepKind]] = {
    "case.open": StepKind(gettext_lazy("Dossier ouvert"), "scoping"),
    "case.canvas": StepKind(lambda facts: _("Canevas, version %(number)s") % facts, "canvas", once=True),
    "case.prepare": StepKind(gettext_lazy("Preuve du besoin réunie, cadrage terminé"), "scoping"),
    "round.ask": StepKind(
        _of_question(gettext_noop("Attentes demandées"), gettext_noop("Tour %(number)s ouvert")), "rounds"
    ),
    "round.open": StepKind(
        _of_question(gettext_noop("Attentes ouvertes"), gettext_noop("Réponses du tour %(number)s ouvertes")),
        "rounds",
    ),
    "round.cancel": StepKind(
        _of_question(gettext_noop("Demande d’attentes annulée"), gettext_noop("Tour %(number)s annulé")),
        "rounds",
    ),
    "edition.open": StepKind(_of_edition(gettext_lazy("%(edition)s\u00a0: texte commencé")), "roadmap"),
    "edition.agree": StepKind(
        _of_edition(gettext_lazy("%(edition)s\u00a0: accord de toutes les parties")), "rounds"
    ),
    "edition.freeze": StepKind(_of_edition(gettext_lazy("%(edition)s\u00a0: texte figé")), "charter"),
    "edition.decline": StepKind(_of_edition(gettext_lazy("%(edition)s\u00a0: signature refusée")), "charter"),
    "edition.withdraw": StepKind(
        _of_edition(gettext_lazy("%(edition)s\u00a0: texte retiré de la signature")), "charter"
    ),
    "edition.countersign": StepKind(
        _of_edition(gettext_lazy("%(edition)s\u00a0: signatures complètes")), "charter"
    ),
    "edition.void": StepKind(_of_edition(gettext_lazy("%(edition)s\u00a0: texte annulé")), "roadmap"),
    "case.review": StepKind(gettext_lazy("Bilan ouvert"), "closing"),
    "case.close": StepKind(gettext_lazy("Dossier clos"), "closing"),
    "case.abandon": StepKind(gettext_lazy("Dossier arrêté"), "scoping"),
}


def steps_of(header: CaseHeader, readable: Collection[int]) -> TextSteps:
    """Return the steps in the history of the text of a case. 1 query, whatever their number.

    `readable`: numbers of the editions that the reader may read.
    """
    reference = header.partnership.reference
    chain = entries(subject=Subject("case", header.partnership.pk)).filter(kind__in=list(KINDS))
    steps: list[TextStep] = []
    seen: set[str] = set()
    for entry in chain.select_related(None):
        kind = KINDS[entry.kind]
        # Questionnaires are no step of the text.
        if (kind.once and entry.kind in seen) or entry.facts.get("question") in QUESTIONNAIRES:
            continue
        seen.add(entry.kind)
        label = kind.label(entry.facts) if callable(kind.label) else str(kind.label)
        steps.append(TextStep(label, entry.at, _url(reference, kind, entry.facts, readable)))
    return TextSteps(steps[:LATEST], steps[LATEST:])


def _url(reference: str, kind: StepKind, facts: Facts, readable: Collection[int]) -> str:
    if kind.page == "roadmap" and facts["edition"] not in readable:
        return ""
    if facts.get("question") == "expectations":
        return reverse("partnerships:expectations", args=[reference])
    url = reverse(f"partnerships:{kind.page}", args=[reference])
    return f"{url}?edition={facts['edition']}" if kind.page == "roadmap" else url
