"""Take the steps of a case over HTTP, in the pages of the product; everything happens today."""

from __future__ import annotations

import re
from urllib.parse import urlencode

from lucky_link.demo.case_file import (
    AcceptedRisk,
    ClauseRecord,
    CommitmentKept,
    Filing,
    MilestoneRecord,
    NoteRecord,
    PaymentMade,
    PostponementRecord,
    QuestionnaireRecord,
    Redraft,
    RemarkRecord,
)
from lucky_link.demo.cast import Person
from lucky_link.demo.http import following
from lucky_link.demo.http.browser import Browser, FormValues, Stopped, text_in
from lucky_link.demo.http.form_values import clause_values, envelope_values, redraft_values
from lucky_link.demo.http.registration import one_time_code
from lucky_link.demo.http.session import Session
from lucky_link.demo.references import envelope_line
from partnerships.charter.numbering import clause_numbers
from partnerships.charter.texts import Heading

SUBMIT_TEXT = "Envoyer le texte à toutes les parties"
AGREE_TO_UNCHANGED = "Accepter de nouveau"
SAVE_ANSWER = "Enregistrer et continuer"
AGREE = "Accord"
READ_AND_SEAL = "Relire"
SEAL_ENVELOPE = "Sceller"
CHARTER_PDF = "Ouvrir la charte (PDF)"


