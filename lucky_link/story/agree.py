"""The rounds: both sides say what they think of each clause, the broker answers and redrafts, all agree."""

from __future__ import annotations

from lucky_link.casefile import Redraft, Remark
from lucky_link.story import write
from lucky_link.story.browser import Browser
from lucky_link.story.scene import Scene

NOT_TAKEN = "Le texte dit déjà ce qui est demandé ; le passeur en a parlé avec les deux parties."
REST = "Donner mon accord"


def play(scene: Scene) -> None:
    """Go from the first answers to the agreement of all on every clause. Raises StepFailed."""
    told = [each.round for each in scene.case.remarks] + [each.round for each in scene.case.redrafts]
    last = max(told, default=0)
    for number in range(1, last + 1):
        if number > 1:
            with scene.step(f"Round {number} is put to both parties"):
                scene.at(scene.broker, "tours/").press("Ouvrir un nouveau tour")
        for party in scene.parties:
            with scene.step(f"{scene.speaker(party).name} answers round {number}"):
                _answer(scene, party, number)
        with scene.step(f"{scene.broker.name} answers each remark and redrafts"):
            _take_up(scene, number)
        write.keep(scene, number)
    for party in scene.parties:
        with scene.step(f"{scene.speaker(party).name} agrees to every clause"):
            _agree(scene, party)


def _answer(scene: Scene, party: str, number: int) -> None:
    remarks = {
        each.clause: each for each in scene.case.remarks if (each.party, each.round) == (party, number)
    }
    browser = scene.at(scene.speaker(party), "tours/")
    for remark in remarks.values():
        if remark.stance != "waiting":
            _remark(browser, remark)
    if all(remark.stance != "waiting" for remark in remarks.values()):
        _agree_to_the_rest(browser)
        return
    for clause in range(1, len(scene.case.clauses) + 1):
        if clause not in remarks:
            _agree_to(browser, clause)


def _remark(browser: Browser, remark: Remark) -> None:
    said = {"stance": remark.stance, "reason": remark.reason, "proposed_text": remark.proposed_text}
    browser.press("Enregistrer ma réponse", said, within=f"#clause-{remark.clause}")


def _agree_to_the_rest(browser: Browser) -> None:
    if any(words.startswith(REST) for words in browser.texts("main button")):
        browser.press(REST)


def _agree_to(browser: Browser, clause: int) -> None:
    browser.press("Enregistrer ma réponse", {"stance": "agree"}, within=f"#clause-{clause}")


def _take_up(scene: Scene, number: int) -> None:
    redrafts = {each.clause: each for each in scene.case.redrafts if each.round == number}
    for remark in scene.case.remarks:
        if remark.round == number and remark.stance != "waiting":
            _reply(scene, remark, redrafts.get(remark.clause))
    for redraft in redrafts.values():
        browser = scene.at(scene.broker, "tours/")
        browser.follow(f"Récrire la clause {redraft.clause}", within=f"#clause-{redraft.clause}")
        words = {"body": redraft.body, "reason": redraft.reason}
        if redraft.plain_words:
            words["plain_words"] = redraft.plain_words
        browser.press("Enregistrer la clause", words)


def _reply(scene: Scene, remark: Remark, redraft: Redraft | None) -> None:
    said = {"outcome": "taken" if redraft else "not", "text": redraft.reason if redraft else NOT_TAKEN}
    browser = scene.at(scene.broker, "tours/")
    browser.press("Envoyer la réponse", said, within=f"#clause-{remark.clause}")


def _agree(scene: Scene, party: str) -> None:
    browser = scene.at(scene.speaker(party), "tours/")
    _agree_to_the_rest(browser)
    remarked = {each.clause for each in scene.case.remarks if each.party == party}
    for clause in sorted(remarked):
        if browser.page.select(f"#clause-{clause} input[name=stance]:not([value=agree])[checked]"):
            _agree_to(browser, clause)
