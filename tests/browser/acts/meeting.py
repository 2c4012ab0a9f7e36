"""Before the text: two briefs, an introduction, the canvas, the envelopes of expectations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from playwright.sync_api import Page, expect

from lucky_link.demo.actions.scoping import ScopingFile
from lucky_link.demo.case_file import CaseFile, Filing
from partnerships.models import Introduction, Partnership
from tests.browser.acts import typed
from tests.browser.visit import Visit


@dataclass(frozen=True, kw_only=True)
class Seats:
    """The three windows of a case, and what the files tell of it."""

    story: CaseFile
    scoping: ScopingFile
    today: date
    association: Visit
    company: Visit
    broker: Visit

    @property
    def parties(self) -> tuple[tuple[str, Visit], tuple[str, Visit]]:
        return ("A", self.association), ("E", self.company)

    @property
    def case(self) -> Partnership:
        return Partnership.objects.get()

    def filing(self, party: str) -> Filing:
        """Return what a party writes in its envelope."""
        return next(each for each in self.story.filings if each.party == party)

    def path(self, name: str, *args: object) -> str:
        """Return the path of a page of the case."""
        return reverse(f"partnerships:{name}", args=[self.case.reference, *args])


def write_briefs(seats: Seats) -> None:
    """Each side says what it looks for, in a draft that keeps itself; the evidence of the need comes later."""
    for window, name, button in (
        (seats.association, seats.story.association, "Décrire un besoin"),
        (seats.company, seats.story.company, "Décrire une intention de partenariat"),
    ):
        entry = next(each for each in seats.scoping.briefs if each.organisation == name)
        window.open(reverse("partnerships:briefs"))
        window.press(button)
        with window.page.expect_response(lambda answer: answer.request.method == "POST"):
            window.write({"title": entry.title})
            window.page.locator("[name=title]").blur()
        expect(window.page.locator("#garde")).to_contain_text(window.words("Brouillon enregistré le"))
        given = typed.of_brief(entry)
        given.pop("evidence", "")
        window.write(given)
        window.press("Publier (visible par les passeurs seulement)")


def introduce(seats: Seats) -> None:
    """The broker sees why they match and proposes; both say yes, and names are said."""
    broker = seats.broker
    page = broker.open(reverse("broker:matches"))
    expect(page.locator("article .facts")).to_be_visible()
    broker.follow(page.locator("article a.button"))
    broker.press("Proposer à toutes les organisations")
    place = reverse("partnerships:introduction", args=[Introduction.objects.get().pk])
    for window, name in (
        (seats.association, seats.story.company),
        (seats.company, seats.story.association),
    ):
        assert name not in window.open(place).content()
        window.write({"answer": "yes"})
        window.send("Répondre")
    for window, name in (
        (seats.association, seats.story.company),
        (seats.company, seats.story.association),
    ):
        assert name in window.open(place).content()
    broker.open(reverse("broker:introduction", args=[Introduction.objects.get().pk]))
    broker.write({"title": seats.story.title})
    broker.press("Ouvrir le dossier")


def scope(seats: Seats) -> None:
    """The canvas is filled; without the evidence of the need no text begins, and the page says so."""
    broker, story = seats.broker, seats.story
    boxes = next(each for each in seats.scoping.canvases if each.title == story.title)
    broker.open(seats.path("edit_canvas"))
    broker.write(typed.of_canvas(boxes))
    broker.press("Enregistrer le canevas")
    expect(broker.page.locator(".message[data-level=warning], .messages")).not_to_have_count(0)
    broker.go(seats.path("scoping"))
    broker.write({"plain_words": story.plain_words, "broker_interests": story.broker_interests})
    broker.send("Enregistrer")
    broker.press("Passer à la rédaction")
    assert seats.case.state == "scoping"
    broker.write({"evidence_of_need": story.evidence_of_need})
    broker.send("Enregistrer")
    broker.press("Passer à la rédaction")
    assert seats.case.state == "preparing"
    seats.association.open(seats.path("canvas"))


def compare_expectations(seats: Seats) -> None:
    """All are asked; each drafts alone and seals; opened together, the lines are compared and regrouped."""
    broker = seats.broker
    broker.open(seats.path("expectations"))
    broker.press("Envoyer la question à toutes les parties")
    for party, window in seats.parties:
        _draft(window, seats, party)
    for window, ignores in ((seats.company, "A"), (broker, "A"), (broker, "E")):
        page = window.go(seats.path("expectations"))
        assert not any(text in page.content() for text in _expected(seats, ignores))
    seats.association.open(seats.path("seal_expectations"))
    seats.association.press("Sceller l’enveloppe")
    seats.company.open(seats.path("seal_expectations"))
    seats.company.press("Sceller et ouvrir")
    page = seats.association.open(seats.path("expectations"))
    assert all(text in page.locator("main").inner_text() for text in _expected(seats, "E"))
    seats.company.open(seats.path("fingerprints", seats.case.rounds.get().pk))
    _regroup(seats)


def _expected(seats: Seats, party: str) -> list[str]:
    return [each.text for each in seats.filing(party).expectations]


def _draft(window: Visit, seats: Seats, party: str) -> None:
    """Fill each part, which keeps itself; a line more is asked for with its button."""
    page = window.open(seats.path("expectations"))
    for part, rows in typed.of_filing(seats.filing(party), seats.today).items():
        place = page.locator(f"#partie-{part}")
        for number, row in enumerate(rows):
            if number:
                place.locator("[name=add]").click()
                place.locator(f"[name='{part}-{number}-text']").wait_for()
            window.write({f"{part}-{number}-{name}": value for name, value in row.items()})
        if rows:
            _leave(page, part)
    window.look()


def _leave(page: Page, part: str) -> None:
    """Leave the last field of a part, and see that it is kept."""
    place = page.locator(f"#partie-{part}")
    with page.expect_response(lambda answer: f"/partie/{part}/" in answer.url):
        place.locator("textarea").last.focus()
        place.locator("textarea").last.blur()
    expect(page.locator(f"#etat-{part}")).not_to_be_empty()


def _regroup(seats: Seats) -> None:
    """Put the first line that stands apart in a group of its own name, from the list in the line."""
    broker, page = seats.broker, seats.broker.open(seats.path("regroup"))
    bins = page.locator(".bin")
    last = bins.count() - 1
    bins.first.locator("li select").first.select_option(str(last))
    broker.write({f"name-{last}": "Ce que l’on apprend", f"verdict-{last}": "complementary"})
    broker.send("Enregistrer les groupes")
    assert "Ce que l’on apprend" in broker.open(seats.path("expectations")).locator("main").inner_text()
