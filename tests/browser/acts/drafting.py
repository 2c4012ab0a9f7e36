"""The broker writes the text of a case file, clause by clause, and says why a risk is kept."""

from __future__ import annotations

from typing import Final

from playwright.sync_api import expect

from lucky_link.demo.actions.rounds import line_ids
from lucky_link.demo.case_file import ClauseRecord
from lucky_link.demo.references import CLAUSE_REFERENCE
from partnerships.charter.references import marker
from partnerships.charter.texts import Heading
from partnerships.drafting.queries import prefill
from partnerships.models import Clause as Clauses
from tests import make
from tests.browser.acts import typed
from tests.browser.acts.meeting import Seats

# The forms that hold the most: from the library, with lines taken up, money, the regulatory lists.
LOOKED_AT: Final = ("PREAMBLE", "EXPECTATIONS", "BUDGET", "TRANSPARENCY")


def write_the_text(seats: Seats) -> None:
    """Write each clause of the file from what the parties filed, or beginning with the library."""
    broker = seats.broker
    for number, clause in enumerate(seats.story.clauses, 1):
        typed_words, rows = typed.of_clause(clause, seats.today)
        _begin(seats, clause, is_blank=bool(rows))
        fill(seats, typed_words, rows)
        if clause.heading in LOOKED_AT:
            broker.look()
        broker.send("Ajouter la clause")
        assert broker.page.locator("article.clause").count() == number, broker.page.content()
    page = broker.open(seats.path("drafting"))
    titles = page.locator("article.clause header h3").all_inner_texts()
    assert [each.title in title for each, title in zip(seats.story.clauses, titles, strict=True)]
    assert "{" not in page.locator("#texte").inner_text()


def _begin(seats: Seats, clause: ClauseRecord, *, is_blank: bool) -> None:
    """Open the form of a clause with the lines it takes up; where it has no table, from the library."""
    taken = prefill.lines_query(line_ids(seats.case, clause))
    page = seats.broker.go(seats.path("shelf", Heading[clause.heading]) + taken)
    model = page.locator("article.clause a.button").first
    if is_blank or not model.count():
        seats.broker.go(seats.path("new_clause", Heading[clause.heading]) + taken)
    else:
        model.click()
        expect(page.locator("#id_body")).not_to_be_empty()


def fill(seats: Seats, given: typed.Typed, tables: dict[str, int]) -> None:
    """Add the rows that lack, type, and put each reference where the text has it."""
    page = seats.broker.page
    for table, many in tables.items():
        rows = page.locator(f"[id^='tableau-{table}-'] .typed-row")
        while rows.count() < many:
            before = rows.count()
            page.locator(f"[id^='tableau-{table}-'] button[name=add]").click()
            expect(rows).to_have_count(before + 1)
    first, *others = CLAUSE_REFERENCE.split(str(given["body"]))
    seats.broker.write({**given, "body": first}, within="#clause")
    page.locator("#id_body").evaluate(
        "field => field.setSelectionRange(field.value.length, field.value.length)"
    )
    for number, words in zip(others[::2], others[1::2], strict=True):
        key = Clauses.objects.get(pk=make.clause_id(seats.case, int(number))).key
        page.locator("select[id^='renvoi-']").select_option(marker(key))
        page.locator("[data-insert^='renvoi-']").click()
        page.keyboard.insert_text(words)


def keep_what_hurts(seats: Seats, number: int) -> None:
    """After a round, say why each clause that a rule stops goes on; the file has the reasons."""
    broker = seats.broker
    risks = [each for each in seats.story.keeps if each.round == number]
    for each in risks:
        broker.go(seats.path("keep_risk", make.clause_id(seats.case, each.clause), each.rule))
        broker.write({"reason": each.reason})
        if number == 0 and each is risks[0]:
            broker.look()
        broker.send("Garder la clause, en expliquant pourquoi")


def put_to_the_parties(seats: Seats) -> None:
    """A risk that nobody answers for stops the text; then it goes to all at once."""
    broker = seats.broker
    broker.open(seats.path("risks"))
    broker.open(seats.path("open_negotiation"))
    broker.send("Envoyer le texte à toutes les parties")
    assert make.roadmap(seats.case).state == "negotiation", broker.page.locator(".errors").inner_text()
