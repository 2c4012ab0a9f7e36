"""The rounds: both sides answer each clause under seal, the broker replies and redrafts, all agree."""

from __future__ import annotations

from lucky_link.casecites import marked
from lucky_link.casefile import Redraft, Remark
from lucky_link.casetalk import last_round, remarks_of, reply_to
from lucky_link.caseterms import tables_of
from lucky_link.story import write
from lucky_link.story.browser import Browser, Stopped
from lucky_link.story.scene import Scene

ASK = "Soumettre le texte à toutes les parties"
SAVE = "Enregistrer ma réponse"
SEAL = "Sceller l’enveloppe"


def play(scene: Scene) -> None:
    """Go from the first answers to the agreement of all on every clause. Raises StepFailed."""
    last = last_round(scene.case)
    for number in range(1, last + 1):
        if number > 1:
            _ask_again(scene, number)
        for party in scene.parties:
            with scene.step(f"{scene.speaker(party).name} answers round {number} and seals"):
                _answer(scene, party, number)
        with scene.step(f"{scene.broker.name} replies to each remark and redrafts"):
            _take_up(scene, number)
        write.keep(scene, number)
    if last:
        _ask_again(scene, last + 1)
    for party in scene.parties:
        with scene.step(f"{scene.speaker(party).name} agrees to every clause and seals"):
            _answer(scene, party, 0)


def _ask_again(scene: Scene, number: int) -> None:
    with scene.step(f"Round {number} is put to both parties"):
        scene.at(scene.broker, "tours/nouveau/").press(ASK)


def _answer(scene: Scene, party: str, number: int) -> None:
    speaker = scene.speaker(party)
    for remark in remarks_of(scene.case, party, number):
        _remark(scene.at(speaker, f"tours/?clause={remark.clause}"), remark)
    browser = scene.at(speaker, "tours/")
    while not browser.has_link(SEAL):
        _agree_to_the_next(browser)
    browser.follow(SEAL)
    browser.press(SEAL)


def _remark(browser: Browser, remark: Remark) -> None:
    said = {"stance": remark.stance, "reason": remark.reason, "proposed_text": remark.proposed_text}
    browser.press(SAVE, said, within=f"#clause-{remark.clause}")


def _agree_to_the_next(browser: Browser) -> None:
    """Agree to the clause that the page opens by itself: the first one without an answer. Raises Stopped."""
    opened = browser.page.select_one("article:has(form.answer)")
    if opened is None:
        raise Stopped(browser.address, "no clause waits for an answer, and the envelope cannot be sealed")
    browser.press(SAVE, {"stance": "agree"}, within=f"#{opened['id']}")


def _take_up(scene: Scene, number: int) -> None:
    for remark in scene.case.remarks:
        if remark.round == number:
            _reply(scene, remark)
    for redraft in scene.case.redrafts:
        if redraft.round == number:
            _redraft(scene, redraft)


def _reply(scene: Scene, remark: Remark) -> None:
    outcome, text = reply_to(scene.case, remark)
    browser = scene.at(scene.broker, f"tours/?clause={remark.clause}")
    name = scene.parties[remark.party].name
    for asked in browser.page.select(f"#clause-{remark.clause} [id^=remarque-]:has(form)"):
        if name in asked.get_text(" "):
            browser.press("Envoyer la réponse", {"outcome": outcome, "text": text}, within=f"#{asked['id']}")
            return
    raise Stopped(browser.address, f"no remark of {name} waits for a reply")


def _redraft(scene: Scene, redraft: Redraft) -> None:
    browser = scene.at(scene.broker, "tours/")
    browser.follow(f"Récrire la clause {redraft.clause}", within=f"#clause-{redraft.clause}")
    markers = write.markers_on(browser, redraft.clause)
    words = {"body": marked(redraft.body, markers), "reason": redraft.reason}
    if redraft.plain_words:
        words["plain_words"] = marked(redraft.plain_words, markers)
    browser.press("Enregistrer la clause", words | write.typed_rows(browser, tables_of(redraft)))
