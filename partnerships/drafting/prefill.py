"""How a clause begins from what the parties filed: their words, in the tables that its heading carries."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from partnerships.charter import typography
from partnerships.charter.terms import Terms
from partnerships.charter.texts import (
    CommitmentText,
    ExpectationText,
    Heading,
    LimitText,
    RedLineText,
)

EXPECTATION, LIMIT, RED_LINE, MEANS = "expectation", "limit", "red_line", "means"
LONGEST_TITLE: Final = 80
LONGEST_GLOSS: Final = 600
TITLES: Final = {
    Heading.EXPECTATIONS: "Ce que chacun attend",
    Heading.LIMITS: "Ce que nous ne ferons pas",
    Heading.ASSOCIATION_COMMITMENTS: "L’association s’engage",
    Heading.COMPANY_COMMITMENTS: "L’entreprise s’engage",
}
# What stands above a table that says the rest.
ABOVE: Final = {
    Heading.EXPECTATIONS: "Les retombées suivantes sont attendues et mesurées.",
    Heading.LIMITS: "Les limites suivantes tiennent pendant toute l’action.",
    Heading.ASSOCIATION_COMMITMENTS: "L’association s’engage à ce qui suit.",
    Heading.COMPANY_COMMITMENTS: "L’entreprise s’engage à ce qui suit.",
}
VERBS: Final = {
    EXPECTATION: "attend",
    LIMIT: "pose cette limite",
    RED_LINE: "ne négocie pas ceci",
    MEANS: "apporte",
}


@dataclass(frozen=True, kw_only=True)
class Told:
    """One line that a party filed; `amount_minor` in cents."""

    party_key: str
    party_name: str
    side: str
    kind: str
    text: str
    indicator: str = ""
    by_date: date | None = None
    hours: int | None = None
    amount_minor: int | None = None


@dataclass(frozen=True, kw_only=True)
class Beginning:
    """What the form of a clause begins with; `responsible`: the key of a party, or empty for all.

    `above`: what stands over the tables; `said`: the lines that no table of the heading carries.
    """

    title: str
    above: str
    said: str
    plain_words: str
    responsible: str
    terms: Terms

    @property
    def body(self) -> str:
        return "\n\n".join(filter(None, (self.above, self.said)))


def home_of(kind: str, side: str) -> Heading:
    """Return the heading under which a line of one kind is written."""
    if kind == MEANS:
        return Heading.ASSOCIATION_COMMITMENTS if side == "association" else Heading.COMPANY_COMMITMENTS
    return Heading.EXPECTATIONS if kind == EXPECTATION else Heading.LIMITS


def begin(heading: Heading, told: Sequence[Told]) -> Beginning:
    """Return a clause that says these lines: in rows where the heading carries them, else in its text."""
    rows = [each for each in told if _is_carried(heading, each)]
    words = [_sentence(each) for each in told if not _is_carried(heading, each)]
    only = _text_of(told[0]) if len(told) == 1 else ""
    givers = {each.party_key for each in rows if each.kind == MEANS}
    return Beginning(
        title=TITLES.get(heading, "") if rows else _short(only),
        above=ABOVE[heading] if rows else "",
        said="\n".join(f"- {each}" for each in words),
        plain_words=only if len(only) <= LONGEST_GLOSS else "",
        responsible=givers.pop() if len(givers) == 1 else "",
        terms=_terms(rows),
    )


def _is_carried(heading: Heading, told: Told) -> bool:
    return home_of(told.kind, told.side) == heading


def _short(words: str) -> str:
    return textwrap.shorten(words, LONGEST_TITLE, placeholder=" …")


def _text_of(told: Told) -> str:
    """Return the words of a line; means without words are named by their money and hours."""
    if told.text or told.kind != MEANS:
        return told.text
    money = [f"{typography.euros(told.amount_minor)}"] if told.amount_minor else []
    hours = [f"{told.hours} heure{'s' if told.hours > 1 else ''}"] if told.hours else []
    return typography.listed([*money, *hours]) if money or hours else ""


def _sentence(told: Told) -> str:
    """Return one line as the clause says it, with who filed it."""
    said = f"{told.party_name} {VERBS[told.kind]}\u00a0: {_text_of(told).rstrip('.')}."
    if told.indicator:
        said += f" On le saura à\u00a0: {told.indicator.rstrip('.')}."
    if told.by_date:
        said += f" Au plus tard le {typography.day(told.by_date)}."
    return said


def _terms(told: Sequence[Told]) -> Terms:
    """Return the rows of these lines, without codes: the form gives the next free ones."""

    def of(kind: str) -> list[Told]:
        return [each for each in told if each.kind == kind]

    return Terms(
        expectations=tuple(
            ExpectationText(
                code="",
                party_key=each.party_key,
                text=each.text,
                indicator=each.indicator,
                by_date=each.by_date,
            )
            for each in of(EXPECTATION)
        ),
        limits=tuple(LimitText(code="", text=each.text) for each in of(LIMIT)),
        red_lines=tuple(RedLineText(party_key=each.party_key, text=each.text) for each in of(RED_LINE)),
        commitments=tuple(
            CommitmentText(
                code="",
                party_key=each.party_key,
                text=_text_of(each),
                hours=each.hours,
                amount_minor=each.amount_minor,
            )
            for each in of(MEANS)
        ),
    )
