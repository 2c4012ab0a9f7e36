"""What a clerical correction may change: small slips of the words of clauses, never what they mean.

Allowed are another spelling of a word, punctuation, a word of grammar, a word written twice, and another
reference to a clause. An amount, a date, a number, a row of a table, the person responsible, a clause added,
removed or put under another heading, a negation, an obligation and a word replaced by a different one are
changes of substance, which are put to all parties in a round. No rule knows what every word means: each party
still confirms the correction, or says that it is none. The words are in `rules/clerical.toml`.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, NamedTuple

from accounts.text.canonical import folded

RULES: Final[dict[str, Any]] = tomllib.loads(
    (Path(__file__).parent / "rules" / "clerical.toml").read_text(encoding="utf-8")
)
GRAMMAR: Final = frozenset(RULES["grammar"])
MEANING: Final = frozenset(RULES["turning"]) | frozenset(RULES["counting"])
STEMS: Final = tuple(RULES["stems"])
NEGATING_PREFIXES: Final = tuple(RULES["negating_prefixes"])
# A reference (typed or by marker), an elided word, a word, or one sign.
TOKEN: Final = re.compile(
    r"\{clause:\w+\}|\b(?:clauses?|rubriques?|articles?|annexes?)\s+\d+(?:\.\d+)*|\w+[’']|\w+|[^\w\s]",
    re.IGNORECASE,
)
REFERENCE: Final = re.compile(r"\{clause:\w+\}|\w+\s+[\d.]+")


class ClericalFaultKind(StrEnum):
    """Why a change is none of a clerical correction."""

    ADDED = "added"
    REMOVED = "removed"
    PLACE = "place"  # another heading, or another responsible party
    ROWS = "rows"
    MEANING = "meaning"
    OTHER_WORD = "other_word"
    LONG = "long"


class ComparedClause(NamedTuple):
    """A clause as this rule reads it; `place`: its heading and its responsible party; `rows`: its tables."""

    number: int
    place: tuple[int, str]
    texts: tuple[str, ...]
    rows: Mapping[str, Any]


class ClericalFault(NamedTuple):
    """A change that makes a correction one of substance.

    `number`: of its clause, 0 for the whole; `words`: those that are new, or gone.
    """

    number: int
    fault: ClericalFaultKind
    words: str = ""


class Slip(NamedTuple):
    """The tokens that one change deletes and inserts."""

    deleted: Sequence[str]
    inserted: Sequence[str]

    @property
    def length(self) -> int:
        """The number of words on its longer side."""
        return max(sum(map(_is_word, tokens)) for tokens in self)


def faults(before: Mapping[str, ComparedClause], after: Mapping[str, ComparedClause]) -> list[ClericalFault]:
    """Return what is more than a clerical correction, by clause; both arguments by key of a clause."""
    found = [ClericalFault(after[key].number, ClericalFaultKind.ADDED) for key in after if key not in before]
    found += [
        ClericalFault(before[key].number, ClericalFaultKind.REMOVED) for key in before if key not in after
    ]
    length = 0
    for key in after:
        if key in before:
            slips = list(_slips(before[key], after[key]))
            length += sum(slip.length for slip in slips)
            found += _faults_of_clause(before[key], after[key], slips)
    if length > RULES["most_words"]:
        found.append(ClericalFault(0, ClericalFaultKind.LONG))
    return sorted(found, key=lambda each: each.number)


def _faults_of_clause(
    before: ComparedClause, after: ComparedClause, slips: Sequence[Slip]
) -> Iterator[ClericalFault]:
    if before.place != after.place:
        yield ClericalFault(after.number, ClericalFaultKind.PLACE)
    if dict(before.rows) != dict(after.rows):
        yield ClericalFault(after.number, ClericalFaultKind.ROWS)
    for slip in slips:
        fault = _fault(slip)
        if fault:
            yield ClericalFault(after.number, fault, " ".join(slip.inserted or slip.deleted))


def _slips(before: ComparedClause, after: ComparedClause) -> Iterator[Slip]:
    """Yield each change of the words of a clause, except that of a word written twice."""
    for old_text, new_text in zip(before.texts, after.texts, strict=True):
        old, new = TOKEN.findall(old_text), TOKEN.findall(new_text)
        for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
            neighbours = {folded(token) for token in [*old[max(i1 - 1, 0) : i1], *old[i2 : i2 + 1]]}
            is_twice = tag == "delete" and i2 == i1 + 1 and folded(old[i1]) in neighbours
            if tag != "equal" and not is_twice:
                yield Slip(old[i1:i2], new[j1:j2])


def _is_word(token: str) -> bool:
    return any(character.isalnum() for character in token)


def _fault(slip: Slip) -> ClericalFaultKind | None:
    """Return why one change is more than a slip, None for a slip."""
    if slip.length > RULES["most_words_together"]:
        return ClericalFaultKind.LONG
    if _meaning(slip.deleted) != _meaning(slip.inserted):
        return ClericalFaultKind.MEANING
    old, new = _own_words(slip.deleted), _own_words(slip.inserted)
    return None if old == new or _is_spelling(folded(old), folded(new)) else ClericalFaultKind.OTHER_WORD


def _own_words(tokens: Sequence[str]) -> str:
    """Return the words with a meaning of their own, without references."""
    words = [token.lower() for token in tokens if _is_word(token) and not REFERENCE.fullmatch(token)]
    return " ".join(word for word in words if word not in GRAMMAR)


def _is_spelling(old: str, new: str) -> bool:
    """Say whether two folded texts are the same words, spelt in two ways."""
    is_negated = any(
        longer == folded(prefix) + shorter
        for prefix in NEGATING_PREFIXES
        for longer, shorter in ((old, new), (new, old))
    )
    likeness = SequenceMatcher(None, old, new, autojunk=False).ratio()
    return bool(old and new) and not is_negated and likeness >= RULES["least_likeness"]


def _meaning(tokens: Sequence[str]) -> Counter[str]:
    """Return the tokens that carry a number, a date, an amount, a negation, a limit or an obligation."""
    words = (token.lower() for token in tokens if not REFERENCE.fullmatch(token))
    return Counter(
        word
        for word in words
        if word in MEANING or word.startswith(STEMS) or any(character.isnumeric() for character in word)
    )
