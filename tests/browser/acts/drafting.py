"""The broker writes the text of a case file, clause by clause, and says why a risk is kept."""

from __future__ import annotations

from playwright.sync_api import expect

from lucky_link.casefile import Clause
from partnerships.charter.texts import Heading
from tests import make
from tests.browser.acts import typed
from tests.browser.acts.meeting import Seats


def write_the_text(seats: Seats) -> None:
    """Write each clause of the file, those that the library offers beginning with it."""
    broker = seats.broker
    for number, clause in enumerate(seats.story.clauses, 1):
        _begin(seats, clause)
        _fill(seats, clause)
        if number == 1 or typed.of_clause(clause, seats.today)[1]:
            broker.look()
        broker.send("Ajouter la clause")
        assert broker.page.locator("article.clause").count() == number, broker.page.content()
    page = broker.open(seats.path("drafting"))
    titles = page.locator("article.clause header h3").all_inner_texts()
    assert [each.title in title for each, title in zip(seats.story.clauses, titles, strict=True)]


def _begin(seats: Seats, clause: Clause) -> None:
    """Open the form of a clause: from the library where it has no table, else blank."""
    page = seats.broker.go(seats.path("shelf", Heading[clause.heading]))
    model = page.locator("article.clause a.button").first
    if typed.of_clause(clause, seats.today)[1] or not model.count():
        seats.broker.go(seats.path("new_clause", Heading[clause.heading]))
    else:
        model.click()
        expect(page.locator("#id_body")).not_to_be_empty()


def _fill(seats: Seats, clause: Clause) -> None:
    given, tables = typed.of_clause(clause, seats.today)
    page = seats.broker.page
    for table, many in tables.items():
        rows = page.locator(f"#tableau-{table} .typed-row")
        while rows.count() < many:
            before = rows.count()
            page.locator(f"#tableau-{table} button[name=add]").click()
            expect(rows).to_have_count(before + 1)
    seats.broker.write(given, within="#clause")


def keep_what_hurts(seats: Seats, number: int) -> None:
    """After a round, say why each clause that a rule stops goes on; the file has the reasons."""
    broker = seats.broker
    for each in (each for each in seats.story.keeps if each.round == number):
        broker.go(seats.path("keep_risk", make.clause_id(seats.case, each.clause), each.rule))
        broker.write({"reason": each.reason})
        if number == 0:
            broker.look()
        broker.send("Garder, en disant pourquoi")


def put_to_the_parties(seats: Seats) -> None:
    """A risk that nobody answers for stops the text; then it goes to all at once."""
    broker = seats.broker
    broker.open(seats.path("risks"))
    broker.open(seats.path("open_negotiation"))
    broker.send("Soumettre le texte à toutes les parties")
    assert make.roadmap(seats.case).state == "negotiation", broker.page.locator(".errors").inner_text()
