"""Register everybody over HTTP: the broker, both organisations and their colleagues; then verify them."""

from __future__ import annotations

import re
import time

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time

from lucky_link.demo.cast import CastOrganisation, Person
from lucky_link.demo.http.browser import Browser, FormValues, Stopped
from lucky_link.demo.http.session import Session

PORTALS = {"A": "/association/", "E": "/entreprise/"}
REGISTRATION_LINKS = {"A": "Inscrire mon association", "E": "Inscrire mon entreprise"}
ORGANISATION_PAGES = {"A": "/association/notre-association/", "E": "/entreprise/notre-entreprise/"}
CODE_PATTERN = r"Votre code\s*:\s*(\S+)"
# Seconds for which a one-time code is valid, and seconds that sending it may take.
TOTP_PERIOD, TOTP_MARGIN = 30, 5


def register_all(session: Session) -> None:
    """Register the broker and both organisations, and verify these. Raises StepFailed."""
    script = session.script
    with session.step(f"{script.broker.name} becomes a broker, with a second factor"):
        _enrol_broker(session)
    for party, organisation in script.parties.items():
        founder, *colleagues = organisation.people
        with session.step(f"{founder.name} registers {organisation.name}"):
            _register(session, party, organisation)
        for person in colleagues:
            with session.step(f"{person.name} is invited and joins"):
                _join(session, person)
        with session.step(f"{organisation.name} records who may sign for it"):
            _record_mandates(session, party, organisation)
    for organisation in script.parties.values():
        with session.step(f"{script.broker.name} verifies {organisation.name}"):
            _verify(session, organisation)


def one_time_code(secret: str) -> str:
    """Return the current one-time code of a secret, with enough time left to send it."""
    left = TOTP_PERIOD - time.time() % TOTP_PERIOD
    if left < TOTP_MARGIN:
        time.sleep(left)
    counters = list(yield_hotp_counters_from_time())
    return str(format_hotp_value(hotp_value(secret, counters[len(counters) // 2])))


def _enrol_broker(session: Session) -> None:
    broker = session.script.broker
    browser = session.browser(broker)
    browser.open(session.product.invite_broker(broker))
    browser.press("Créer mon compte et accepter")
    _sign_up(session, browser, broker)
    browser.press("Accepter l’invitation")
    browser.follow("Ajouter une application")
    _reauthenticate(session, browser)
    secret = browser.attribute("#authenticator_secret", "value")
    browser.press("Ajouter l’application", {"code": one_time_code(secret)})
    session.totp_secrets[broker.email] = secret
    browser.open("/passeur/")


def _reauthenticate(session: Session, browser: Browser) -> None:
    """Enter the password again if the page asks for it: before a factor, a role or a mandate."""
    if browser.address.startswith(f"{session.product.address}/compte/reauthenticate/"):
        browser.press("Confirmer", {"password": session.password})


def _sign_up(session: Session, browser: Browser, person: Person) -> None:
    account: FormValues = {
        "full_name": person.name,
        "email": person.email,
        "password1": session.password,
        "language": "fr",
    }
    browser.press("Créer mon compte", account)
    browser.press("Confirmer", {"code": session.from_mail(person, CODE_PATTERN)})


def _register(session: Session, party: str, organisation: CastOrganisation) -> None:
    founder, *colleagues = organisation.people
    browser = session.browser(founder)
    browser.open("/inscription/")
    browser.follow(REGISTRATION_LINKS[party])
    _sign_up(session, browser, founder)
    identity = {**_identity(party, organisation), **_presentation(party, organisation)}
    browser.press("Continuer vers les pièces", identity)
    browser.press("Continuer vers les personnes")
    for colleague in colleagues:
        guest: FormValues = {"full_name": colleague.name, "email": colleague.email, **_roles(colleague)}
        browser.press("Envoyer l’invitation", guest)
    browser.press("Continuer vers les règles")
    browser.press("Envoyer au passeur", {"accepted": True})
    browser.open(f"{ORGANISATION_PAGES[party]}profil/")
    browser.press("Enregistrer le profil", _profile(party, organisation))
    browser.open(PORTALS[party])


def _identity(party: str, organisation: CastOrganisation) -> FormValues:
    name = {"name": organisation.name, "city": organisation.city}
    if party == "E":
        return {**name, "siren": organisation.siren, "siret": organisation.siret}
    if organisation.rna:
        return {**name, "kind": "rna", "rna": organisation.rna, "siren": organisation.siren}
    if not organisation.court:
        return {**name, "kind": "siren", "siren": organisation.siren}
    return {
        **name,
        "kind": "court",
        "court": organisation.court,
        "court_volume": organisation.court_volume,
        "court_folio": organisation.court_folio,
        "siren": organisation.siren,
    }


def _presentation(party: str, organisation: CastOrganisation) -> FormValues:
    if party == "E":
        return {
            "purpose": organisation.purpose,
            "trade": organisation.trade,
            "declares": organisation.declares,
        }
    return {"purpose": organisation.purpose}


def _profile(party: str, organisation: CastOrganisation) -> FormValues:
    if party == "E":
        return {"professional_body": organisation.professional_body}
    return {
        "member_count": str(organisation.member_count),
        "volunteer_hours": str(organisation.volunteer_hours),
        "ethics_summary": organisation.ethics,
    }


def _roles(person: Person) -> FormValues:
    return {
        "is_referent": person.referent,
        "is_signatory": person.signatory,
        "is_administrator": person.administrator,
    }


def _join(session: Session, person: Person) -> None:
    browser = session.browser(person)
    browser.open(session.from_mail(person, r"(https?://\S+/invitation/\S+)"))
    browser.press("Créer mon compte et accepter")
    _sign_up(session, browser, person)
    browser.press("Accepter l’invitation")


def _record_mandates(session: Session, party: str, organisation: CastOrganisation) -> None:
    founder = organisation.people[0]
    browser = session.browser(founder)
    browser.open(ORGANISATION_PAGES[party])
    browser.follow(founder.name)
    browser.press("Enregistrer les rôles", {**_roles(founder), "is_administrator": True})
    _reauthenticate(session, browser)
    for person in organisation.people:
        if person.signatory:
            browser.open(ORGANISATION_PAGES[party])
            browser.follow(person.name)
            browser.follow("Donner un mandat")
            mandate: FormValues = {
                "capacity": person.capacity or "Signataire",
                "basis": person.mandate or "Décision de l’organe compétent",
            }
            browser.press("Enregistrer le mandat", mandate)
            _reauthenticate(session, browser)


def _verify(session: Session, organisation: CastOrganisation) -> None:
    browser = session.browser(session.script.broker)
    browser.open("/passeur/verifications/")
    browser.follow(organisation.name)
    match = re.search(r"/verifications/([0-9a-f-]{36})/", browser.address)
    if match is None:
        raise Stopped(browser.address, f"this is not the page where {organisation.name} is verified")
    session.organisation_ids[organisation.name] = match[1]
    results = browser.page.select('select[name^="result_"]')
    browser.press("Enregistrer les contrôles", {str(select["name"]): "ok" for select in results})
    browser.press("Vérifier l’inscription")
