"""What a questionnaire asks: its items, the choices for each, and the index of trust (pure)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext_lazy

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from partnerships.charter.snapshot import CharterSnapshot

type Text = str | _StrPromise


@dataclass(frozen=True, kw_only=True)
class Item:
    """One item of a questionnaire, as it was asked.

    `party`: code of the party that asked for the limit or expects the result, "" for all. `text`: the signed
    words; of the barometer, the key of `STATEMENTS` is `code` and `text` is "".
    """

    code: str
    kind: str  # "limit", "red_line", "expectation" or "trust"
    text: str = ""
    party: str = ""


@dataclass(frozen=True)
class Choice:
    """An answer to an item. `status`: that of its badge; `needs_reason`: a reason must be written."""

    value: str
    label: Text
    status: str
    needs_reason: bool = False


LIMIT_CHOICES: Final = (
    Choice("respected", gettext_lazy("Respectée"), "ok"),
    Choice("in_doubt", gettext_lazy("En doute"), "due", needs_reason=True),
    Choice("crossed", gettext_lazy("Franchie"), "late", needs_reason=True),
)
EXPECTATION_CHOICES: Final = (
    Choice("met", gettext_lazy("Obtenue"), "ok"),
    Choice("partly", gettext_lazy("Obtenue en partie"), "due", needs_reason=True),
    Choice("not_met", gettext_lazy("Non obtenue"), "late", needs_reason=True),
)
TRUST_CHOICES: Final = (
    Choice("1", gettext_lazy("1, pas du tout"), "late"),
    Choice("2", gettext_lazy("2, plutôt non"), "late"),
    Choice("3", gettext_lazy("3, en partie"), "due"),
    Choice("4", gettext_lazy("4, plutôt oui"), "ok"),
    Choice("5", gettext_lazy("5, tout à fait"), "ok"),
)
CHOICES: Final[Mapping[str, Sequence[Choice]]] = {
    "limits": LIMIT_CHOICES,
    "barometer": TRUST_CHOICES,
    "evaluation": EXPECTATION_CHOICES,
}
# The ten statements of the barometer (field.md, section 3.6), by the code of their item.
STATEMENTS: Final[Mapping[str, Text]] = {
    "Q1": gettext_lazy("Les informations utiles sont partagées à temps."),
    "Q2": gettext_lazy("Nous comprenons les contraintes de l’autre."),
    "Q3": gettext_lazy("L’autre respecte ses engagements."),
    "Q4": gettext_lazy("Notre parole reste libre."),
    "Q5": gettext_lazy("Les décisions sont prises ensemble."),
    "Q6": gettext_lazy("Les efforts sont équilibrés."),
    "Q7": gettext_lazy("Ce que nous en attendons commence à se voir."),
    "Q8": gettext_lazy("Les patients y gagnent."),
    "Q9": gettext_lazy("Le passeur est neutre."),
    "Q10": gettext_lazy("Nous recommencerions."),
}
# The key, among the answers to a barometer, of what a party adds in its own words.
COMMENT: Final = "comment"
# The item about the broker, which the broker of the case does not read.
NEUTRALITY: Final = "Q9"
LOWEST_NEUTRALITY: Final = 3
HIGHEST_SCORE: Final = 5
# House rules of field.md, section 3.6: indices from 0 to 100, gap in points.
GOOD_INDEX, FAIR_INDEX, SMALL_GAP, LARGE_GAP = 70, 50, 15, 25
LOW_SCORE: Final = 2


def items_of(question: str, text: CharterSnapshot) -> list[Item]:
    """Return the items of a questionnaire about a signed text, in the order of the text."""
    if question == "barometer":
        return [Item(code=code, kind="trust") for code in STATEMENTS]
    if question == "evaluation":
        return [
            Item(code=row.code, kind="expectation", text=row.text, party=row.party_key)
            for row in text.expectations
        ]
    limits = [Item(code=row.code, kind="limit", text=row.text, party=row.party_key) for row in text.limits]
    red_lines = [
        Item(code=f"R{number}", kind="red_line", text=row.text, party=row.party_key)
        for number, row in enumerate(text.red_lines, 1)
    ]
    return [*limits, *red_lines]


def to_json(items: Sequence[Item]) -> list[dict[str, str]]:
    """Return the items as they are stored with their round."""
    return [asdict(item) for item in items]


def from_json(rows: Sequence[Mapping[str, str]]) -> list[Item]:
    """Return the items of a round, in order."""
    return [Item(**row) for row in rows]


def choice_of(question: str, value: str) -> Choice | None:
    """Return the choice of that value, None when nothing valid was chosen."""
    return next((choice for choice in CHOICES[question] if choice.value == value), None)


def missing_of(question: str, items: Sequence[Item], answers: Mapping[str, Any]) -> list[str]:
    """Return the codes of the items without a choice, or without the reason that their choice needs."""
    missing = []
    for item in items:
        answer = answers.get(item.code) or {}
        choice = choice_of(question, answer.get("choice", ""))
        if choice is None or (choice.needs_reason and not answer.get("reason", "").strip()):
            missing.append(item.code)
    return missing


def trust_index(answers: Mapping[str, Any]) -> int:
    """Return the index of a complete barometer, from 0 to 100: (mean - 1) / 4 * 100, rounded.

    It is computed from whole numbers: the mean as a float would round 77.5 down.
    """
    points = sum(int(answers[code]["choice"]) - 1 for code in STATEMENTS)
    return round(points * 100 / (len(STATEMENTS) * (HIGHEST_SCORE - 1)))


def trust_status(indices: Sequence[int], scores: Sequence[int]) -> str:
    """Return "ok", "due" or "late" for the indices of the parties and all their scores."""
    gap = max(indices) - min(indices)
    if min(indices) < FAIR_INDEX or gap >= LARGE_GAP:
        return "late"
    if min(indices) < GOOD_INDEX or gap >= SMALL_GAP or min(scores) <= LOW_SCORE:
        return "due"
    return "ok"
