"""Payments of the signed text: due, declared by the payer, confirmed by the other party, summed for each side."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils.html import strip_tags
from pypdf import PdfReader

from ledger import queries as ledger
from ledger.record import Subject
from partnerships.case.next_step import Step
from partnerships.case.next_step_text import next_step_shown
from partnerships.case.status import statuses_of
from partnerships.charter.snapshot import from_json
from partnerships.charter.texts import BudgetLineText
from partnerships.following.actions import payments as actions
from partnerships.following.actions import projection
from partnerships.following.payment_list import table_of
from partnerships.following.queries.money import (
    PaymentState,
    case_money,
    organisation_money,
    payments_of,
    signed_cash,
)
from partnerships.lifecycle import Case
from partnerships.models import Payment
from partnerships.permissions import BrokerHasNoVoice
from tests import make
from tests.make import NOON

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
FIRST, SECOND = "À la signature", "Après l’enquête"


@pytest.fixture
def case(cast):
    return make.partnership(cast, until=Case.ACTIVE)


def payment(case, label=FIRST) -> Payment:
    return Payment.objects.with_due().get(partnership=case, label=label)


def pay(case, speaker, *, label=FIRST, days=0, at=NOON, reference="VIR-1"):
    proof = actions.PaymentProof((at + days * DAY).date(), reference)
    return actions.declare_paid(
        payment_id=payment(case, label).pk, partnership_id=case.pk, speaker=speaker, proof=proof, at=at
    )


def receive(case, speaker, *, label=FIRST, at=NOON):
    return actions.confirm_received(
        payment_id=payment(case, label).pk, partnership_id=case.pk, speaker=speaker, at=at
    )


def steps_of(case, user):
    status = statuses_of([case], NOON, user=user)[case.pk]
    return status.next_step.step, [each.title for each in status.awaited]


class TestAPayment:
    def test_without_a_milestone_is_due_from_the_signature(self, case, cast):
        assert payment(case).is_due
        assert steps_of(case, cast.dan) == (Step.PAY, [FIRST])
        case_status = statuses_of([case], NOON, user=cast.dan)[case.pk]
        assert next_step_shown(case_status, cast.dan, NOON).title == f"indiquer un versement, {FIRST}"

    def test_after_a_milestone_is_due_once_it_is_accepted(self, case, cast):
        given = make.complete(case, "J1", cast.ben, at=NOON)
        assert not payment(case, SECOND).is_due
        make.following.confirm(evidence_id=given.pk, speaker=cast.dan, at=NOON)
        assert payment(case, SECOND).is_due
        assert steps_of(case, cast.dan) == (Step.DELIVER, [FIRST, SECOND])

    def test_is_declared_by_its_payer_then_confirmed_by_the_other(self, case, cast):
        pay(case, cast.dan)
        assert steps_of(case, cast.carla)[1] == [FIRST]
        receive(case, cast.ben)
        row = payment(case)
        assert (row.paid_on, row.reference, row.received_at) == (NOON.date(), "VIR-1", NOON)
        kinds = [
            entry.kind for entry in ledger.entries(subject=Subject("case", case.pk)).order_by("-sequence")
        ]
        assert kinds[:2] == ["payment.receive", "payment.pay"]
        assert steps_of(case, cast.dan)[1] == []

    def test_is_not_declared_by_another_party(self, case, cast):
        with pytest.raises(actions.PaymentOfAnotherParty):
            pay(case, cast.ben)

    def test_is_not_confirmed_by_its_payer(self, case, cast):
        pay(case, cast.dan)
        with pytest.raises(actions.PaymentOfOwnParty):
            receive(case, cast.carla)

    def test_is_neither_declared_nor_confirmed_by_the_broker(self, case, cast):
        with pytest.raises(BrokerHasNoVoice):
            pay(case, cast.nora)

    def test_is_declared_once_and_confirmed_once(self, case, cast):
        pay(case, cast.dan)
        with pytest.raises(actions.PaymentIsDeclared):
            pay(case, cast.dan)
        receive(case, cast.ben)
        with pytest.raises(actions.PaymentIsNotDeclared):
            receive(case, cast.ben)

    def test_is_not_confirmed_before_it_is_declared(self, case, cast):
        with pytest.raises(actions.PaymentIsNotDeclared):
            receive(case, cast.ben)

    def test_is_no_longer_due_once_the_case_is_closed(self, cast):
        case = make.partnership(cast, until=Case.CLOSED)
        money = case_money(case, answering_party=None)
        assert {row.state for row in money.payments} == {PaymentState.UNPAID}
        assert money.parties[0].sums.due == 0
        rows = list(table_of(payments_of(case.parties.get(code="E").organisation)))
        assert [row[7] for row in rows[1:]] == ["non versé"] * len(money.payments)

    def test_is_not_paid_tomorrow(self, case, cast):
        with pytest.raises(actions.PaidInTheFuture):
            pay(case, cast.dan, days=1)


class TestTheMoney:
    def test_is_summed_for_the_payer_against_its_budget(self, case, cast):
        (company,) = case_money(case, answering_party=None).parties
        assert (company.party.code, company.budget) == ("E", 3_000_000)
        assert (company.sums.promised, company.sums.due, company.sums.paid) == (3_000_000, 1_500_000, 0)
        pay(case, cast.dan)
        (company,) = case_money(case, answering_party=None).parties
        assert (company.sums.due, company.sums.paid, company.sums.received) == (0, 1_500_000, 0)

    def test_of_an_organisation_is_that_of_all_its_cases(self, case, cast):
        other = make.partnership(cast, until=Case.ACTIVE, title="Autre")
        pay(other, cast.dan)
        receive(other, cast.ben)
        for organisation in (cast.company, cast.association):
            sums = organisation_money(organisation)
            assert (sums.promised, sums.due, sums.paid, sums.received) == (
                6_000_000,
                1_500_000,
                1_500_000,
                1_500_000,
            )

    def test_of_a_year_is_a_table_that_a_spreadsheet_does_not_run(self, case, cast):
        pay(case, cast.dan, reference="=1+1")
        heading, first, second = table_of(payments_of(cast.company, NOON.year))
        assert dict(zip(heading, first, strict=True))["Référence"] == "'=1+1"
        assert second[heading.index("Montant en euros")] == "15000,00"
        assert list(table_of(payments_of(cast.company, NOON.year + 1))) == [heading]

    def test_of_the_budget_has_the_vat_that_the_payer_bears(self, case):
        charter = case.charters.get()
        text = from_json(bytes(charter.canonical_json))
        line = BudgetLineText(
            label="Enquête", payer_key="E", amount_minor=100_000, vat="borne", vat_permille=200
        )
        given = replace(line, contribution="in_kind")
        assert signed_cash(replace(text, budget=(line, given))) == {"E": 120_000}
        recovered = replace(line, vat="recovered")
        assert signed_cash(replace(text, budget=(recovered, given))) == {"E": 100_000}


class TestTheMails:
    @pytest.fixture
    def case(self, people, sent):
        return make.partnership(people, until=Case.ACTIVE, at=NOON - DAY)

    def test_tell_what_is_due_what_is_declared_and_what_came(self, case, people, sent):
        sent(NOON - DAY)
        due = [key for key in sent(NOON) if key[0] == "payment-reminder"]
        assert {name for _kind, name in due} == {"Carla", "Dan"}
        pay(case, people.dan)
        declared = {key: mail for key, mail in sent(NOON).items() if key[0] == "payment-declared"}
        assert {name for _kind, name in declared} == {"Ada", "Ben", "Nora"}
        assert "VIR-1" in declared["payment-declared", "Ben"].text
        receive(case, people.ben, at=NOON + DAY)
        came = {name for kind, name in sent(NOON + DAY) if kind == "payment-received"}
        assert came == {"Carla", "Dan", "Nora"}


class TestThePages:
    """At the real clock, which pages read."""

    @pytest.fixture
    def case(self, cast):
        return make.partnership(cast, until=Case.ACTIVE, at=make.ago(days=3))

    def address(self, case, name="follow_up", *args):
        return reverse(f"partnerships:{name}", args=[case.reference, *args])

    def read(self, browser, address):
        return " ".join(strip_tags(browser.get(address).content.decode()).split())

    def test_a_payment_is_declared_confirmed_and_shown_on_both_homes(self, case, cast, enter):
        company, association = enter(cast.dan), enter(cast.ben)
        page = self.address(case, "pay", payment(case).pk)
        assert page in company.get(reverse("companies:home")).content.decode()
        today = make.ago(days=0).date().isoformat()
        assert company.post(page, {"paid_on": "", "reference": "VIR-1"}).status_code == 422
        assert company.post(page, {"paid_on": today, "reference": "VIR-1"}).status_code == 303
        confirm = self.address(case, "receive", payment(case).pk)
        assert confirm in association.get(reverse("associations:home")).content.decode()
        assert association.post(confirm).status_code == 303
        assert "Payé 15 000 €" in self.read(company, reverse("companies:home"))
        assert "Reçu 15 000 €" in self.read(association, reverse("associations:home"))
        assert "Dû : 0 €. Payé : 15 000 €, dont reçu : 15 000 €." in self.read(company, self.address(case))

    def test_the_list_of_a_year_is_downloaded(self, case, cast, enter):
        year = make.ago(days=0).year
        answer = enter(cast.dan).get(reverse("partnerships:payment_list", args=[year]))
        assert answer["Content-Type"] == "text/csv; charset=utf-8"
        rows = list(csv.reader(answer.content.decode("utf-8-sig").splitlines(), delimiter=";"))
        assert FIRST in [row[4] for row in rows]
        assert enter(cast.nora).get(reverse("partnerships:payment_list", args=[year])).status_code == 404

    @pytest.mark.parametrize(
        ("language", "words"), [("fr", "Liste annuelle des versements"), ("en", "Annual list of payments")]
    )
    def test_the_list_of_a_year_is_a_pdf_in_both_languages(self, case, cast, enter, language, words):
        year = make.ago(days=0).year
        for person, heading in ((cast.dan, ("Engagé", "Committed")), (cast.ben, ("Promis", "Promised"))):
            browser = enter(person)
            browser.post(reverse("set_language"), {"language": language, "next": "/"})
            answer = browser.get(reverse("partnerships:payment_list_pdf", args=[year]))
            assert answer["Content-Type"] == "application/pdf"
            pdf = PdfReader(io.BytesIO(answer.content))
            text = " ".join("".join(page.extract_text() for page in pdf.pages).split())
            assert words in text
            assert heading[language == "en"] in text
            assert FIRST in text
            (attached,) = next(iter(pdf.attachments.values()))
            assert FIRST.encode() in attached
        empty = enter(cast.dan).get(reverse("partnerships:payment_list_pdf", args=[2019]))
        assert empty.status_code == 200


class TestChartersSignedBefore:
    """The payments of charters that were signed before payments were followed."""

    def test_they_are_written_once_with_what_they_were_signed_with(self, cast):
        case = make.partnership(cast, until=Case.ACTIVE)
        signed = sorted(case.payments.values_list("label", "amount_minor"))
        Payment.objects.filter(partnership=case).update(partnership=other_case(cast))
        assert projection.cases_without_payments() == [case.pk]
        call_command("project_payments", stdout=io.StringIO())
        assert sorted(case.payments.values_list("label", "amount_minor")) == signed
        written = io.StringIO()
        call_command("project_payments", stdout=written)
        assert written.getvalue() == "0 payments in 0 cases.\n"


def other_case(cast):
    return make.partnership(cast, title="Un autre dossier")
