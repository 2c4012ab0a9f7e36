"""The closing report as printed: a pure function of its value, in the typography of the charter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date
from typing import Final
from xml.etree.ElementTree import Element, SubElement, tostring

from django.template.loader import render_to_string

from partnerships.charter import typography
from partnerships.charter.actors import Actor
from partnerships.charter.context import fingerprint_lines
from partnerships.charter.pdf import pictures
from partnerships.charter.pdf.prints import Print
from partnerships.charter.texts import ALL_PARTIES, BROKER
from partnerships.closing.report_text import (
    AccountLine,
    ClosingReportText,
    CommitmentResult,
    ExpectationResult,
    MilestoneResult,
    PartReport,
    PaymentResult,
    ResultText,
    TrustPoint,
    report_json,
)

ATTACHMENT_NAME: Final = "rapport.json"
# The report is printed in French, as the charter is.
ATTACHMENT_WORDS: Final = "Contenu exact du rapport, JSON canonique (RFC 8785)"
RESULTS: Final = {"met": "obtenue", "partly": "en partie", "not_met": "non obtenue", "": "sans réponse"}
COUNTED: Final = {
    "met": "obtenue{s}",
    "partly": "en partie",
    "not_met": "non obtenue{s}",
    "": "sans réponse",
}
STATES: Final = {
    "kept": "à l’heure",
    "late": "en retard",
    "postponed": "reporté, puis fait",
    "open": "non fait",
    "cancelled": "retiré par un avenant",
}
COMMITMENTS: Final = {"kept": "tenu", "open": "non déclaré", "cancelled": "retiré par un avenant"}
ACCOUNTS: Final = {
    "confirmed": "confirmés par les autres parties",
    "contested": "contestés",
    "unanswered": "sans réponse des autres parties",
    "missing": "non écrits",
    "none": "sans objet",
}
ITEMS: Final = {"done": "fait", "none": "sans objet", "not_yet": "pas encore fait", "": "non déclaré"}
PAYMENTS: Final = {"to_come": "à venir", "due": "dû", "paid": "payé", "received": "reçu"}
CURVE_WIDTH, CURVE_HEIGHT, CURVE_LEFT, CURVE_TOP = 720, 210, 40, 16
MARKS: Final = (0, 25, 50, 75, 100)


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A row of the report with who it is of and the words of its state."""

    row: ExpectationResult | MilestoneResult | CommitmentResult | PaymentResult | ResultText
    actor: Actor
    words: str = ""


@dataclass(frozen=True, kw_only=True)
class ShownExpectation:
    expectation: ExpectationResult
    actor: Actor
    results: Sequence[Shown]


@dataclass(frozen=True, kw_only=True)
class ShownPart:
    """The part of one party with the sums of its accounts."""

    part: PartReport
    actor: Actor
    accounts: str
    data: str
    logo: str
    total: AccountLine | None


def compose(report: ClosingReportText, fingerprint: str) -> Print:
    """Return the report as printed. Raises FontsMissing."""
    printed = typography.printable(report)
    files = {"logo.svg": (pictures.LOGO, "image/svg+xml")}
    if printed.trust:
        files["trust.svg"] = (trust_curve(printed), "image/svg+xml")
    return Print(
        html=render_to_string("partnerships/closing/report.html", _context(printed, fingerprint)),
        files=files,
        attachment=report_json(report).decode(),
        attachment_name=ATTACHMENT_NAME,
        attachment_words=ATTACHMENT_WORDS,
        identifier=fingerprint,
        made_at=report.closed_at,
    )


