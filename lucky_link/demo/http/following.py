"""What follows the signature, in the pages: milestones, commitments, payments, questionnaires."""

from __future__ import annotations

from datetime import timedelta

from lucky_link.demo.case_file import (
    CommitmentKept,
    MilestoneRecord,
    PaymentMade,
    PostponementRecord,
    QuestionnaireRecord,
)
from lucky_link.demo.http.browser import Stopped
from lucky_link.demo.http.session import Session

FOLLOW_UP = "suivi/"
QUESTIONNAIRES = "points/"


def complete(session: Session, milestone: MilestoneRecord) -> None:
    """Have the owner declare a milestone done, and the other party confirm it."""
    row = f"#jalon-{milestone.code}"
    party = session.script.owner(milestone.code)
    text = milestone.evidence or milestone.indicator
    _give(session, party, row, "Déposer la preuve", text)


def keep(session: Session, kept: CommitmentKept) -> None:
    """Have a party declare its commitment kept, and the other party confirm it."""
    party = session.script.case.commitments[kept.commitment].party
    _give(session, party, f"#engagement-{kept.commitment}", "Déclarer tenu", kept.evidence)


def ask_postponement(session: Session, postponement: PostponementRecord) -> None:
    """Ask for the new day of a milestone; everything happens today, so that a past day is today's."""
    owner = session.script.representative(session.script.owner(postponement.milestone))
    browser = session.open_case(owner, FOLLOW_UP)
    browser.follow("Demander un report", within=f"#jalon-{postponement.milestone}")
    due_date = session.today + timedelta(days=max(postponement.until, 0))
    values = {"due_date": due_date.isoformat(), "reason": postponement.reason}
    browser.press("Demander le report", values)


def accept_postponement(session: Session, postponement: PostponementRecord) -> None:
    """Accept the open request for a milestone."""
    row = f"#jalon-{postponement.milestone}"
    other = session.script.other(session.script.owner(postponement.milestone))
    browser = session.open_case(session.script.representative(other), FOLLOW_UP)
    browser.follow("Accepter ou refuser", within=row)
    browser.press("Envoyer la réponse", {"answer": "accept"})
    if not browser.has("Accepté par", row):
        raise Stopped(browser.address, f"{postponement.milestone} is not shown as postponed")


def pay(session: Session, payment: PaymentMade) -> None:
    """Declare a payment paid on its day."""
    payer = session.script.representative(session.script.payer(payment))
    browser = session.open_case(payer, FOLLOW_UP)
    browser.follow(f"Indiquer le versement : {payment.label}")
    paid_on = session.today + timedelta(days=payment.paid)
    browser.press("Indiquer le versement", {"paid_on": paid_on.isoformat(), "reference": payment.reference})


def receive(session: Session, payment: PaymentMade) -> None:
    """Confirm, for the other party, that a payment came."""
    script = session.script
    browser = session.open_case(script.representative(script.other(script.payer(payment))), FOLLOW_UP)
    browser.follow(f"Confirmer la réception : {payment.label}")
    browser.press("Confirmer la réception")


def ask_questionnaire(session: Session, questionnaire: QuestionnaireRecord) -> None:
    """Ask both parties a questionnaire."""
    browser = session.open_case(session.script.broker, f"{QUESTIONNAIRES}demander/")
    browser.press("Envoyer la question à toutes les parties", {"question": questionnaire.question})


def answer_questionnaire(session: Session, questionnaire: QuestionnaireRecord, party: str) -> None:
    """Answer every item of the running questionnaire for a party, and seal its envelope."""
    browser = session.open_case(session.script.representative(party), QUESTIONNAIRES)
    codes = session.script.case.item_codes(questionnaire.question)
    values: dict[str, str] = {}
    for code, answer in questionnaire.given(party, codes).items():
        group = f"main [role=group][aria-label='{code}']"
        values[browser.attribute(f"{group} input[type=radio]", "name")] = answer["choice"]
        if reason := answer.get("reason"):
            values[browser.attribute(f"{group} textarea", "name")] = reason
    if comment := questionnaire.comments.get(party):
        values["comment"] = comment
    browser.press("Relire et sceller", values)
    browser.press("Sceller")


def _give(session: Session, party: str, row: str, link: str, text: str) -> None:
    """Have a party give the evidence of the subject in a row, and the other party confirm it."""
    script = session.script
    browser = session.open_case(script.representative(party), FOLLOW_UP)
    browser.follow(link, within=row)
    browser.press("Déposer la preuve", {"text": text})
    browser = session.open_case(script.representative(script.other(party)), FOLLOW_UP)
    browser.follow("Confirmer ou contester", within=row)
    browser.press("Envoyer la réponse", {"answer": "confirm"})
    if not browser.has("Fait", f"{row} .badge"):
        raise Stopped(browser.address, f"{row} is not shown as done")
