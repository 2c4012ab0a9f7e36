"""What a text is begun from: opened expectations, briefs and canvas of a case, as rows of clauses."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from accounts.text import canonical
from partnerships.charter import typography
from partnerships.charter.texts import (
    BudgetLineText,
    CommitmentText,
    ExpectationText,
    Heading,
    LimitText,
)
from partnerships.checks.blanks import marker
from partnerships.models import (
    Brief,
    Canvas,
    Invitee,
    Limit,
    Line,
    LineKind,
    Partnership,
    Party,
    Question,
    Round,
)

COMMITMENT_HEADINGS: Final = {
    Heading.ASSOCIATION_COMMITMENTS: "association",
    Heading.COMPANY_COMMITMENTS: "company",
}
# How a line of the canvas names the side that commits.
SIDE_PREFIXES: Final = {
    "association": ("association", "l’association"),
    "company": ("entreprise", "l’entreprise"),
}


@dataclass(frozen=True, kw_only=True)
class CaseSources:
    """The sources of a text; `lines`: of the last opened round of expectations, by party."""

    partnership: Partnership
    parties: Sequence[Party]
    lines: Sequence[Line] = ()
    briefs: Sequence[tuple[Party, Brief]] = ()
    canvas: Canvas = field(default_factory=Canvas)

    def of_kind(self, kind: LineKind) -> list[Line]:
        """Return the lines of a kind; a text that a party filed twice appears once."""
        seen: set[tuple[int, str]] = set()
        lines = []
        for line in self.lines:
            words = (line.party_id, canonical.folded(line.text))
            if line.kind == kind and (not line.text or words not in seen):
                seen.add(words)
                lines.append(line)
        return lines

    @property
    def names(self) -> dict[str, str]:
        """The names of the sides and of the broker, by placeholder of the library."""
        sides = {
            side: [party.organisation.name for party in self.parties if party.side == side]
            for side in SIDE_PREFIXES
        }
        return {
            "association": typography.listed(sides["association"]),
            "entreprise": typography.listed(sides["company"]),
            "passeur": self.partnership.broker.full_name,
        }

    @property
    def placeholders(self) -> dict[str, str]:
        """The texts by placeholder of the library that the case already answers."""
        brief = next((brief for party, brief in self.briefs if party.side == "association"), Brief())
        need = _sentences(self.canvas.need or brief.need, self.partnership.evidence_of_need or brief.evidence)
        answers = {
            "besoin, avec sa preuve et sa date": need,
            "action précise": _phrase(self.canvas.action or brief.action),
            "indicateur": _phrase(self.canvas.measure_1),
        }
        return self.names | {name: text for name, text in answers.items() if text}


def sources_of(partnership: Partnership) -> CaseSources:
    """Return the sources of the text of a case. 5 queries."""
    parties = list(partnership.parties.select_related("organisation").order_by("rank"))
    opened = Round.objects.filter(
        partnership=partnership, question=Question.EXPECTATIONS, opened_at__isnull=False
    )
    last = opened.defer("key").order_by("-number").first()
    lines = Line.objects.filter(round=last).select_related("party__organisation")
    invitees = Invitee.objects.filter(introduction__partnership=partnership).select_related("brief")
    by_organisation = {party.organisation_id: party for party in parties}
    return CaseSources(
        partnership=partnership,
        parties=parties,
        lines=list(lines.order_by("party__rank", "pk")) if last else [],
        briefs=[
            (by_organisation[invitee.brief.organisation_id], invitee.brief)
            for invitee in invitees.order_by("pk")
            if invitee.brief.organisation_id in by_organisation
        ],
        canvas=partnership.canvases.order_by("-number").first() or Canvas(),
    )


def expectation_rows(sources: CaseSources) -> tuple[ExpectationText, ...]:
    """Return one row for each filed expectation; for a party without any, its hope, else a blank."""
    rows = []
    filed = sources.of_kind(LineKind.EXPECTATION)
    for party in sources.parties:
        own = [line for line in filed if line.party_id == party.pk]
        hopes = (
            sources.canvas.association_hopes if party.side == "association" else sources.canvas.company_hopes
        )
        texts = [(line.text, line.indicator, line.by_date) for line in own] or [
            (_phrase(hopes) or marker("attente"), "", None)
        ]
        rows += [
            ExpectationText(
                code=f"A{party.code}{number}",
                party_key=party.code,
                text=text,
                indicator=indicator,
                by_date=by_date,
            )
            for number, (text, indicator, by_date) in enumerate(texts, 1)
        ]
    return tuple(rows)


def limit_rows(sources: CaseSources) -> tuple[LimitText, ...]:
    """Return the limits of the envelopes, briefs and canvas, each once, with the party that asked."""
    asked = [(line.text, line.party.code) for line in sources.of_kind(LineKind.LIMIT)]
    for party, brief in sources.briefs:
        asked += [(f"{Limit(code).label}.", party.code) for code in brief.limits if code in Limit]
        asked += [(text, party.code) for text in _lines(brief.limits_words)]
    asked += [(text, "") for text in _lines(sources.canvas.limits)]
    rows: dict[str, LimitText] = {}
    for text, code in asked:
        words = canonical.folded(text).strip(" .")
        if words not in rows:
            rows[words] = LimitText(code=f"L{len(rows) + 1}", text=text, party_key=code)
    return tuple(rows.values()) or (LimitText(code="L1", text=marker("limite du projet")),)


def commitment_rows(sources: CaseSources, heading: Heading) -> tuple[CommitmentText, ...]:
    """Return the means of each party of a side as commitments; without any, a line of the canvas."""
    side = COMMITMENT_HEADINGS[heading]
    rows = []
    for party in [party for party in sources.parties if party.side == side]:
        means = [line for line in sources.of_kind(LineKind.MEANS) if line.party_id == party.pk]
        entries = [(means_text(line), line.hours, line.amount_minor) for line in means]
        if not entries:
            text = _canvas_commitment(sources.canvas, side) or marker("engagement")
            entries = [(text, None, None)]
        rows += [
            CommitmentText(
                code=f"E{party.code}{number}",
                party_key=party.code,
                text=text,
                hours=hours,
                amount_minor=amount,
            )
            for number, (text, hours, amount) in enumerate(entries, 1)
        ]
    return tuple(rows)


def budget_rows(sources: CaseSources) -> tuple[BudgetLineText, ...]:
    """Return one line for each sum of money that a party filed."""
    return tuple(
        BudgetLineText(label="Apport en argent", payer_key=line.party.code, amount_minor=line.amount_minor)
        for line in sources.of_kind(LineKind.MEANS)
        if line.amount_minor
    )


def means_text(line: Line) -> str:
    """Return the words of a line of means, or a sentence made from its money and hours."""
    if line.text:
        return line.text
    parts = [f"Verser {typography.euros(line.amount_minor)}"] if line.amount_minor else []
    if line.hours:
        parts.append(f"{'c' if parts else 'C'}onsacrer {line.hours} heure{'s' if line.hours > 1 else ''}")
    return f"{typography.listed(parts)} à l’action." if parts else marker("engagement")


def _canvas_commitment(canvas: Canvas, side: str) -> str:
    for line in _lines(canvas.commitments):
        name, colon, text = line.partition(":")
        if colon and name.strip().casefold() in SIDE_PREFIXES[side]:
            text = text.strip()
            return text[:1].upper() + text[1:]
    return ""


def _lines(text: str) -> list[str]:
    """Return the sentences of a box of the canvas, or the lines of a brief."""
    lines = [line.strip(" -•") for line in text.splitlines()]
    return [sentence for line in lines if line for sentence in _split_sentences(line)]


def _split_sentences(line: str) -> Iterable[str]:
    sentences = line.split(". ")
    return [sentence if sentence.endswith(".") else f"{sentence}." for sentence in sentences]


def _sentences(*texts: str) -> str:
    """Return the texts as sentences, without the last full stop."""
    return " ".join(f"{_phrase(text)}." for text in texts if text.strip()).rstrip(".")


def _phrase(text: str) -> str:
    """Return a text on one line, with its fixed spaces and without its last full stop."""
    return re.sub(r"[ \t\n]+", " ", text).strip().rstrip(".")