def _context(report: ClosingReportText, fingerprint: str) -> dict[str, object]:
    actors = _actors(report)
    closed_on = report.closed_at.astimezone(typography.PARIS).date()
    return {
        "report": report,
        "authors": " ; ".join(party.name for party in report.parties),
        "columns": [
            [party for party in report.parties if party.side == side] for side in ("association", "company")
        ],
        "broker": Actor(side=BROKER, name=report.broker),
        "closed_on": closed_on,
        "made_at": report.closed_at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        "title_size": "longest" if len(report.title) > 110 else "long" if len(report.title) > 55 else "",  # noqa: PLR2004
        "summary": _summary(report),
        "expectations": [_expectation(row, actors) for row in report.expectations],
        "milestones": [
            Shown(row=row, actor=actors[row.owner], words=STATES[row.state]) for row in report.milestones
        ],
        "commitments": [
            Shown(row=row, actor=actors[row.owner], words=COMMITMENTS[row.state])
            for row in report.commitments
        ],
        "parts": [_part(part, actors) for part in report.parts],
        "has_accounts": any(part.accounts != "none" for part in report.parts),
        "payments": [
            Shown(row=row, actor=actors[row.payer_key], words=PAYMENTS[row.state]) for row in report.payments
        ],
        "trust_words": trust_words(report) if report.trust else "",
        "trust_rows": _trust_rows(report),
        "exit_actor": actors[report.early_exit.party_key] if report.early_exit else None,
        "fingerprint": fingerprint_lines(fingerprint),
        "charter_fingerprint": fingerprint_lines(report.charter_fingerprint),
        "attachment_name": ATTACHMENT_NAME,
    }


def _actors(report: ClosingReportText) -> Mapping[str, Actor]:
    return {
        **{party.key: Actor(side=party.side, name=party.name) for party in report.parties},
        BROKER: Actor(side=BROKER, name=report.broker),
        ALL_PARTIES: Actor(side=ALL_PARTIES, name="toutes les parties"),
    }


def _summary(report: ClosingReportText) -> list[tuple[str, str]]:
    """Return the figures of the first page, as (what, how much)."""
    kept = sum(row.state == "kept" for row in report.milestones)
    postponed = sum(row.state == "postponed" for row in report.milestones)
    late = sum(row.state == "late" for row in report.milestones)
    in_force = [row for row in report.milestones if row.state != "cancelled"]
    rows = []
    if in_force:
        details = [f"{kept} à l’heure"]
        details += [f"{postponed} reporté{_s(postponed)}"] if postponed else []
        details += [f"{late} en retard"] if late else []
        undone = sum(row.state == "open" for row in in_force)
        details += [f"{undone} non fait{_s(undone)}"] if undone else []
        rows.append((f"{len(in_force)} jalon{_s(len(in_force))}", ", ".join(details)))
    rows += [
        (f"Attentes, selon {party.name}", _obtained(report, party.key))
        for party in report.parties
        if report.expectations
    ]
    rows += [(f"Comptes de {name}", words) for name, words in _sums(report)]
    rows += [
        (f"Confiance, {party.name}", f"{points[-1].index} sur 100")
        for party in report.parties
        if (points := [point for point in report.trust if point.party_key == party.key])
    ]
    return rows


def _s(count: int) -> str:
    return "s" if count > 1 else ""


def _obtained(report: ClosingReportText, key: str) -> str:
    choices: list[str] = [
        result.choice for row in report.expectations for result in row.results if result.party_key == key
    ]
    counts = [(choices.count(choice), words) for choice, words in COUNTED.items()]
    return ", ".join(f"{count} {words.format(s=_s(count))}" for count, words in counts if count)


def _sums(report: ClosingReportText) -> list[tuple[str, str]]:
    names = {party.key: party.name for party in report.parties}
    return [
        (
            names[part.party_key],
            f"{typography.euros(total.spent_minor)} sur {typography.euros(total.budget_minor)}",
        )
        for part in report.parts
        if (total := _total(part.lines))
    ]


def _total(lines: Sequence[AccountLine]) -> AccountLine | None:
    if not lines:
        return None
    return AccountLine(
        label="Total",
        contribution="cash",
        budget_minor=sum(line.budget_minor for line in lines),
        spent_minor=sum(line.spent_minor for line in lines),
    )


def _expectation(row: ExpectationResult, actors: Mapping[str, Actor]) -> ShownExpectation:
    return ShownExpectation(
        expectation=row,
        actor=actors[row.party_key],
        results=[
            Shown(row=result, actor=actors[result.party_key], words=RESULTS[result.choice])
            for result in row.results
        ],
    )


