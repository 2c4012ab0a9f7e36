"""Round 0: the broker asks both parties what they expect; each fills its envelope and seals, and all open."""

from __future__ import annotations

from datetime import date, timedelta

from lucky_link.casecites import line_named, text_filed
from lucky_link.casefile import Clause, Expected, Filing
from lucky_link.castfile import Person
from lucky_link.story.browser import Stopped, Typed, plain
from lucky_link.story.scene import Scene


def play(scene: Scene) -> None:
    """Go from the question to the comparison, when the file files anything. Raises StepFailed."""
    if scene.case.calendar.asked is None:
        return
    with scene.step(f"{scene.broker.name} asks both parties what they expect"):
        days = {"days": str(scene.case.calendar.asked_for)}
        scene.at(scene.broker, "attentes/").press("Poser la question à toutes", days)
    for filing in scene.case.filings:
        author = _author(scene, filing)
        with scene.step(f"{author.name} fills the envelope{' and seals it' if filing.seals else ''}"):
            _file(scene, author, filing)
    with scene.step("The envelopes are opened together and compared"):
        browser = scene.at(scene.broker, "attentes/")
        if not browser.has("Attentes ouvertes le"):
            raise Stopped(browser.address, "an envelope is not sealed yet, so nothing is open")


def lines_of(scene: Scene, clause: Clause) -> list[str]:
    """Return the keys of the opened lines that a clause comes from, as the comparison links them."""
    if clause.written_from:
        scene.at(scene.broker, "attentes/")
    return [_key(scene, words) for words in clause.written_from]


def _key(scene: Scene, words: str) -> str:
    browser, line = scene.browser(scene.broker), line_named(words)
    if line is not None:
        text = " ".join(text_filed(scene.case, line).split())
        name = scene.parties[line.party].name
        for row in browser.page.select("ul.filed > li:has(a[href*='?ligne='])"):
            column = row.find_parent("div")
            if text in plain(row) and column is not None and name in plain(column):
                return str(row.select("a[href*='?ligne=']")[0]["href"]).rpartition("ligne=")[2]
    raise Stopped(browser.address, f"{words!r} is not among what was opened")


def _author(scene: Scene, filing: Filing) -> Person:
    people = scene.parties[filing.party].people
    return next((each for each in people if each.email == filing.author), scene.speaker(filing.party))


def _file(scene: Scene, author: Person, filing: Filing) -> None:
    for name, rows in _parts(filing, scene.today).items():
        browser = scene.at(author, "attentes/")
        # One blank row waits after those that are kept.
        for number, row in enumerate(rows):
            typed = {f"{name}-{number}-{key}": value for key, value in row.items()}
            browser.press("Enregistrer le brouillon", typed, within=f"#partie-{name}")
    if filing.seals:
        scene.at(author, "attentes/sceller/").press("Sceller")


def _parts(filing: Filing, today: date) -> dict[str, list[Typed]]:
    given = {"text": filing.means, "hours": filing.hours, "amount_minor": filing.amount}
    means = {name: str(value) for name, value in given.items() if value}
    found: dict[str, list[Typed]] = {
        "expectations": [_expected(each, today) for each in filing.expectations],
        "limits": [{"text": each} for each in filing.limits],
        "red_lines": [{"text": each} for each in filing.red_lines],
        "means": [means] if means else [],
    }
    return {name: rows for name, rows in found.items() if rows}


def _expected(told: Expected, today: date) -> Typed:
    typed = {"text": told.text, "indicator": told.indicator, "priority": str(told.priority)}
    if told.by_day is not None:
        typed["by_date"] = (today + timedelta(days=told.by_day)).isoformat()
    return typed
