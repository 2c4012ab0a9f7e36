"""The broker opens the case, says what it is about, writes every clause, and puts the text to the parties."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from itertools import count
from typing import Any
from urllib.parse import urlencode

from lucky_link.casecites import marked
from lucky_link.casefile import Clause, Note
from lucky_link.caseterms import terms_of
from lucky_link.story import expect
from lucky_link.story.browser import Browser, Stopped, Typed, plain
from lucky_link.story.scene import Scene
from partnerships.charter.terms import Terms
from partnerships.charter.texts import Heading

# The tables of a clause, by the names that its form and its terms share.
TABLES = (
    "expectations",
    "limits",
    "red_lines",
    "commitments",
    "milestones",
    "budget",
    "payments",
    "counterparts",
    "fees",
)


def play(scene: Scene) -> None:
    """Go from two verified organisations to a text before both. Raises StepFailed."""
    with scene.step(f"{scene.broker.name} opens the case “{scene.case.title}”"):
        _open_case(scene)
    with scene.step("The case is described, with the evidence of the need"):
        _describe(scene)
    for note in scene.case.notes:
        with scene.step(f"A private note passes between {scene.parties[note.party].name} and the broker"):
            _note(scene, note)
    with scene.step("The need is proved: the case is prepared"):
        scene.at(scene.broker, "cadrage/").press("Passer à la rédaction")
    expect.play(scene)
    with scene.step(f"{scene.broker.name} writes {len(scene.case.clauses)} clauses with their tables"):
        for clause in scene.case.clauses:
            _add(scene, clause)
    keep(scene, 0)
    with scene.step("The text is put to both parties"):
        browser = scene.at(scene.broker, "redaction/")
        browser.follow("Ouvrir la négociation")
        browser.press("Soumettre le texte à toutes les parties")


def keep(scene: Scene, number: int) -> None:
    """Have the broker say why each risky clause of a round stays. Raises StepFailed."""
    for each in (each for each in scene.case.keeps if each.round == number):
        with scene.step(f"{scene.broker.name} says why clause {each.clause} stays"):
            browser = scene.at(scene.broker, "redaction/")
            browser.follow("Garder malgré tout", within=f"#risque-{each.clause}-{each.rule}")
            browser.press("Garder, en disant pourquoi", {"reason": each.reason})


def _open_case(scene: Scene) -> None:
    browser = scene.browser(scene.broker)
    browser.open("/passeur/dossiers/nouveau/")
    chosen: Typed = {
        "title": scene.case.title,
        "associations": (scene.keys[scene.association.name],),
        "companies": (scene.keys[scene.company.name],),
    }
    browser.press("Ouvrir le dossier", chosen)
    found = re.search(r"/dossiers/([^/]+)/", browser.address)
    if found is None:
        raise Stopped(browser.address, "the case has no address of its own")
    scene.reference = found[1]


def _describe(scene: Scene) -> None:
    case = scene.case
    words = {
        "title": case.title,
        "plain_words": case.plain_words,
        "evidence_of_need": case.evidence_of_need,
        "broker_interests": case.broker_interests,
    }
    scene.at(scene.broker, "cadrage/").press("Enregistrer", words)


def _note(scene: Scene, note: Note) -> None:
    party = scene.parties[note.party]
    author = next((each for each in (*party.people, scene.broker) if each.email == note.author), None)
    browser = scene.at(author or scene.speaker(note.party), "cadrage/")
    for thread in browser.page.select("section[id^=fil-]"):
        if party.name in plain(thread):
            place = f"#{thread['id']}"
            browser.press(
                "Ajouter la note", {browser.given(f"{place} textarea", "name"): note.text}, within=place
            )
            return
    raise Stopped(browser.address, f"no private thread of {party.name} is open here")


def _add(scene: Scene, clause: Clause) -> None:
    heading = Heading[clause.heading]
    lines = expect.lines_of(scene, clause)
    browser = scene.at(scene.broker, "redaction/")
    browser.follow("Ajouter une clause", within=f"#rubrique-{heading:d}")
    if lines:
        browser.open(f"{browser.address}?{urlencode([('ligne', key) for key in lines])}")
    terms = terms_of(clause, scene.today)
    rows = typed_rows(browser, {name: held for name in TABLES if (held := getattr(terms, name))})
    browser.press("Ajouter la clause", _typed(clause, terms, markers_on(browser)) | rows)


def _typed(clause: Clause, terms: Terms, markers: Mapping[int, str]) -> dict[str, str]:
    typed = {
        "title": clause.title,
        "body": marked(clause.body, markers),
        "plain_words": marked(clause.plain_words, markers),
    }
    typed |= _filled("responsible", clause.responsible)
    for name in ("starts_on", "ends_on", "transparency_object"):
        typed |= _filled(name, getattr(terms, name))
    return typed | (_of_group("regulation", terms.regulation) if terms.regulation else {})


def markers_on(browser: Browser, own: int | None = None) -> dict[int, str]:
    """Return the markers that a clause form offers, by the numbers of the clauses; it leaves out its own."""
    offered = [str(option["value"]) for option in browser.page.select("select[name=reference] option")]
    numbers = (number for number in count(1) if number != own)
    return dict(zip(numbers, offered, strict=False))


def typed_rows(browser: Browser, tables: Mapping[str, Any]) -> dict[str, str]:
    """Make room for the rows of tables in the form shown, and return all its rows as typed."""
    for name, rows in tables.items():
        while len(browser.page.select(f"#tableau-{name} .typed-row")) < len(rows):
            browser.press("Ajouter une ligne", within=f"#tableau-{name}")
    typed = {
        str(field["name"]): ""
        for name in tables
        for field in browser.page.select(f"#tableau-{name} :is(input:not([type=hidden]), textarea)")
    }
    for name, rows in tables.items():
        for number, row in enumerate(rows):
            typed |= _of_group(f"{name}-{number}", row)
    return typed


def _of_group(prefix: str, group: Any) -> dict[str, str]:
    found: dict[str, str] = {}
    for each in fields(group):
        found |= _filled(f"{prefix}-{each.name}", getattr(group, each.name))
    return found


def _filled(name: str, value: object) -> dict[str, str]:
    """Return a field as a person fills it in, amounts in euros; nothing for what is left blank."""
    if value in (None, "", (), False):
        return {}
    if name.endswith("amount_minor") and isinstance(value, int):
        return {name: str(value // 100)}
    if isinstance(value, tuple):
        return {name: ", ".join(map(str, value))}
    return {name: value.isoformat() if isinstance(value, date) else str(value)}