def _part(part: PartReport, actors: Mapping[str, Actor]) -> ShownPart:
    return ShownPart(
        part=part,
        actor=actors[part.party_key],
        accounts=ACCOUNTS[part.accounts],
        data=ITEMS[part.data_state],
        logo=ITEMS[part.logo_state],
        total=_total(part.lines),
    )


def _trust_rows(report: ClosingReportText) -> list[tuple[date, list[tuple[str, int | None]]]]:
    """Return, for each day of a barometer, the index of each party in order."""
    days = sorted({point.on for point in report.trust})
    by_day = {(point.on, point.party_key): point.index for point in report.trust}
    return [(day, [(party.name, by_day.get((day, party.key))) for party in report.parties]) for day in days]


def trust_words(report: ClosingReportText) -> str:
    """Return the curve of trust in words, for who does not see it."""
    last: dict[str, TrustPoint] = {point.party_key: point for point in report.trust}
    parts = [
        f"{party.name}, {last[party.key].index} sur 100" for party in report.parties if party.key in last
    ]
    return (
        f"Courbe de confiance. Dernier indice\u00a0: {' ; '.join(parts)}. Le tableau donne tous les points."
    )


def trust_curve(report: ClosingReportText) -> bytes:
    """Return the index of each party over time, from 0 to 100, as an SVG of 720 units in width."""
    size = f"0 0 {CURVE_WIDTH} {CURVE_HEIGHT}"
    svg = Element("svg", {"xmlns": "http://www.w3.org/2000/svg", "viewBox": size})
    for value in MARKS:
        _rule(svg, value)
    days = sorted({point.on for point in report.trust})
    for number, day in enumerate(days):
        if number in (0, len(days) - 1):
            anchor = "start" if number == 0 else "end"
            _text(svg, _x(day, days), CURVE_HEIGHT - 4, typography.day(day), anchor)
    for party in report.parties:
        points = [point for point in report.trust if point.party_key == party.key]
        _line(svg, party.side, points, days)
    return tostring(svg)


def _x(day: date, days: Sequence[date]) -> float:
    span = (days[-1] - days[0]).days
    share = (day - days[0]).days / span if span else 0.0
    return CURVE_LEFT + 10 + share * (CURVE_WIDTH - CURVE_LEFT - 30)


def _y(value: int) -> float:
    return CURVE_TOP + (100 - value) / 100 * (CURVE_HEIGHT - CURVE_TOP - 34)


def _rule(svg: Element, value: int) -> None:
    y = f"{_y(value):.1f}"
    ends = {"x1": str(CURVE_LEFT), "x2": str(CURVE_WIDTH), "y1": y, "y2": y}
    SubElement(svg, "line", {**ends, "stroke": pictures.FAINT, "stroke-width": "0.8"})
    _text(svg, CURVE_LEFT - 8, _y(value) + 4, str(value), "end")


def _text(svg: Element, x: float, y: float, words: str, anchor: str) -> None:
    place = {"x": f"{x:.1f}", "y": f"{y:.1f}", "text-anchor": anchor}
    font = {"font-family": "Source Sans 3", "font-size": "11", "fill": pictures.SOFT}
    SubElement(svg, "text", place | font).text = words


def _line(svg: Element, side: str, points: Sequence[TrustPoint], days: Sequence[date]) -> None:
    """Draw the points of one party: discs for an association, squares for a company, as everywhere."""
    colour = pictures.COLOURS[side]
    places = [(_x(point.on, days), _y(point.index)) for point in points]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    SubElement(svg, "polyline", {"points": path, "fill": "none", "stroke": colour, "stroke-width": "2"})
    for x, y in places:
        if side == "association":
            SubElement(svg, "circle", {"cx": f"{x:.1f}", "cy": f"{y:.1f}", "r": "4.5", "fill": colour})
        else:
            corner = {"x": f"{x - 4:.1f}", "y": f"{y - 4:.1f}"}
            SubElement(svg, "rect", {**corner, "width": "8", "height": "8", "fill": colour})
