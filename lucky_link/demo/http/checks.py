"""Checks after the last step: the sealed PDF, the reminders of late milestones, and the ledger."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlencode

from lucky_link.demo.case_file import MilestoneRecord
from lucky_link.demo.cast import Person
from lucky_link.demo.http.browser import Browser, Stopped
from lucky_link.demo.http.driver import CHARTER_PDF
from lucky_link.demo.http.session import Session

GENUINE = "Charte authentique"
# What the delivery log shows in place of the subject of a reminder that is not sent yet.
UNSENT_REMINDER = "Jalons et engagements, courriel non écrit"


def check_charter(session: Session) -> bytes:
    """Download the sealed PDF, have it verified without login, and return it. Raises StepFailed."""
    with session.step("The sealed PDF is fetched"):
        pdf = session.open_case(session.script.signatory("A"), "charte/").download(CHARTER_PDF)
    with session.step("A stranger has the PDF verified: genuine"):
        browser = Browser(session.product.address)
        browser.open("/verifier/")
        browser.upload("pdf", pdf, "Vérifier")
        if not browser.has(GENUINE):
            raise Stopped(browser.address, " ".join(browser.texts("main [role=status]")))
    return pdf


def check_reminders(session: Session) -> None:
    """Check that the owner of each late milestone is reminded, else that a reminder is planned.

    Raises StepFailed.
    """
    open_milestones = [milestone for milestone in session.script.case.milestones if not milestone.is_done]
    late = [milestone for milestone in open_milestones if milestone.day < 0]
    for milestone in late:
        due = session.today + timedelta(days=milestone.day)
        with session.step(f"{milestone.code}, “{milestone.title}”, was due on {due}: its owner is reminded"):
            session.write(f"{_reminder(session, milestone)} ... ")
    if open_milestones and not late:
        with session.step("No milestone is late; the next reminder is planned"):
            browser = session.open_case(session.script.broker, "suivi/")
            if not browser.has("Prochain rappel"):
                raise Stopped(browser.address, "no reminder is planned")


def check_ledger(session: Session) -> None:
    """Have both parties verify the ledger. Raises StepFailed."""
    with session.step("Both parties verify the ledger"):
        for party in session.script.parties:
            browser = session.open_case(session.script.representative(party), "journal/")
            browser.follow("Vérifier la chaîne")
            if not browser.has("vérifiée", "main [role=status] .badge"):
                raise Stopped(browser.address, " ".join(browser.texts("main aside")))


def _reminder(session: Session, milestone: MilestoneRecord) -> str:
    """Return the state of the reminder to the owner in the delivery log: sent, or planned."""
    owner = session.script.milestone_owner(milestone)
    browser = session.browser(session.script.broker)

    def look() -> str | None:
        pending = _logged_mail(browser, owner, "pending", UNSENT_REMINDER)
        # A subject may be cut short inside the title of a milestone.
        return pending or _logged_mail(browser, owner, "sent", f"{milestone.code} ")

    row = session.wait_for(look, f"a reminder of {milestone.code} to {owner.email}")
    if UNSENT_REMINDER not in row:
        return f"sent to {owner.email}"
    browser.follow(UNSENT_REMINDER, within="main tbody")
    planned = browser.texts(".facts dt:-soup-contains('Prochain essai') + dd")
    if not planned or not browser.has("milestone-reminder", ".facts"):
        raise Stopped(browser.address, "this is no reminder of a milestone that will leave")
    return f"planned for {owner.email}, {planned[0]}"


def _logged_mail(browser: Browser, person: Person, state: str, text: str) -> str | None:
    """Return the first row of the delivery log with a mail to a person in a state that contains `text`."""
    browser.open(f"/passeur/courrier/?{urlencode({'q': person.email, 'state': state})}")
    return next((row for row in browser.texts("main tbody tr") if text in row), None)
