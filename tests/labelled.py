"""Labelled lines and sentences of tests/samples/wordings, and how well the rules find them.

`held_out`: written before the rules. `tuned`: the rules were written on it. `unseen`: written after the rules, in
other words, and measured once; no rule was changed after it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from partnerships.checks import comparison, risk
from partnerships.checks.comparison import TENSION, ComparedItem

SAMPLES: Final = Path(__file__).parent / "samples" / "wordings"
HALVES: Final = ("tuned", "held_out", "unseen")
HARMLESS: Final = "-"


@dataclass(frozen=True, kw_only=True)
class Score:
    """Counts of findings; `wrong`: the rows with one too many or too few."""

    right: int
    superfluous: int
    missed: int
    wrong: tuple[str, ...]

    @property
    def precision(self) -> float:
        return self.right / (self.right + self.superfluous)

    @property
    def recall(self) -> float:
        return self.right / (self.right + self.missed)

    def __str__(self) -> str:
        return (
            f"precision {self.precision:.3f}, recall {self.recall:.3f} ({self.right + self.missed} to find)"
        )


def rows(name: str) -> list[list[str]]:
    """Return the rows of a sample without its header."""
    text = (SAMPLES / f"{name}.tsv").read_text(encoding="utf-8")
    return [line.split("\t") for line in text.splitlines()[1:]]


def pairs(half: str) -> Score:
    return _score(_judged_pairs(half))


def risks(half: str) -> Score:
    return _score(_judged_risks(half))


def _judged_pairs(half: str) -> Iterator[tuple[str, set[str], set[str]]]:
    for verdict, theme, association_kind, association, company_kind, company in rows(f"pairs_{half}"):
        items = [
            ComparedItem(id=1, party=1, side="association", kind=association_kind, text=association),
            ComparedItem(id=2, party=2, side="company", kind=company_kind, text=company),
        ]
        proposals = {proposal.verdict for proposal in comparison.compare(items)}
        yield f"{theme}: {association} / {company}", {verdict} & {TENSION}, proposals & {TENSION}


def _judged_risks(half: str) -> Iterator[tuple[str, set[str], set[str]]]:
    for code, sentence in rows(f"risks_{half}"):
        yield sentence, {code} - {HARMLESS}, {finding.code for finding in risk.findings(sentence)}


def _score(judged: Iterator[tuple[str, set[str], set[str]]]) -> Score:
    right = superfluous = missed = 0
    wrong = []
    for text, expected, got in judged:
        right += len(expected & got)
        superfluous += len(got - expected)
        missed += len(expected - got)
        if expected != got:
            wrong.append(f"{text}: {sorted(got)}, not {sorted(expected)}")
    return Score(right=right, superfluous=superfluous, missed=missed, wrong=tuple(wrong))
