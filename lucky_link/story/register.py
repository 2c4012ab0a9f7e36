"""Everybody comes in: the broker, both organisations, their colleagues; then the broker vets them."""

from __future__ import annotations

import re
import time

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time

from lucky_link.castfile import Organisation, Person
from lucky_link.story.browser import Browser, Stopped, Typed
from lucky_link.story.scene import Scene

PORTALS = {"A": "/association/", "E": "/entreprise/"}
DOORS = {"A": "Inscrire mon association", "E": "Inscrire mon entreprise"}
OWN_PAGES = {"A": "/association/notre-association/", "E": "/entreprise/notre-entreprise/"}
CODE = r"Votre code\s*:\s*(\S+)"
# An authenticator application shows each code for so many seconds; a slow page needs some of them.
PERIOD, TYPING = 30, 5


def play(scene: Scene) -> None:
    """Bring everybody in. Raises StepFailed."""
    with scene.step(f"{scene.broker.name} becomes a broker, with a second factor"):
        _enrol_broker(scene)
    for party, organisation in scene.parties.items():
        with scene.step(f"{organisation.people[0].name} registers {organisation.name}"):
            _register(scene, party, organisation)
        for person in organisation.people[1:]:
            with scene.step(f"{person.name} is invited and joins"):
                _join(scene, person)
        with scene.step(f"{organisation.name} records who may sign for it"):
            _give_mandates(scene, party, organisation)
    for organisation in (scene.association, scene.company):
        with scene.step(f"{scene.broker.name} verifies {organisation.name}"):
            _verify(scene, organisation)


def one_time_code(secret: str) -> str:
    """Return the code that an authenticator application shows for a secret, with time left to type it."""
    left = PERIOD - time.time() % PERIOD
    if left < TYPING:
        time.sleep(left)
    counters = list(yield_hotp_counters_from_time())
    return str(format_hotp_value(hotp_value(secret, counters[len(counters) // 2])))


def _enrol_broker(scene: Scene) -> None:
    browser = scene.browser(scene.broker)
    browser.open(scene.house.enrol(scene.broker))
    browser.press("Créer mon compte et accepter")
    _sign_up(scene, browser, scene.broker)
    browser.press("Accepter l’invitation")
    browser.follow("Ajouter une application")
    _prove(scene, browser)
    secret = browser.given("#authenticator_secret", "value")
    browser.press("Ajouter l’application", {"code": one_time_code(secret)})
    scene.keys[scene.broker.email] = secret
    browser.open("/passeur/")


def _prove(scene: Scene, browser: Browser) -> None:
    """Prove again who it is where the page asks for it: before a factor, a role, a mandate."""
    if browser.address.startswith(f"{scene.house.address}/compte/reauthenticate/"):
        browser.press("Confirmer", {"password": scene.password})


def _sign_up(scene: Scene, browser: Browser, person: Person) -> None:
    account: Typed = {
        "full_name": person.name,
        "email": person.email,
        "password1": scene.password,
        "language": "fr",
    }
    browser.press("Créer mon compte", account)
    browser.press("Confirmer", {"code": scene.mailed(person, CODE)})


def _register(scene: Scene, party: str, told: Organisation) -> None:
    founder = told.people[0]
    browser = scene.browser(founder)
    browser.open("/inscription/")
    browser.follow(DOORS[party])
    _sign_up(scene, browser, founder)
    browser.press("Continuer vers les pièces", {**_identity(party, told), **_presentation(party, told)})
    browser.press("Continuer vers les personnes")
    for colleague in told.people[1:]:
        guest: Typed = {"full_name": colleague.name, "email": colleague.email, **_roles(colleague)}
        browser.press("Envoyer l’invitation", guest)
    browser.press("Continuer vers les règles")
    browser.press("Transmettre au passeur", {"accepted": True})
    browser.open(f"{OWN_PAGES[party]}profil/")
    browser.press("Enregistrer le profil", _profile(party, told))
    browser.open(PORTALS[party])


def _identity(party: str, told: Organisation) -> Typed:
    place = {"name": told.name, "city": told.city}
    if party == "E":
        return {**place, "siren": told.siren, "siret": told.siret}
    if told.rna:
        return {**place, "kind": "rna", "rna": told.rna, "siren": told.siren}
    if not told.court:
        return {**place, "kind": "siren", "siren": told.siren}
    return {
        **place,
        "kind": "court",
        "court": told.court,
        "court_volume": told.court_volume,
        "court_folio": told.court_folio,
        "siren": told.siren,
    }


def _presentation(party: str, told: Organisation) -> Typed:
    if party == "E":
        return {"purpose": told.purpose, "trade": told.trade, "declares": told.declares}
    return {"purpose": told.purpose}


def _profile(party: str, told: Organisation) -> Typed:
    if party == "E":
        return {"professional_body": told.professional_body}
    return {
        "member_count": str(told.member_count),
        "volunteer_hours": str(told.volunteer_hours),
        "ethics_summary": told.ethics,
    }


def _roles(person: Person) -> Typed:
    return {
        "is_referent": person.referent,
        "is_signatory": person.signatory,
        "is_administrator": person.administrator,
    }


def _join(scene: Scene, person: Person) -> None:
    browser = scene.browser(person)
    browser.open(scene.mailed(person, r"(https?://\S+/invitation/\S+)"))
    browser.press("Créer mon compte et accepter")
    _sign_up(scene, browser, person)
    browser.press("Accepter l’invitation")


def _give_mandates(scene: Scene, party: str, told: Organisation) -> None:
    founder = told.people[0]
    browser = scene.browser(founder)
    browser.open(OWN_PAGES[party])
    browser.follow(founder.name)
    browser.press("Enregistrer les rôles", {**_roles(founder), "is_administrator": True})
    _prove(scene, browser)
    for person in told.people:
        if person.signatory:
            browser.open(OWN_PAGES[party])
            browser.follow(person.name)
            browser.follow("Donner un mandat")
            mandate: Typed = {
                "capacity": person.capacity or "Signataire",
                "basis": person.mandate or "Décision de l’organe compétent",
            }
            browser.press("Enregistrer le mandat", mandate)
            _prove(scene, browser)


def _verify(scene: Scene, told: Organisation) -> None:
    browser = scene.browser(scene.broker)
    browser.open("/passeur/verifications/")
    browser.follow(told.name)
    found = re.search(r"/verifications/([0-9a-f-]{36})/", browser.address)
    if found is None:
        raise Stopped(browser.address, f"this is not the page where {told.name} is verified")
    scene.keys[told.name] = found[1]
    results = browser.page.select('select[name^="result_"]')
    browser.press("Enregistrer les contrôles", {str(each["name"]): "ok" for each in results})
    browser.press("Déclarer vérifiée")
