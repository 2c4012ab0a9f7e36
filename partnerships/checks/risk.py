"""Clauses that hurt a party: rules R1 to R16 of rules/risk.toml, and blanks left to fill in (R0)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from partnerships.charter.terms import Terms
from partnerships.checks.plain import Sentence, plain, sentences

type Severity = Literal["high", "medium", "low"]

LONG_SENTENCE: Final = 35
LONG_TEXT: Final = 6000  # twelve pages of five hundred words
BLANK: Final = "R0"
LONG: Final = "R16"
PRODUCT: Final = "R13"
BLANKS: Final = re.compile(r"\[[^\W\d_][^\]\n]{1,80}\]")
NEGATION: Final = re.compile(
    r"\b(?:aucune?s?|ni|ne|jamais|rien|nulle?|pas|no|not|never|nor|neither|none|nothing|cannot)\b|\bn'"
)
NEAR_BEFORE: Final = re.compile(r"\b(?:sans|non|without)\W+(?:[\w']+\W+){0,2}$")
NEAR_AFTER: Final = re.compile(r"^\W*(?:[\w']+\W+)?(?:n'|ne\b|not\b|non\b)")
SENTENCE_MARKS: Final = re.compile(r"[\w'’-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One clause that hurts. `texts`: title, why, suggestion and example by language ("title_fr")."""

    code: str
    severity: Severity
    exposed: str
    basis: str
    is_certain: bool
    texts: dict[str, str]
    patterns: tuple[re.Pattern[str], ...]
    firm: tuple[re.Pattern[str], ...]
    unless: tuple[re.Pattern[str], ...]
    settled: tuple[re.Pattern[str], ...]

    def say(self, what: str, language: str) -> str:
        """Return one of the texts of the rule, in French unless English is asked for."""
        return self.texts[f"{what}_{'en' if language.startswith('en') else 'fr'}"]

    @property
    def stops(self) -> bool:
        """Whether a text that breaks the rule stays with the broker until changed or kept on purpose."""
        return self.severity != "low"

    @property
    def may_be_kept(self) -> bool:
        return self.code != BLANK


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a rule found: the words as they stand, and where in the text (None: in a table)."""

    code: str
    words: str
    place: tuple[int, int] | None


def _compiled(told: dict[str, Any], name: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(each) for each in told.get(name, ()))


def _rule(told: dict[str, Any]) -> Rule:
    return Rule(
        code=told["code"],
        severity=told["severity"],
        exposed=told["exposed"],
        basis=told["basis"],
        is_certain=told.get("mark") != "M",
        texts={name: text for name, text in told.items() if name.endswith(("_fr", "_en"))},
        patterns=_compiled(told, "patterns"),
        firm=_compiled(told, "firm"),
        unless=_compiled(told, "unless"),
        settled=_compiled(told, "settled"),
    )


_READ = tomllib.loads((Path(__file__).parent / "rules" / "risk.toml").read_text(encoding="utf-8"))
RULES: Final[dict[str, Rule]] = {each["code"]: _rule(each) for each in _READ["rules"]}


def findings(body: str, told: str = "", products: tuple[str, ...] = ()) -> tuple[Finding, ...]:
    """Return what the rules find in a clause, one finding a rule, in the order of the rules.

    `told`: what `told_by` says of its tables; `products`: names that must not appear.
    """
    whole = plain(f"{body}\n{told}")
    written = [(each, True) for each in sentences(body)] + [(each, False) for each in sentences(told)]
    read = [(each, plain(each.text), is_body) for each, is_body in written]
    found = []
    for rule in RULES.values():
        if rule.settled and all(pattern.search(whole) for pattern in rule.settled):
            continue
        for sentence, words, is_body in read:
            if _breaks(rule, sentence, words, products):
                place = (sentence.start, sentence.end) if is_body else None
                found.append(Finding(code=rule.code, words=sentence.text.strip(), place=place))
                break
    return tuple(found)


def _breaks(rule: Rule, sentence: Sentence, words: str, products: tuple[str, ...]) -> bool:
    if rule.code == BLANK:
        return BLANKS.search(sentence.text) is not None
    if rule.code == LONG:
        return len(SENTENCE_MARKS.findall(sentence.text)) > LONG_SENTENCE
    if rule.code == PRODUCT and any(_names(words, each) for each in products):
        return True
    is_excused = any(pattern.search(words) for pattern in rule.unless)
    return not is_excused and (
        any(pattern.search(words) for pattern in rule.firm)
        or any(not _denied(words, match) for pattern in rule.patterns for match in pattern.finditer(words))
    )


def _names(words: str, product: str) -> bool:
    name = plain(product)
    return bool(name) and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", words) is not None


def _denied(words: str, match: re.Match[str]) -> bool:
    before, after = words[: match.start()], words[match.end() :]
    return bool(
        NEGATION.search(words[: match.end()]) or NEAR_BEFORE.search(before) or NEAR_AFTER.match(after)
    )


def corrected(body: str, finding: Finding, suggestion: str) -> str:
    """Return a text in which the suggestion stands in the place of the words found; at its end otherwise."""
    if finding.place is None:
        return f"{body.rstrip()}\n\n{suggestion}"
    start, end = finding.place
    return body[:start] + suggestion + body[end:]


def with_suggestion(body: str, code: str, products: tuple[str, ...] = ()) -> str:
    """Return a text with the suggested French wording of a rule in it; unchanged when it finds nothing."""
    suggestion = RULES[code].say("suggestion", "fr") if code in RULES else ""
    found = next((each for each in findings(body, "", products) if each.code == code), None)
    return corrected(body, found, suggestion) if found and suggestion else body


def told_by(terms: Terms) -> str:
    """Return what the tables of a clause say in words, an empty line between two rows."""
    return "\n\n".join(_lines(terms))


def _lines(terms: Terms) -> Iterator[str]:
    yield from (each.text for each in terms.expectations)
    yield from (each.text for each in terms.limits)
    yield from (each.text for each in terms.red_lines)
    yield from (each.text for each in terms.commitments)
    yield from (each.title for each in terms.milestones)
    yield from (each.label for each in terms.budget)
    yield from (each.label for each in terms.payments)
    yield from (each.label for each in terms.fees)


def word_count(bodies: Iterable[str]) -> int:
    """Return the number of words of a whole text; above LONG_TEXT it is too long to be read."""
    return sum(len(SENTENCE_MARKS.findall(body)) for body in bodies)
