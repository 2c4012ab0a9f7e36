"""Risky wordings of clauses: rules R1 to R16 of rules/risk.toml, and placeholders left to fill in (R0)."""

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
WORD: Final = re.compile(r"[\w'’-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskRule:
    """One kind of risky wording. `texts`: title, why, suggestion and example by language ("title_fr")."""

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
        """Return one of the texts of the rule, in French unless `language` is English."""
        return self.texts[f"{what}_{'en' if language.startswith('en') else 'fr'}"]

    @property
    def stops(self) -> bool:
        """Whether a text with this risk cannot leave the broker before it is changed or explicitly kept."""
        return self.severity != "low"

    @property
    def may_be_kept(self) -> bool:
        return self.code != BLANK


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskFinding:
    """A match of a rule: the words, and `span`, their start and end in the body (None: in a table)."""

    code: str
    words: str
    span: tuple[int, int] | None


def _compiled(data: dict[str, Any], name: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern) for pattern in data.get(name, ()))


def _rule(data: dict[str, Any]) -> RiskRule:
    return RiskRule(
        code=data["code"],
        severity=data["severity"],
        exposed=data["exposed"],
        basis=data["basis"],
        is_certain=data.get("mark") != "M",
        texts={name: text for name, text in data.items() if name.endswith(("_fr", "_en"))},
        patterns=_compiled(data, "patterns"),
        firm=_compiled(data, "firm"),
        unless=_compiled(data, "unless"),
        settled=_compiled(data, "settled"),
    )


_RULES = tomllib.loads((Path(__file__).parent / "rules" / "risk.toml").read_text(encoding="utf-8"))
RULES: Final[dict[str, RiskRule]] = {each["code"]: _rule(each) for each in _RULES["rules"]}


def findings(body: str, tables_text: str = "", products: tuple[str, ...] = ()) -> tuple[RiskFinding, ...]:
    """Return the findings in a clause, at most one a rule, in the order of the rules.

    `tables_text`: the `text_of` its tables; `products`: names that must not appear.
    """
    whole = plain(f"{body}\n{tables_text}")
    body_sentences = [(sentence, plain(sentence.text), True) for sentence in sentences(body)]
    table_sentences = [(sentence, plain(sentence.text), False) for sentence in sentences(tables_text)]
    matches: list[RiskFinding] = []
    for rule in RULES.values():
        if rule.settled and all(pattern.search(whole) for pattern in rule.settled):
            continue
        for sentence, words, is_body in body_sentences + table_sentences:
            if _matches(rule, sentence, words, products):
                span = (sentence.start, sentence.end) if is_body else None
                matches.append(RiskFinding(code=rule.code, words=sentence.text.strip(), span=span))
                break
    return tuple(matches)


def _matches(rule: RiskRule, sentence: Sentence, words: str, products: tuple[str, ...]) -> bool:
    if rule.code == BLANK:
        return BLANKS.search(sentence.text) is not None
    if rule.code == LONG:
        return len(WORD.findall(sentence.text)) > LONG_SENTENCE
    if rule.code == PRODUCT and any(_mentions(words, product) for product in products):
        return True
    is_excused = any(pattern.search(words) for pattern in rule.unless)
    return not is_excused and (
        any(pattern.search(words) for pattern in rule.firm)
        or any(
            not _is_negated(words, match) for pattern in rule.patterns for match in pattern.finditer(words)
        )
    )


def _mentions(words: str, product: str) -> bool:
    name = plain(product)
    return bool(name) and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", words) is not None


def _is_negated(words: str, match: re.Match[str]) -> bool:
    before, after = words[: match.start()], words[match.end() :]
    return bool(
        NEGATION.search(words[: match.end()]) or NEAR_BEFORE.search(before) or NEAR_AFTER.match(after)
    )


def corrected(body: str, finding: RiskFinding, suggestion: str) -> str:
    """Return the body with the suggestion in place of the finding, or appended when that is in a table."""
    if finding.span is None:
        return f"{body.rstrip()}\n\n{suggestion}"
    start, end = finding.span
    return body[:start] + suggestion + body[end:]


def with_suggestion(body: str, code: str, products: tuple[str, ...] = ()) -> str:
    """Return the body with the suggested French wording of a rule, unchanged when the rule has no finding."""
    suggestion = RULES[code].say("suggestion", "fr") if code in RULES else ""
    finding = next((row for row in findings(body, "", products) if row.code == code), None)
    return corrected(body, finding, suggestion) if finding and suggestion else body


def text_of(terms: Terms) -> str:
    """Return the texts of the tables of a clause, rows separated by an empty line."""
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
    """Return the number of words of a whole text, to be compared with LONG_TEXT."""
    return sum(len(WORD.findall(body)) for body in bodies)
