"""The rounds of a case file: stances under seal, then replies and other wordings, then agreement."""

from __future__ import annotations

from lucky_link.demo.case_file import RemarkRecord
from partnerships.models import Answer, Round, Stance
from tests import make
from tests.browser.acts import typed
from tests.browser.acts.drafting import fill, keep_what_hurts
from tests.browser.acts.meeting import Seats
from tests.browser.visit import Visit


def last_round(seats: Seats) -> int:
    """Return the number of the last round in which somebody remarks on the text."""
    return max(remark.round for remark in seats.story.remarks)


def answer(seats: Seats, number: int) -> None:
    """Have both sides draft and seal; nobody reads the other before the opening."""
    for party, window in seats.parties:
        remarks = seats.story.remarks_of(party, number)
        _draft(window, seats, remarks, number=number)
        if party == "A":
            _nobody_else_reads(seats, number, remarks)
        _seal(window, seats, looks=number == 1)
    round_ = Round.objects.get(partnership=seats.case, question="criticism", number=number)
    assert round_.opened_at
    assert _stances(round_) == {
        (remark.clause, remark.party, remark.stance)
        for remark in seats.story.remarks
        if remark.round == number
    }


def _nobody_else_reads(seats: Seats, number: int, remarks: list[RemarkRecord]) -> None:
    """What the association drafts, and never said before, is on no page of the others."""
    before = {each.reason for each in seats.story.remarks if each.round < number}
    for remark in [each for each in remarks if each.reason not in before][:1]:
        for other in (seats.company, seats.broker):
            page = other.go(f"{seats.path('rounds')}?clause={remark.clause}")
            assert remark.reason not in page.content()


def _stances(round_: Round) -> set[tuple[int, str, str]]:
    rows = Answer.objects.filter(round=round_).exclude(stance=Stance.AGREE).order_by("pk")
    return set(rows.values_list("revision__clause__position", "party__code", "stance"))


def _seal(window: Visit, seats: Seats, *, looks: bool) -> None:
    window.go(seats.path("seal"))
    if looks:
        window.look()
    with window.page.expect_navigation():
        window.page.locator("main form .button").first.click()


def _draft(window: Visit, seats: Seats, remarks: list[RemarkRecord], *, number: int) -> None:
    """Write the remarks, then agree to each of the other clauses that are asked."""
    last = last_round(seats)
    for remark in remarks:
        window.go(f"{seats.path('rounds')}?clause={remark.clause}")
        choose(window, remark.stance)
        fields = {"reason": remark.reason, "proposed_text": remark.proposed_text}
        window.write({name: words for name, words in fields.items() if words}, within="form.answer")
        if number == last and remark is remarks[0]:
            window.look()
        window.send("Enregistrer et continuer", within="form.answer")
    page = window.go(seats.path("rounds"))
    if number in (1, last + 1):
        window.look()
    assert not page.locator("form[action$='/accord/']").count()
    while not page.locator(".answer-bar a[href$='/tours/sceller/']").count():
        _agree_to_the_next(window, is_first=number == 1)


def _agree_to_the_next(window: Visit, *, is_first: bool) -> None:
    """Agree to the clause that is asked; after the first round, the page says why it is asked again.

    Its changes are marked, or the changed clause it cites is named, or the party's own remark is in the form.
    """
    card = window.page.locator(".stack:has(> form.answer)")
    marked = card.locator("ins, del, .badge[data-status=doubt]")
    assert is_first or marked.first.is_visible() or card.locator("button[aria-pressed=true]").count()
    choose(window, "agree")


def choose(window: Visit, stance: str) -> None:
    """Press one of the four stances of the open clause."""
    with window.page.expect_navigation():
        window.page.locator(f"form.answer button[value={stance}]").click()


def rework(seats: Seats, number: int) -> None:
    """Reply to each remark, rewrite the clauses, keep what hurts with a reason, and ask again."""
    broker = seats.broker
    if number == last_round(seats):
        broker.go(seats.path("ask_again"))
        broker.send("Envoyer le texte à toutes les parties")
        assert broker.page.locator(".errors").is_visible()
    for redraft in (each for each in seats.story.redrafts if each.round == number):
        broker.go(seats.path("clause", make.clause_id(seats.case, redraft.clause)))
        heading = seats.story.clauses[redraft.clause - 1].heading
        fill(seats, *typed.of_redraft(redraft, heading))
        broker.send("Enregistrer la clause")
    _reply(seats, number)
    keep_what_hurts(seats, number)
    broker.go(seats.path("ask_again"))
    if number == 1:
        broker.look()
    broker.send("Envoyer le texte à toutes les parties")
    assert Round.objects.filter(question="criticism", opened_at=None).exists(), broker.page.content()


def _reply(seats: Seats, number: int) -> None:
    broker = seats.broker
    remarks = [each for each in seats.story.remarks if each.round == number]
    for remark in remarks:
        page = broker.go(f"{seats.path('rounds')}?etat=ouvertes")
        shown = make.number(seats.case, remark.clause)
        decision = page.locator(f"article.arbitration[data-clause='{shown}']").first
        outcome, words = seats.story.reply_to(remark)
        done = decision.locator("input[value=done]")
        (done if done.count() and outcome != "not" else decision.locator("input[type=radio]").last).check()
        decision.locator("textarea[name$='-text']").fill(words)
        if number == last_round(seats) and remark is remarks[0]:
            broker.look()
        with page.expect_navigation():
            decision.get_by_role("button").click()


def agree(seats: Seats) -> None:
    """Read the last changes and agree; the picture of the rounds shows how it came together."""
    for _party, window in seats.parties:
        _draft(window, seats, [], number=last_round(seats) + 1)
        _seal(window, seats, looks=False)
    page = seats.broker.open(seats.path("rounds"))
    assert page.locator(".chart svg title").first.text_content()
