"""The text is frozen, signed by both and witnessed; its sealed PDF is fetched and verified."""

from __future__ import annotations

from lucky_link.castfile import Person
from lucky_link.story.browser import Browser, Stopped, Typed
from lucky_link.story.register import one_time_code
from lucky_link.story.scene import Scene

SEALED = "Ouvrir la charte (PDF)"
GENUINE = "Charte authentique"


def play(scene: Scene) -> bytes:
    """Go from an agreed text to its sealed PDF, which is returned. Raises StepFailed."""
    with scene.step(f"{scene.broker.name} freezes the text"):
        scene.at(scene.broker, "redaction/").press("Figer le texte")
    for party, organisation in scene.parties.items():
        signatory = scene.signatory(party)
        with scene.step(f"{signatory.name} signs for {organisation.name}"):
            _sign(scene, signatory, "Signer la charte", scene.password)
    with scene.step(f"{scene.broker.name} countersigns as a witness"):
        _sign(scene, scene.broker, "Contresigner en témoin", one_time_code(scene.keys[scene.broker.email]))
    with scene.step("The charter is sealed"):
        scene.until(lambda: _is_sealed(scene), "the seal")
    with scene.step("The sealed PDF is fetched"):
        pdf = scene.at(scene.signatory("A"), "charte/").fetch(SEALED)
    with scene.step("A stranger has the PDF verified: genuine"):
        _verify(scene, pdf)
    return pdf


def _sign(scene: Scene, person: Person, button: str, secret: str) -> None:
    consent: Typed = {"has_read": True, "consents": True, "typed_name": person.name, "secret": secret}
    scene.at(person, "charte/signer/").press(button, consent)


def _is_sealed(scene: Scene) -> bool:
    return scene.at(scene.signatory("A"), "charte/").has_link(SEALED)


def _verify(scene: Scene, pdf: bytes) -> None:
    stranger = Browser(scene.house.address)
    stranger.open("/verifier/")
    stranger.send_file("pdf", pdf, "Vérifier")
    if not stranger.has(GENUINE):
        raise Stopped(stranger.address, " ".join(stranger.texts("main [role=status]")))