class HttpDriver:
    """Plays one case in the browsers of a session. Every method raises Stopped when a page refuses."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.script = session.script
        self.case = session.script.case
        self.broker = session.script.broker
        headings = sorted(Heading[clause.heading] for clause in self.case.clauses)
        self._numbers = clause_numbers(enumerate(headings, 1))

    def open_case(self) -> None:
        browser = self.session.browser(self.broker)
        browser.open("/passeur/dossiers/nouveau/")
        ids = self.session.organisation_ids
        values: FormValues = {
            "title": self.case.title,
            "associations": (ids[self.script.association.name],),
            "companies": (ids[self.script.company.name],),
        }
        browser.press("Ouvrir le dossier", values)
        match = re.search(r"/dossiers/([^/]+)/", browser.address)
        if match is None:
            raise Stopped(browser.address, "the case has no address of its own")
        self.session.reference = match[1]

    def describe_case(self) -> None:
        values = {
            "title": self.case.title,
            "plain_words": self.case.plain_words,
            "evidence_of_need": self.case.evidence_of_need,
            "broker_interests": self.case.broker_interests,
        }
        self._open(self.broker, "cadrage/").press("Enregistrer", values)

    def write_note(self, note: NoteRecord) -> None:
        name = self.script.parties[note.party].name
        browser = self._open(self.script.author(note.party, note.author), "dialogue/")
        for thread in browser.page.select("section[id^=fil-]"):
            if name in text_in(thread):
                section = f"#{thread['id']}"
                field = browser.attribute(f"{section} textarea", "name")
                browser.press("Ajouter le message", {field: note.text}, within=section)
                return
        raise Stopped(browser.address, f"no private thread of {name} is open here")

    def start_preparation(self) -> None:
        self._open(self.broker, "cadrage/").press("Passer à la rédaction")

    def ask_expectations(self) -> None:
        days = {"days": str(self.case.calendar.asked_for)}
        self._open(self.broker, "attentes/").press("Envoyer la question à toutes les parties", days)

    def skip_expectations(self) -> None:
        values = {"reason": self.case.expectations_skipped}
        self._open(self.broker, "attentes/").press("Passer cette étape", values)

    def fill_envelope(self, filing: Filing) -> None:
        author = self.script.author(filing.party, filing.author)
        for part, rows in envelope_values(filing, self.session.today).items():
            browser = self._open(author, "attentes/")
            # The page always shows one blank row after the saved ones.
            for number, row in enumerate(rows):
                values = {f"{part}-{number}-{name}": value for name, value in row.items()}
                browser.press("Enregistrer le brouillon", values, within=f"#partie-{part}")

    def seal_envelope(self, filing: Filing) -> None:
        author = self.script.author(filing.party, filing.author)
        self._open(author, "attentes/sceller/").press("Sceller")

    def write_clauses(self) -> None:
        if self.case.calendar.asked is not None:
            browser = self._open(self.broker, "attentes/")
            if not browser.has("Attentes ouvertes le"):
                raise Stopped(browser.address, "an envelope is not sealed yet, so nothing is open")
        for clause in self.case.clauses:
            self._add_clause(clause)

    def _add_clause(self, clause: ClauseRecord) -> None:
        lines = self._line_ids(clause)
        browser = self._open(self.broker, "redaction/")
        browser.follow("Ajouter une clause", within=f"#rubrique-{Heading[clause.heading]:d}")
        if lines:
            browser.open(f"{browser.address}?{urlencode([('ligne', line_id) for line_id in lines])}")
        browser.press("Ajouter la clause", clause_values(browser, clause, self.session.today))

    def _line_ids(self, clause: ClauseRecord) -> list[str]:
        """Return the ids of the envelope lines that a clause is written from, from the comparison page."""
        if not clause.written_from:
            return []
        browser = self._open(self.broker, "attentes/")
        return [self._line_id(browser, reference) for reference in clause.written_from]

    def _line_id(self, browser: Browser, reference: str) -> str:
        line = envelope_line(reference)
        if line is not None:
            text = " ".join(self.case.filed_text(line).split())
            name = self.script.parties[line.party].name
            for row in browser.page.select("ul.filed > li:has(a[href*='?ligne='])"):
                column = row.find_parent("div")
                if text in text_in(row) and column is not None and name in text_in(column):
                    return str(row.select("a[href*='?ligne=']")[0]["href"]).rpartition("ligne=")[2]
        raise Stopped(browser.address, f"{reference!r} is not among what was opened")

    def accept_risk(self, risk: AcceptedRisk) -> None:
        browser = self._open(self.broker, "redaction/")
        browser.follow("Garder malgré tout", within=f"[id='risque-{self._numbers[risk.clause]}-{risk.rule}']")
        browser.press("Garder la clause, en expliquant pourquoi", {"reason": risk.reason})

    def open_negotiation(self) -> None:
        browser = self._open(self.broker, "redaction/")
        browser.follow("Ouvrir la négociation")
        browser.press(SUBMIT_TEXT)

    def open_next_round(self) -> None:
        self._open(self.broker, "tours/nouveau/").press(SUBMIT_TEXT)

    def answer(self, party: str, number: int) -> None:
        person = self.script.representative(party)
        for remark in self.case.remarks_of(party, number):
            values = {
                "stance": remark.stance,
                "reason": remark.reason,
                "proposed_text": remark.proposed_text,
            }
            browser = self._open(person, f"tours/?clause={remark.clause}")
            browser.press(SAVE_ANSWER, values, within="form.answer")
        browser = self._open(person, "tours/")
        if any(button.startswith(AGREE_TO_UNCHANGED) for button in browser.texts("main button")):
            browser.press(AGREE_TO_UNCHANGED)
        while not browser.has_link(READ_AND_SEAL):
            # The page opens the next clause without an answer.
            if browser.page.select_one("form.answer") is None:
                raise Stopped(
                    browser.address, "no clause waits for an answer, and the envelope cannot be sealed"
                )
            browser.press(AGREE, within="form.answer")

    def seal_answer(self, party: str) -> None:
        browser = self._open(self.script.representative(party), "tours/")
        browser.follow(READ_AND_SEAL)
        browser.press(SEAL_ENVELOPE)

    def reply_and_redraft(self, number: int) -> None:
        for redraft in self.case.redrafts:
            if redraft.round == number:
                self._redraft(redraft)
        for remark in self.case.remarks:
            if remark.round == number:
                self._reply(remark)

    def _reply(self, remark: RemarkRecord) -> None:
        outcome, text = self.case.reply_to(remark)
        browser = self._open(self.broker, "tours/")
        name = self.script.parties[remark.party].name
        for element in browser.page.select(
            f"article[data-clause='{self._numbers[remark.clause]}']:has(button)"
        ):
            if name in element.get_text(" "):
                answer_id = str(element["id"]).removeprefix("decision-")
                offered = [str(each["value"]) for each in element.select("input[type=radio]")]
                decision = "done" if "done" in offered and outcome != "not" else offered[-1]
                values = {f"{answer_id}-decision": decision, f"{answer_id}-text": text}
                browser.press("Envoyer la décision", values, within=f"#{element['id']}")
                return
        raise Stopped(browser.address, f"no remark of {name} waits for a reply")

    def _redraft(self, redraft: Redraft) -> None:
        browser = self._open(self.broker, f"tours/?clause={redraft.clause}")
        browser.follow("Modifier la clause")
        browser.press("Enregistrer la clause", redraft_values(browser, redraft))

    def freeze(self) -> None:
        self._open(self.broker, "redaction/").press("Figer le texte")

    def sign(self, party: str) -> None:
        self._sign(self.script.signatory(party), "Signer la charte", self.session.password)

    def countersign(self) -> None:
        code = one_time_code(self.session.totp_secrets[self.broker.email])
        self._sign(self.broker, "Contresigner en témoin", code)

    def _sign(self, person: Person, button: str, secret: str) -> None:
        consent: FormValues = {
            "has_read": True,
            "consents": True,
            "typed_name": person.name,
            "secret": secret,
        }
        self._open(person, "charte/signer/").press(button, consent)

    def seal_charter(self) -> None:
        """Wait until the worker has sealed the charter."""
        signatory = self.script.signatory("A")
        self.session.wait_for(
            lambda: self._open(signatory, "charte/").has_link(CHARTER_PDF), "the sealed charter"
        )

    def complete(self, milestone: MilestoneRecord) -> None:
        following.complete(self.session, milestone)

    def keep(self, kept: CommitmentKept) -> None:
        following.keep(self.session, kept)

    def ask_postponement(self, postponement: PostponementRecord) -> None:
        following.ask_postponement(self.session, postponement)

    def accept_postponement(self, postponement: PostponementRecord) -> None:
        following.accept_postponement(self.session, postponement)

    def pay(self, payment: PaymentMade) -> None:
        following.pay(self.session, payment)

    def receive(self, payment: PaymentMade) -> None:
        following.receive(self.session, payment)

    def ask_questionnaire(self, questionnaire: QuestionnaireRecord) -> None:
        following.ask_questionnaire(self.session, questionnaire)

    def answer_questionnaire(self, questionnaire: QuestionnaireRecord, party: str) -> None:
        following.answer_questionnaire(self.session, questionnaire, party)

    def start_review(self) -> None:
        self._open(self.broker, "cloture/").press("Ouvrir le bilan")

    def close(self) -> None:
        reason = self.case.incomplete_reason
        fields = {"lessons": self.case.lessons, "incomplete_reason": reason}
        self._open(self.broker, "cloture/").press("Clore le dossier", fields)

    def _open(self, person: Person, page: str) -> Browser:
        return self.session.open_case(person, page)
