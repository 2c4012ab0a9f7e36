"""After the signature: what is done is shown, what is late is recalled, and the ledger is whole."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlencode

from lucky_link.casefile import Milestone
from lucky_link.castfile import Person
from lucky_link.story.browser import Browser, Stopped
from lucky_link.story.scene import Scene

# What the delivery log writes in place of the subject of a mail that waits for a decent hour.
UNWRITTEN = "Jalons et engagements, courriel non écrit"


def play(scene: Scene) -> None:
    """Bring the evidence of what the file says is done, and see the rest recalled. Raises StepFailed."""
    milestones = [each for clause in scene.case.clauses for each in clause.milestones]
    for milestone in milestones:
        if milestone.done_day is not None and milestone.done_day <= 0:
            with scene.step(f"{milestone.code}, “{milestone.title}”, is done and shown"):
                _complete(scene, milestone)
    late = [each for each in milestones if each.done_day is None and each.day < 0]
    for milestone in late:
        due = scene.today + timedelta(days=milestone.day)
        with scene.step(f"{milestone.code}, “{milestone.title}”, was due on {due}: its owner is reminded"):
            scene.write(f"{_reminded(scene, milestone)} ... ")
    if not late:
        with scene.step("No milestone is late; the next reminder is planned"):
            if not scene.at(scene.broker, "suivi/").has("Prochain rappel"):
                raise Stopped(scene.browser(scene.broker).address, "no reminder is planned")
    with scene.step("Both parties verify the ledger"):
        for party in scene.parties:
            _check_ledger(scene.at(scene.speaker(party), "journal/"))


def _owner(milestone: Milestone) -> str:
    return milestone.owner if milestone.owner in ("A", "E") else "A"


def _complete(scene: Scene, milestone: Milestone) -> None:
    browser = scene.at(scene.speaker(_owner(milestone)), "suivi/")
    browser.follow("Déposer la preuve", within=f"#jalon-{milestone.code}")
    browser.press("Déposer la preuve", {"text": milestone.evidence or milestone.indicator})
    if not browser.has("Fait", f"#jalon-{milestone.code} .badge"):
        raise Stopped(browser.address, f"{milestone.code} is not shown as done")


def _reminded(scene: Scene, milestone: Milestone) -> str:
    """Return what the broker's delivery log says of the reminder to the owner: sent, or planned."""
    owner = scene.speaker(_owner(milestone))
    browser = scene.browser(scene.broker)

    def look() -> str | None:
        return _logged(browser, owner, "pending", UNWRITTEN) or _logged(
            browser, owner, "sent", milestone.title
        )

    row = scene.until(look, f"a reminder of {milestone.code} to {owner.email}")
    if UNWRITTEN not in row:
        return f"sent to {owner.email}"
    browser.follow(UNWRITTEN, within="main tbody")
    planned = browser.texts(".facts dt:-soup-contains('Prochain essai') + dd")
    if not planned or not browser.has("milestone-reminder", ".facts"):
        raise Stopped(browser.address, "this is no reminder of a milestone that will leave")
    return f"planned for {owner.email}, {planned[0]}"


def _logged(browser: Browser, person: Person, state: str, words: str) -> str | None:
    """Return the first mail of a state to somebody whose row in the delivery log holds some words."""
    browser.open(f"/passeur/courrier/?{urlencode({'q': person.email, 'state': state})}")
    return next((row for row in browser.texts("main tbody tr") if words in row), None)


def _check_ledger(browser: Browser) -> None:
    browser.follow("Vérifier la chaîne")
    if not browser.has("vérifiée", "main [role=status] .badge"):
        raise Stopped(browser.address, " ".join(browser.texts("main aside")))
