"""How opened lines of the parties become a clause: headings, table rows, sentences and links to its form."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Final, NamedTuple
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from partnerships.case.header import CaseHeader
from partnerships.charter import typography
from partnerships.charter.terms import Terms
from partnerships.charter.texts import (
    HEADING_TITLES,
    CommitmentText,
    ExpectationText,
    Heading,
    LimitText,
    RedLineText,
)
from partnerships.drafting.queries.clause_form import ClauseFormPage
from partnerships.models import Line, Partnership

LINE_PARAMETER = "ligne"  # the query parameter and form field that carry the keys of lines
# The heading under which all lines of a theme of the comparison belong.
THEME_HEADINGS = {
    "exclusivity": Heading.INDEPENDENCE,
    "data": Heading.PERSONAL_DATA,
    "ownership": Heading.RESULTS,
    "results": Heading.RESULTS,
    "visibility": Heading.RESULTS,
    "voice": Heading.TRANSPARENCY,
    "editorial": Heading.INDEPENDENCE,
    "promotion": Heading.INDEPENDENCE,
    "money": Heading.BUDGET,
}
EXPECTATION, LIMIT, RED_LINE, MEANS = "expectation", "limit", "red_line", "means"
MAX_TITLE_LENGTH: Final = 80
MAX_GLOSS_LENGTH: Final = 600
TITLES: Final = {
    Heading.EXPECTATIONS: "Ce que chacun attend",
    Heading.LIMITS: "Ce que nous ne ferons pas",
    Heading.ASSOCIATION_COMMITMENTS: "L’association s’engage",
    Heading.COMPANY_COMMITMENTS: "L’entreprise s’engage",
}
# The paragraph before a table.
INTRODUCTIONS: Final = {
    Heading.EXPECTATIONS: "Les attentes suivantes sont mesurées par leur indicateur.",
    Heading.LIMITS: "Les limites suivantes s’appliquent pendant toute l’action.",
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
class SourceLine:
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
class ClauseDraft:
    """Initial values of a clause form; `responsible`: the code of a party, "" for all.

    `introduction`: the paragraph before the tables; `list_text`: the lines that no table of the heading has.
    """

    title: str
    introduction: str
    list_text: str
    plain_words: str
    responsible: str
    terms: Terms

    @property
    def body(self) -> str:
        return "\n\n".join(filter(None, (self.introduction, self.list_text)))


class PrefillLink(NamedTuple):
    """A link to a clause form prefilled with lines; `title`: of its heading."""

    url: str
    title: str
    line_count: int


class ExistingClause(NamedTuple):
    """A clause of the same heading, to which the lines may be added instead.

    `url`: its form, with the lines; `link_url`: where lines are linked to it without a change of its text.
    """

    url: str
    title: str
    link_url: str


@dataclass(frozen=True, kw_only=True)
class Prefill:
    """The lines that a clause form is prefilled with, and the draft made from them."""

    lines: Sequence[Line] = ()
    draft: ClauseDraft | None = None
    library_url: str = ""
    existing_clauses: Sequence[ExistingClause] = ()

    @property
    def line_ids(self) -> tuple[int, ...]:
        return tuple(line.pk for line in self.lines)


def prefill_links(header: CaseHeader, lines: Sequence[Line], theme: str = "") -> list[PrefillLink]:
    """Return the links to forms for these lines: by heading, and all together under that of the theme."""
    lines_by_heading: dict[Heading, list[Line]] = {}
    for line in lines:
        lines_by_heading.setdefault(heading_for(line.kind, line.party.side), []).append(line)
    if theme in THEME_HEADINGS:
        lines_by_heading[THEME_HEADINGS[theme]] = list(lines)
    reference = header.partnership.reference
    return [
        PrefillLink(
            _with_lines(reverse("partnerships:new_clause", args=[reference, heading]), heading_lines),
            _(HEADING_TITLES[heading]),
            len(heading_lines),
        )
        for heading, heading_lines in sorted(lines_by_heading.items())
    ]


def prefill_from(partnership: Partnership, page: ClauseFormPage, line_ids: Sequence[int]) -> Prefill:
    """Return the prefill of a clause form from these lines; keys of lines not opened in the case are ignored.

    1 query, none without lines.
    """
    if not line_ids:
        return Prefill()
    opened = Line.objects.filter(round__partnership=partnership, pk__in=line_ids)
    lines = list(opened.select_related("party__organisation").order_by("party__rank", "pk"))
    if not lines:
        return Prefill()
    reference = partnership.reference
    return Prefill(
        lines=lines,
        draft=draft_clause(page.heading, [_source_line(line) for line in lines]),
        library_url=_with_lines(reverse("partnerships:shelf", args=[reference, page.heading]), lines),
        existing_clauses=[
            ExistingClause(
                _with_lines(reverse("partnerships:clause", args=[reference, pk]), lines),
                name,
                _with_lines(reverse("partnerships:tie_lines", args=[reference, pk]), lines),
            )
            for pk, name in page.siblings
        ],
    )


def merge_initial(initial: dict[str, Any], prefill: Prefill, *, is_started: bool) -> dict[str, Any]:
    """Return the initial values of a form with the draft of the prefill appended.

    `is_started`: the form has a title and text of its own, which stay; only lines and rows are appended.
    """
    draft = prefill.draft
    if draft is None:
        return initial
    terms = {field.name: getattr(draft.terms, field.name) for field in fields(draft.terms)}
    tables = {
        name: (*initial.get(name, ()), *rows)
        for name, rows in terms.items()
        if isinstance(rows, tuple) and rows
    }
    if not is_started:
        words = {"title": draft.title, "body": draft.body, "plain_words": draft.plain_words}
        return {**words, "responsible": draft.responsible, **initial, **tables}
    body = initial.get("body", "")
    return {**initial, "body": f"{body}\n\n{draft.list_text}".strip(), **tables}


def _source_line(line: Line) -> SourceLine:
    return SourceLine(
        party_key=line.party.code,
        party_name=line.party.organisation.name,
        side=line.party.side,
        kind=line.kind,
        text=line.text,
        indicator=line.indicator,
        by_date=line.by_date,
        hours=line.hours,
        amount_minor=line.amount_minor,
    )


def _with_lines(url: str, lines: Sequence[Line]) -> str:
    return url + lines_query([line.pk for line in lines])


def lines_query(line_ids: Sequence[int]) -> str:
    """Return the query string that carries these lines, "" without any."""
    return "?" + urlencode([(LINE_PARAMETER, pk) for pk in line_ids]) if line_ids else ""


def heading_for(kind: str, side: str) -> Heading:
    """Return the heading under which a line of one kind, filed by one side, is written."""
    if kind == MEANS:
        return Heading.ASSOCIATION_COMMITMENTS if side == "association" else Heading.COMPANY_COMMITMENTS
    return Heading.EXPECTATIONS if kind == EXPECTATION else Heading.LIMITS


def draft_clause(heading: Heading, lines: Sequence[SourceLine]) -> ClauseDraft:
    """Return a clause from these lines: as rows where the heading has a table for them, else as a list."""
    row_lines = [line for line in lines if _is_table_row(heading, line)]
    sentences = [_sentence(line) for line in lines if not _is_table_row(heading, line)]
    only_text = _line_text(lines[0]) if len(lines) == 1 else ""
    givers = {line.party_key for line in row_lines if line.kind == MEANS}
    title = TITLES.get(heading, "") if row_lines else _short(only_text)
    introduction = INTRODUCTIONS[heading] if row_lines else ""
    if len(lines) == 1 and lines[0].kind == RED_LINE and row_lines:
        title = red_line_title(only_text)
        introduction = red_line_body(only_text, lines[0].party_name)
        givers = {lines[0].party_key}
    return ClauseDraft(
        title=title,
        introduction=introduction,
        list_text="\n".join(f"- {sentence}" for sentence in sentences),
        plain_words=only_text if len(only_text) <= MAX_GLOSS_LENGTH else "",
        responsible=givers.pop() if len(givers) == 1 else "",
        terms=_terms_of(row_lines),
    )


def red_line_title(text: str) -> str:
    """Return the title of the clause of a red line: the words of its party, cut."""
    return _short(text.strip().rstrip("."))


def red_line_body(text: str, party_name: str) -> str:
    """Return the text of the clause of a red line: the words of its party, and who asked for it."""
    words = text.strip()
    words = words if words.endswith((".", "!", "?", "…")) else f"{words}."
    return f"{words}\n\nLigne rouge demandée par\u00a0: {party_name}. Elle s’applique pendant toute l’action."


def _is_table_row(heading: Heading, line: SourceLine) -> bool:
    return heading_for(line.kind, line.side) == heading


def _short(text: str) -> str:
    """Return a text on one line, with its fixed spaces, cut between two words."""
    line = re.sub(r"[ \t\n]+", " ", text).strip()
    if len(line) <= MAX_TITLE_LENGTH:
        return line
    return f"{line[: MAX_TITLE_LENGTH - 1].rpartition(' ')[0].rstrip(' ,;:')} …"


def _line_text(line: SourceLine) -> str:
    """Return the text of a line; for means without text, its money and hours."""
    if line.text or line.kind != MEANS:
        return line.text
    money = [f"{typography.euros(line.amount_minor)}"] if line.amount_minor else []
    hours = [f"{line.hours} heure{'s' if line.hours > 1 else ''}"] if line.hours else []
    return typography.listed([*money, *hours]) if money or hours else ""


def _sentence(line: SourceLine) -> str:
    """Return a line as a sentence that names the party."""
    sentence = f"{line.party_name} {VERBS[line.kind]}\u00a0: {_line_text(line).rstrip('.')}."
    if line.indicator:
        sentence += f" On le saura à\u00a0: {line.indicator.rstrip('.')}."
    if line.by_date:
        sentence += f" Au plus tard le {typography.day(line.by_date)}."
    return sentence


def _terms_of(lines: Sequence[SourceLine]) -> Terms:
    """Return the rows of these lines, without codes: the form assigns the next free ones."""

    def of(kind: str) -> list[SourceLine]:
        return [line for line in lines if line.kind == kind]

    return Terms(
        expectations=tuple(
            ExpectationText(
                code="",
                party_key=line.party_key,
                text=line.text,
                indicator=line.indicator,
                by_date=line.by_date,
            )
            for line in of(EXPECTATION)
        ),
        limits=tuple(LimitText(code="", text=line.text, party_key=line.party_key) for line in of(LIMIT)),
        red_lines=tuple(RedLineText(party_key=line.party_key, text=line.text) for line in of(RED_LINE)),
        commitments=tuple(
            CommitmentText(
                code="",
                party_key=line.party_key,
                text=_line_text(line),
                hours=line.hours,
                amount_minor=line.amount_minor,
            )
            for line in of(MEANS)
        ),
    )
