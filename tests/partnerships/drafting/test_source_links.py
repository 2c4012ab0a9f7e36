"""Linking lines to an existing clause, without a change of its text or of the agreements to it."""

from __future__ import annotations

from html import unescape

import pytest

from ledger.models import Entry
from partnerships.charter.texts import Heading
from partnerships.drafting.actions import clauses, source_links
from partnerships.lifecycle import Edition
from partnerships.models import Answer, Clause, ClauseRevision, Line, Round
from partnerships.text import agreement, references
from tests import make
from tests.make import ago
from tests.partnerships.expectations import filing
from tests.partnerships.expectations.filing import address

pytestmark = pytest.mark.django_db
WORDS = "Publier un rapport que chacun comprend"


@pytest.fixture
def case(cast):
    return filing.opened(cast, at=ago(days=1))


def page_text(browser, url):
    return unescape(browser.get(url).content.decode())


def clause_of(case, heading=Heading.EXPECTATIONS):
    return Clause.objects.get(roadmap__partnership=case, heading=heading)


def lines_of(case):
    return list(Line.objects.filter(round__partnership=case).order_by("party__rank", "pk"))


def boxes(lines, seen=()):
    return {"seen": "-".join(str(each.pk) for each in seen)} | {f"line-{each.pk}": "on" for each in lines}


def negotiated(case, cast):
    """Put the text to the parties; the association agrees to all of it, and nothing opens yet."""
    make.STEPS[Edition.NEGOTIATION](case, cast, 1, ago())
    make.agree(case, cast.ada, at=ago())


def last(case):
    return Entry.objects.filter(subject_id=case.pk).latest("sequence")


def test_a_line_is_linked_during_a_round_and_agreements_stay(case, cast, enter):
    negotiated(case, cast)
    broker, clause, line = enter(cast.nora), clause_of(case), lines_of(case)[0]
    page = address(case, "tie_lines", clause.pk)
    assert f'href="{page}"' in page_text(broker, address(case, "drafting"))
    assert WORDS in page_text(broker, page)
    before = list(ClauseRevision.objects.order_by("pk").values())
    rounds = list(Round.objects.order_by("pk").values())
    assert broker.post(page, boxes([line])).status_code == 303
    assert list(ClauseRevision.objects.order_by("pk").values()) == before
    assert list(Round.objects.order_by("pk").values()) == rounds
    make.agree(case, cast.carla, at=ago())
    assert make.roadmap(case).state == Edition.AGREED
    assert Answer.objects.filter(revision=clause.current).count() == 2
    for person in (cast.nora, cast.ada):
        comparison = page_text(enter(person), address(case))
        assert "1 sur 4" in comparison
        assert f"#clause-{references.number_of(clause)}" in comparison
    drafting_text = page_text(enter(cast.nora), address(case, "drafting"))
    assert "clause reliée à 1 attente" in drafting_text
    assert "Modifier les attentes reliées" in drafting_text
    assert broker.post(page, boxes([], seen=[line])).status_code == 303
    assert not clause.written_from.exists()
    assert make.roadmap(case).state == Edition.AGREED


def test_the_ledger_names_linked_unlinked_and_added_lines(case, cast, enter):
    clause, (first, second, *_rest) = clause_of(case), lines_of(case)
    page = address(case, "tie_lines", clause.pk)
    broker = enter(cast.nora)
    broker.post(page, boxes([first]))
    fact = {"party": "A", "kind": "expectation", "number": 1, "words": WORDS}
    assert last(case).facts == {"edition": 1, "clause": "3.1", "lines": [fact], "untied": []}
    broker.post(page, boxes([second], seen=[first]))
    assert last(case).facts["untied"] == [fact]
    wording = clauses.Wording(title="Ici", body="Ceci.", line_ids=(first.pk,))
    clauses.add_clause(
        partnership_id=case.pk, broker=cast.nora, heading=Heading.PREAMBLE, wording=wording, at=ago()
    )
    assert last(case).facts["lines"] == [fact]
    page = page_text(enter(cast.carla), address(case, "ledger"))
    assert f"sans changer le texte, à «\u202f{WORDS}\u202f»." in page
    assert f"et la délie de «\u202f{WORDS}\u202f»." in page
    assert f"ajoute la clause 1.1, d’après «\u202f{WORDS}\u202f»." in page
    entry = page_text(enter(cast.carla), address(case, "ledger_entry", last(case).sequence))
    assert f"{cast.association.name}, attente 1, «\u202f{WORDS}\u202f»" in entry


def test_a_revision_records_only_the_lines_that_it_adds(case, cast):
    clause, (first, second, *_rest) = clause_of(case), lines_of(case)
    for number, taken in enumerate(((first.pk,), (first.pk, second.pk), ()), 1):
        wording = clauses.Wording(title=f"Titre {number}", body="Ceci.", line_ids=taken)
        clauses.revise_clause(
            clause_id=clause.pk, broker=cast.nora, seen_number=number, wording=wording, reason="", at=ago()
        )
    entries = Entry.objects.filter(subject_id=case.pk, kind="edition.revise").order_by("-sequence")[:3]
    assert [[each["words"] for each in entry.facts.get("lines", [])] for entry in entries] == [
        [],
        [second.text],
        [first.text],
    ]


def test_the_second_broker_gets_a_conflict_and_keeps_her_choices(case, cast, enter):
    clause, (first, second, *_rest) = clause_of(case), lines_of(case)
    source_links.set_source_lines(
        clause_id=clause.pk, broker=cast.oscar, seen=[], line_ids=[first.pk], at=ago()
    )
    broker, page = enter(cast.nora), address(case, "tie_lines", clause.pk)
    answer = broker.post(page, boxes([second]))
    content = unescape(answer.content.decode())
    assert answer.status_code == 422
    assert "Oscar Médian relie la clause" in content
    assert f'name="seen" value="{first.pk}"' in content
    assert f'name="line-{second.pk}" id="id_line-{second.pk}" checked' in content
    assert set(clause.written_from.all()) == {first}
    assert broker.post(page, boxes([second], seen=[first])).status_code == 303
    assert set(clause.written_from.all()) == {second}
    same = broker.post(page, boxes([second], seen=[second]))
    assert same.status_code == 422
    assert "déjà reliée" in unescape(same.content.decode())


def test_a_frozen_text_keeps_its_source_lines(cast, enter):
    case = make.partnership(cast, until=Edition.SIGNING)
    clause = agreement.clauses_of(make.roadmap(case))[0]
    broker, page = enter(cast.nora), address(case, "tie_lines", clause.pk)
    assert "Relier à des attentes" not in page_text(broker, address(case, "drafting"))
    assert "Le texte est figé" in page_text(broker, page)
    answer = broker.post(page, {"seen": ""})
    assert answer.status_code == 422
    assert "retirez-le d’abord" in unescape(answer.content.decode())


def test_a_line_of_another_case_cannot_be_linked(case, cast):
    other = make.partnership(cast, until=Edition.DRAFTING, title="Un autre dossier")
    clause = agreement.clauses_of(make.roadmap(other))[0]
    with pytest.raises(clauses.UnknownLine):
        source_links.set_source_lines(
            clause_id=clause.pk, broker=cast.nora, seen=[], line_ids=[lines_of(case)[0].pk], at=ago()
        )
