"""Risky wordings of clauses: rules R1 to R18 of rules/risk.toml, and placeholders left to fill in (R0)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from partnerships.charter.terms import Terms
from partnerships.checks.plain import Sentence, plain, sentences
from partnerships.checks.wording import Reading, RuleWording, parse_all

type Severity = Literal["high", "medium", "low"]

LONG_SENTENCE: Final = 35
LONG_TEXT: Final = 6000  # twelve pages of five hundred words
BLANK: Final = "R0"
LONG: Final = "R16"
PRODUCT: Final = "R13"
BLANKS: Final = re.compile(r"\[[^\W\d_][^\]\n]{1,80}\]")
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
    asserted: tuple[RuleWording, ...]
    denied: tuple[RuleWording, ...]
    always: tuple[RuleWording, ...]
    unless: tuple[RuleWording, ...]
    settled: tuple[RuleWording, ...]

    def say(self, what: str, language: str) -> str:
        """Return one of the texts of the rule, in French unless `language` is English."""
        return self.texts[f"{what}_{'en' if language.startswith('en') else 'fr'}"]

    @property
    def stops(self) -> bool:
        """Whether a text with this risk cannot leave the broker before it is changed or explicitly kept."""
        return self.severity != "low"

    def may_match(self, whole: Reading) -> bool:
        """Return whether a clause has the words of one of the wordings."""
        return any(wording.may_hold(whole) for wording in (*self.asserted, *self.denied, *self.always))

    @property
    def may_be_kept(self) -> bool:
        return self.code != BLANK


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskFinding:
    """A match of a rule: the words, and `span`, their start and end in the body (None: in a table)."""

    code: str
    words: str
    span: tuple[int, int] | None


WORDINGS: Final = ("asserted", "denied", "always", "unless", "settled")
_FILE: Final = tomllib.loads((Path(__file__).parent / "rules" / "risk.toml").read_text(encoding="utf-8"))


def _rule(data: dict[str, Any]) -> RiskRule:
    return RiskRule(
        code=data["code"],
        severity=data["severity"],
        exposed=data["exposed"],
        basis=data["basis"],
        is_certain=data.get("mark") != "M",
        texts={name: text for name, text in data.items() if name.endswith(("_fr", "_en"))},
        **{name: parse_all(data.get(name, ()), _FILE["vocabulary"]) for name in WORDINGS},
    )


RULES: Final[dict[str, RiskRule]] = {each["code"]: _rule(each) for each in _FILE["rules"]}


def findings(body: str, tables_text: str = "", products: tuple[str, ...] = ()) -> tuple[RiskFinding, ...]:
    """Return the findings in a clause, at most one a rule, in the order of the rules.

    `tables_text`: the `text_of` its tables; `products`: names that must not appear.
    """
    whole = Reading.of(f"{body}\n{tables_text}")
    read = [
        (sentence, Reading.of(sentence.text), is_body)
        for text, is_body in ((body, True), (tables_text, False))
        for sentence in sentences(text)
    ]
    matches: list[RiskFinding] = []
    for rule in RULES.values():
        if rule.asserted and rule.code != PRODUCT and not rule.may_match(whole):
            continue
        is_settled = bool(rule.settled) and all(wording.holds(whole) for wording in rule.settled)
        for sentence, reading, is_body in read:
            if _matches(rule, sentence, products) or _is_risky(rule, reading, is_settled=is_settled):
                span = (sentence.start, sentence.end) if is_body else None
                matches.append(RiskFinding(code=rule.code, words=sentence.text.strip(), span=span))
                break
    return tuple(matches)


def _matches(rule: RiskRule, sentence: Sentence, products: tuple[str, ...]) -> bool:
    """Return whether a sentence has a blank, too many words or the name of a product."""
    if rule.code == BLANK:
        return BLANKS.search(sentence.text) is not None
    if rule.code == LONG:
        return len(WORD.findall(sentence.text)) > LONG_SENTENCE
    return rule.code == PRODUCT and any(_mentions(plain(sentence.text), product) for product in products)


def _is_risky(rule: RiskRule, reading: Reading, *, is_settled: bool) -> bool:
    if any(wording.holds(reading) for wording in rule.unless):
        return False
    return (
        any(wording.holds(reading) for wording in rule.always)
        or any(False in wording.verdicts(reading) for wording in rule.denied)
        or (not is_settled and any(True in wording.verdicts(reading) for wording in rule.asserted))
    )


def _mentions(words: str, product: str) -> bool:
    name = plain(product)
    return bool(name) and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", words) is not None


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
