"""Moving clauses: numbering, references and agreements."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from ledger.models import Entry
from partnerships.charter import snapshot as charter_snapshot
from partnerships.charter.references import cited_keys, marker, resolved
from partnerships.charter.texts import Heading
from partnerships.drafting.actions import amendments, clause_order, risks
from partnerships.drafting.actions import clauses as drafting
from partnerships.lifecycle import Case, Edition, TransitionNotAllowed
from partnerships.models import Clause, Stance
from partnerships.signing.actions import freezing
from partnerships.text import agreement
from partnerships.text import references as citing
from partnerships.text.references import number_of
from tests import dialogue, make
from tests.make import NOON

pytestmark = pytest.mark.django_db


def address(case, name="drafting", *args):
    return reverse(f"partnerships:{name}", args=[case.reference, *args])


def texts(case):
    return agreement.clauses_of(make.roadmap(case))


def add(case, cast, title, body="Un texte.", *, gloss="", heading=Heading.DISPUTES):
    wording = drafting.Wording(title=title, body=body, plain_words=gloss)
    return drafting.add_clause(
        partnership_id=case.pk, broker=cast.nora, heading=heading, wording=wording, at=NOON
    )


def order(case, heading=Heading.DISPUTES):
    return [(each.position, each.current.title) for each in texts(case) if each.heading == heading]


def keys(case, heading=Heading.DISPUTES):
    return [each.pk for each in texts(case) if each.heading == heading]


def move(case, cast, clause, to, seen=None):
    clause_order.move_clause(
        clause_id=clause.pk, broker=cast.nora, to=to, seen=seen or keys(case, clause.heading), at=NOON
    )


@pytest.fixture
def draft(cast):
    return make.partnership(cast, until=Edition.DRAFTING, clauses=0)


@pytest.fixture
def three(draft, cast):
    return [add(draft, cast, title) for title in ("Un", "Deux", "Trois")]


@pytest.mark.parametrize(
    ("moved", "to", "after"),
    [(2, 1, "Trois Un Deux"), (0, 3, "Deux Trois Un"), (0, 99, "Deux Trois Un"), (1, 3, "Un Trois Deux")],
)
def test_numbers_follow_a_clause_that_moves(draft, cast, three, moved, to, after):
    first = three[0].position
    move(draft, cast, three[moved], to)
    assert order(draft) == list(enumerate(after.split(), first))
    assert [each.position for each in texts(draft)] == list(range(1, len(texts(draft)) + 1))


def test_a_text_read_before_cites_the_numbers_of_today(draft, cast, three, enter):
    add(draft, cast, "Renvoi", f"Voir la {marker(three[2].key)}.", heading=Heading.TERM)
    browser, first, last = enter(cast.nora), number_of(three[0]), number_of(three[2])
    assert f"Voir la clause\u00a0{last}." in browser.get(address(draft, "roadmap")).content.decode()
    move(draft, cast, three[2], 1)
    assert f"Voir la clause\u00a0{first}." in browser.get(address(draft, "roadmap")).content.decode()


def test_one_move_is_one_entry_of_the_ledger(draft, cast, three):
    before, source, place = Entry.objects.count(), number_of(three[2]), number_of(three[0])
    move(draft, cast, three[2], 1)
    entry = Entry.objects.order_by("-pk")[:1].get()
    assert Entry.objects.count() == before + 1
    assert (entry.kind, entry.facts) == ("clause.move", {"clause": source, "place": place})


def test_a_move_to_the_same_position_is_refused(draft, cast, three):
    with pytest.raises(clause_order.PositionUnchanged):
        move(draft, cast, three[0], 0)


def test_a_move_from_a_stale_order_is_refused(draft, cast, three):
    seen = keys(draft)
    move(draft, cast, three[2], 1)
    with pytest.raises(clause_order.StaleClauseOrder):
        move(draft, cast, three[0], 3, seen=seen)


def test_a_move_keeps_the_agreements(cast):
    case = make.partnership(cast, until=Edition.AGREED, clauses=2)
    heading = texts(case)[-1].heading
    assert texts(case)[-2].heading == heading
    move(case, cast, texts(case)[-1], 1)
    assert make.roadmap(case).state == Edition.AGREED
    freezing.freeze(partnership_id=case.pk, broker=cast.nora, at=NOON)


def test_nothing_moves_once_the_text_is_frozen(cast):
    case = make.partnership(cast, until=Edition.SIGNING, clauses=2)
    with pytest.raises(TransitionNotAllowed):
        move(case, cast, texts(case)[-1], 1)
    with pytest.raises(TransitionNotAllowed):
        risks.keep_risk(
            clause_id=texts(case)[0].pk, broker=cast.nora, seen_number=1, code="R5", reason="Non.", at=NOON
        )


def test_the_second_broker_reads_who_moved_which_clause(draft, cast, three, enter):
    seen = "-".join(map(str, keys(draft)))
    first, second = enter(cast.oscar), enter(cast.nora)
    where = address(draft, "move_clause", three[2].pk)
    assert first.post(where, {"to": "2", "seen": seen}).status_code == 303
    page = second.post(where, {"to": "1", "seen": seen}, follow=True).content.decode()
    assert "Oscar Médian déplace la clause" in page
    assert [title for _number, title in order(draft)] == ["Un", "Trois", "Deux"]


@pytest.mark.parametrize("given", [{}, {"to": "x", "seen": "1"}, {"to": "1", "seen": "1-x"}])
def test_an_invalid_move_is_refused_with_a_message(draft, cast, three, enter, given):
    page = enter(cast.nora).post(address(draft, "move_clause", three[0].pk), given, follow=True)
    assert "Cette place n’existe pas" in page.content.decode()


def test_a_reference_is_read_as_the_number_of_the_clause():
    body = f"Voir la {marker('ab12')} et la {marker('ff00')}."
    assert cited_keys(body) == {"ab12", "ff00"}
    assert resolved(body, {"ab12": "clause\u00a07"}) == "Voir la clause\u00a07 et la clause\u00a0?."
    assert cited_keys("Voir {clause:} et {clause:AB}.") == frozenset()


def test_a_reference_stays_right_when_the_cited_clause_moves(draft, cast, three, enter):
    add(draft, cast, "Renvoi", f"Comme le dit la {marker(three[2].key)}.", heading=Heading.TERM)
    browser, first, last = enter(cast.nora), number_of(three[0]), number_of(three[2])
    assert f"Comme le dit la clause\u00a0{last}." in browser.get(address(draft)).content.decode()
    move(draft, cast, three[2], 1)
    for page in ("drafting", "roadmap"):
        page_text = browser.get(address(draft, page)).content.decode()
        assert f"Comme le dit la clause\u00a0{first}." in page_text
        assert "{clause:" not in page_text


def test_a_reference_to_an_unknown_clause_is_refused(draft, cast, three):
    with pytest.raises(drafting.UnknownReference, match=r"\{clause:zz\}"):
        add(draft, cast, "Renvoi", "Voir {clause:zz}.")


def test_a_cited_clause_is_not_removed_and_who_cites_it_is_named(draft, cast, three, enter):
    """Cited in a gloss alone it is cited all the same; that it cites itself holds nothing up."""
    text = f"Voir la {marker(three[0].key)}."
    citer = add(draft, cast, "Renvoi", gloss=text, heading=Heading.TERM)
    own = drafting.Wording(title="Un", body=text)
    drafting.revise_clause(
        clause_id=three[0].pk, broker=cast.nora, seen_number=1, wording=own, reason="", at=NOON
    )
    browser = enter(cast.nora)
    page = browser.post(address(draft, "remove_clause", three[0].pk), follow=True).content.decode()
    assert f"{number_of(citer)} (Renvoi)" in page
    assert Clause.objects.get(pk=three[0].pk).position is not None
    assert [each.pk for each in citing.citing(three[0])] == [citer.pk]
    clause_order.remove_clause(clause_id=citer.pk, broker=cast.nora, at=NOON)
    clause_order.remove_clause(clause_id=three[0].pk, broker=cast.nora, at=NOON)
    with pytest.raises(drafting.UnknownReference):
        add(draft, cast, "Renvoi", f"Voir la {marker(three[0].key)}.")


def test_the_frozen_text_holds_numbers_and_the_amendment_keeps_the_reference(cast):
    case = make.partnership(cast, until=Edition.DRAFTING, clauses=0)
    cited = add(case, cast, "Citée")
    benefit = next(each for each in texts(case) if each.heading == Heading.PATIENT_BENEFIT)
    body = f"Voir la {marker(cited.key)} et la {marker(benefit.key)}."
    add(case, cast, "Renvoi", body, heading=Heading.TERM)
    for state in (Edition.NEGOTIATION, Edition.AGREED, Edition.SIGNING):
        make.STEPS[state](case, cast, 0, NOON)
    frozen = charter_snapshot.from_json(bytes(case.charters.get().canonical_json))
    (clause,) = [each for each in frozen.clauses if each.title == "Renvoi"]
    assert clause.body == f"Voir la clause\u00a0{number_of(cited)} et la clause\u00a0{number_of(benefit)}."
    for state in (Edition.SIGNED, Case.ACTIVE):
        make.STEPS[state](case, cast, 0, NOON)
    amendments.open_amendment(partnership_id=case.pk, broker=cast.nora, at=NOON)
    (copy,) = [each for each in texts(case) if each.current.title == "Renvoi"]
    assert copy.current.body == body
    assert {each.key for each in texts(case)} >= {cited.key, benefit.key}


def test_a_moved_clause_is_no_change_of_the_clause_that_cites_it(cast, enter):
    case = make.partnership(cast, until=Edition.DRAFTING, clauses=0)
    cited = [add(case, cast, title) for title in ("Un", "Deux")]
    citer = add(case, cast, "Renvoi", f"Voir la {marker(cited[1].key)}.", heading=Heading.TERM)
    make.STEPS[Edition.NEGOTIATION](case, cast, 0, NOON)
    dialogue.say(case, cast.ada, Stance.QUESTION, at=NOON)
    dialogue.agree(case, cast.carla, at=NOON)
    drafting.revise_clause(
        clause_id=citer.pk,
        broker=cast.nora,
        seen_number=1,
        wording=drafting.Wording(title="Renvoi", body=f"Voir aussi la {marker(cited[1].key)}."),
        reason="Plus clair.",
        at=NOON,
    )
    before = number_of(cited[0])
    move(case, cast, cited[1], 1)
    page = enter(cast.ada).get(address(case, "rounds")).content.decode()
    assert re.search(rf"<ins>[^<]*aussi[^<]*</ins>[^<]*la clause\u00a0{re.escape(before)}\.", page)
    assert "<del>" not in page


def test_a_reference_is_inserted_without_script_and_loses_nothing(draft, cast, three, enter):
    given = {"title": "Nouvelle", "body": "Voir", "reference": marker(three[1].key), "refer": "1"}
    answer = enter(cast.nora).post(address(draft, "new_clause", Heading.TERM), given)
    assert answer.status_code == 200
    assert f"Voir {marker(three[1].key)}</textarea>" in answer.content.decode()
    assert "Nouvelle" in answer.content.decode()
