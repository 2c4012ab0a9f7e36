"""A clause goes back to a revision, is copied, split and joined; its rows follow, and nobody's agreement does."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from ledger.models import Entry
from partnerships.charter.references import marker
from partnerships.charter.texts import Heading
from partnerships.drafting.actions import clause_order, clause_parts
from partnerships.drafting.actions import clauses as drafting
from partnerships.drafting.actions.clauses import wording_of
from partnerships.history.queries import entry_sentences
from partnerships.lifecycle import Edition
from partnerships.models import Clause, ClausePosition, Line
from partnerships.rounds.actions.rounds import RoundIsRunning
from partnerships.text import agreement, references
from tests import make
from tests.make import NOON

pytestmark = pytest.mark.django_db

BODY = "Un.\n\n- a\n- b\n\nTrois."


@pytest.fixture
def draft(cast):
    return make.partnership(cast, until=Edition.DRAFTING)


@pytest.fixture
def agreed(cast):
    return make.partnership(cast, until=Edition.AGREED)


def address(case, name="drafting", *args):
    return reverse(f"partnerships:{name}", args=[case.reference, *args])


def placed(case, heading=None):
    clauses = agreement.clauses_of(make.roadmap(case))
    return [clause for clause in clauses if heading in (None, clause.heading)]


def add(case, cast, heading=Heading.DISPUTES, title="Parler d’abord", body=BODY, **wording):
    return drafting.add_clause(
        partnership_id=case.pk,
        broker=cast.nora,
        heading=heading,
        wording=drafting.Wording(title=title, body=body, **wording),
        at=NOON,
    )


def revise(case, cast, clause, body, **changes):
    current = Clause.objects.get(pk=clause.pk).current
    wording = wording_of(current)
    drafting.revise_clause(
        clause_id=clause.pk,
        broker=cast.nora,
        seen_number=current.number,
        wording=drafting.Wording(**{"title": wording.title, "body": body, "terms": wording.terms, **changes}),
        reason="Demandé.",
        at=NOON,
    )


def restore(cast, clause, number, *, seen, reason="Demandé par Ada."):
    return clause_parts.restore_revision(
        clause_id=clause.pk, broker=cast.nora, seen_number=seen, number=number, reason=reason, at=NOON
    )


def split(cast, clause, paragraph=2, *, seen=1, reason="Deux idées."):
    return clause_parts.split_clause(
        clause_id=clause.pk,
        broker=cast.nora,
        seen_number=seen,
        paragraph=paragraph,
        title="La suite",
        reason=reason,
        at=NOON,
    )


def join(cast, clause, *, seen=1, following=1, reason="Une idée."):
    return clause_parts.join_clauses(
        clause_id=clause.pk,
        broker=cast.nora,
        seen_number=seen,
        next_number=following,
        reason=reason,
        at=NOON,
    )


def last_sentence():
    return entry_sentences.sentence(Entry.objects.latest("sequence"))


def unagreed(case):
    """Return the clauses that some party still has to answer."""
    positions = ClausePosition.objects.filter(clause__roadmap=make.roadmap(case))
    agreeing = {
        (row.clause_id, row.party_id)
        for row in positions
        if row.is_signed or (row.stance == "agree" and row.is_current and not row.moved)
    }
    parties = [party.pk for party in case.parties.order_by("rank")]
    asked = agreement.asked_of(make.roadmap(case))
    return [clause.pk for clause in asked if any((clause.pk, party) not in agreeing for party in parties)]


def test_an_earlier_revision_comes_back_with_its_rows_as_a_new_one(draft, cast):
    (limits,) = placed(draft, Heading.LIMITS)
    first = wording_of(limits.current)
    revise(draft, cast, limits, "Sans limite.", terms=drafting.Terms())
    revision = restore(cast, limits, 1, seen=2)
    assert revision.number == 3
    assert wording_of(revision) == first
    assert first.terms.limits
    assert last_sentence() == f"revient à la version 1 de la clause {references.number_of(limits)}."


def test_nothing_is_restored_over_what_was_not_read_nor_to_no_effect(draft, cast):
    clause = add(draft, cast)
    revise(draft, cast, clause, "Autre.")
    with pytest.raises(drafting.StaleRevision):
        restore(cast, clause, 1, seen=1)
    with pytest.raises(drafting.RevisionUnchanged):
        restore(cast, clause, 2, seen=2)
    with pytest.raises(clause_parts.UnknownRevision):
        restore(cast, clause, 9, seen=2)


def test_a_code_given_away_meanwhile_keeps_a_revision_from_coming_back(draft, cast):
    (limits,) = placed(draft, Heading.LIMITS)
    terms = wording_of(limits.current).terms
    revise(draft, cast, limits, "Sans limite.", terms=drafting.Terms())
    add(draft, cast, Heading.LIMITS, "Les mêmes", terms=drafting.Terms(limits=terms.limits))
    with pytest.raises(clause_parts.CodeIsTaken, match=terms.limits[0].code):
        restore(cast, limits, 1, seen=2)


def test_agreement_to_the_revision_in_between_is_not_agreement_to_the_restored_one(agreed, cast):
    clause = placed(agreed)[0]
    assert unagreed(agreed) == []
    revise(agreed, cast, clause, "Entre-temps.")
    restore(cast, clause, 1, seen=2)
    assert unagreed(agreed) == [clause.pk]
    assert make.roadmap(agreed).state == Edition.NEGOTIATION


def test_a_copy_has_the_words_and_sources_and_no_row(draft, cast):
    (limits,) = placed(draft, Heading.LIMITS)
    rows = wording_of(limits.current).terms
    copy = clause_parts.copy_clause(clause_id=limits.pk, broker=cast.nora, at=NOON)
    assert [each.pk for each in placed(draft, Heading.LIMITS)] == [limits.pk, copy.pk]
    made, source = wording_of(copy.current), wording_of(limits.current)
    assert (made.title, made.body) == (f"{source.title} (copie)", source.body)
    assert made.terms == drafting.Terms()
    assert source.terms == rows
    assert list(copy.written_from.order_by("pk")) == list(limits.written_from.order_by("pk"))
    assert "sans ses lignes de tableau" in last_sentence()


def test_a_long_title_still_fits_when_copied(draft, cast):
    clause = add(draft, cast, title="x" * 160)
    copy = clause_parts.copy_clause(clause_id=clause.pk, broker=cast.nora, at=NOON)
    assert len(copy.current.title) == clause_parts.MAX_TITLE


@pytest.mark.parametrize(
    ("paragraph", "bodies"), [(2, ["Un.", "- a\n- b\n\nTrois."]), (3, ["Un.\n\n- a\n- b", "Trois."])]
)
def test_a_clause_is_split_before_the_chosen_paragraph(draft, cast, paragraph, bodies):
    add(draft, cast, title="Le juge")
    clause = add(draft, cast, title="À partager")
    second = split(cast, clause, paragraph)
    titles = [each.current.title for each in placed(draft, Heading.DISPUTES)][-3:]
    assert titles == ["Le juge", "À partager", "La suite"]
    assert [Clause.objects.get(pk=each.pk).current.body for each in (clause, second)] == bodies
    assert [each.position for each in placed(draft)] == list(range(1, len(placed(draft)) + 1))
    assert "reçoit la suite de la clause" in last_sentence()


@pytest.mark.parametrize("paragraph", [0, 1, 4])
def test_a_clause_is_not_split_where_there_is_no_second_part(draft, cast, paragraph):
    clause = add(draft, cast)
    with pytest.raises(clause_parts.NoSuchParagraph):
        split(cast, clause, paragraph)


def test_the_rows_of_a_split_clause_stay_with_the_first_part_and_its_sources_with_both(draft, cast):
    (limits,) = placed(draft, Heading.LIMITS)
    rows = wording_of(limits.current).terms
    revise(draft, cast, limits, BODY)
    limits.written_from.set(Line.objects.filter(round__partnership=draft))
    second = split(cast, limits, seen=2)
    first = Clause.objects.get(pk=limits.pk)
    assert wording_of(first.current).terms == rows
    assert wording_of(second.current).terms == drafting.Terms()
    assert set(second.written_from.all()) == set(first.written_from.all())
    assert second.responsible_id == first.responsible_id


def test_both_parts_of_a_split_clause_are_asked_again(agreed, cast):
    clause = placed(agreed)[0]
    revise(agreed, cast, clause, BODY)
    second = split(cast, clause, seen=2)
    assert unagreed(agreed) == [clause.pk, second.pk]


def test_two_clauses_are_joined_with_all_their_rows(draft, cast):
    (limits,) = placed(draft, Heading.LIMITS)
    first = wording_of(limits.current)
    other = drafting.Terms(red_lines=first.terms.red_lines)
    second = add(draft, cast, Heading.LIMITS, "Encore", "Rien d’autre.", terms=other, plain_words="Clair.")
    revision = join(cast, limits)
    joined = wording_of(revision)
    assert joined.title == first.title
    assert joined.body == f"{first.body}\n\nRien d’autre."
    assert joined.plain_words == f"{first.plain_words} Clair.".strip()
    assert joined.terms.limits == first.terms.limits
    assert joined.terms.red_lines == first.terms.red_lines * 2
    assert [each.pk for each in placed(draft, Heading.LIMITS)] == [limits.pk]
    assert Clause.objects.get(pk=second.pk).position is None
    assert "«\u202fEncore\u202f»" in last_sentence()


def test_a_join_in_negotiation_asks_for_the_new_words_and_for_the_removal(agreed, cast):
    first = add(agreed, cast, title="Premier")
    second = add(agreed, cast, title="Second")
    join(cast, first)
    removed = Clause.objects.get(pk=second.pk)
    assert removed.current.is_removal
    assert unagreed(agreed) == [first.pk, second.pk]


def test_a_join_needs_a_next_clause_that_was_read_and_fits(draft, cast):
    first = add(draft, cast, title="Premier")
    with pytest.raises(clause_parts.NothingToJoin):
        join(cast, first)
    second = add(draft, cast, title="Second", body="x" * 7995)
    with pytest.raises(clause_parts.JoinedTextTooLong):
        join(cast, first)
    revise(draft, cast, second, "Court.")
    with pytest.raises(drafting.StaleRevision):
        join(cast, first)
    responsible = case_party(draft)
    Clause.objects.filter(pk=second.pk).update(responsible=responsible)
    with pytest.raises(clause_parts.ResponsiblesDiffer):
        join(cast, first, following=2)


def case_party(case):
    return case.parties.order_by("rank")[0]


def test_a_clause_that_others_cite_is_not_joined_away(draft, cast):
    first, second = add(draft, cast, title="Premier"), add(draft, cast, title="Second")
    add(draft, cast, title="Renvoi", body=f"Voir {marker(second.key)}.")
    with pytest.raises(clause_order.ClauseIsCited, match="Renvoi"):
        join(cast, first)


@pytest.mark.parametrize("act", ["restore", "split", "join"])
def test_a_reason_is_needed_once_the_parties_have_the_text(agreed, cast, act):
    first = add(agreed, cast, title="Premier")
    add(agreed, cast, title="Second")
    acts = {
        "restore": lambda: restore(cast, first, 1, seen=1, reason=" "),
        "split": lambda: split(cast, first, reason=" "),
        "join": lambda: join(cast, first, reason=" "),
    }
    with pytest.raises(drafting.RevisionReasonMissing):
        acts[act]()


def test_nothing_moves_while_a_round_runs(cast):
    case = make.partnership(cast, until=Edition.NEGOTIATION)
    clause = placed(case)[0]
    for act in (
        lambda: restore(cast, clause, 1, seen=1),
        lambda: split(cast, clause),
        lambda: join(cast, clause),
        lambda: clause_parts.copy_clause(clause_id=clause.pk, broker=cast.nora, at=NOON),
    ):
        with pytest.raises(RoundIsRunning):
            act()


def test_the_pages_show_what_they_do_and_do_it(draft, cast, enter):
    browser = enter(cast.nora)
    clause = add(draft, cast)
    revise(draft, cast, clause, f"{BODY} Et quatre.")
    page = browser.get(address(draft)).text
    for name in ("clause_versions", "split_clause", "copy_clause"):
        assert address(draft, name, clause.pk) in page
    versions = address(draft, "clause_versions", clause.pk)
    assert "<del>" in browser.get(versions).text
    assert browser.post(versions, {"seen_number": "2"}).status_code == 422
    assert browser.post(versions, {"seen_number": "2", "number": "1"}).status_code == 303
    there = address(draft, "split_clause", clause.pk)
    assert "Trois." in browser.get(there).text
    refused = browser.post(there, {"seen_number": "3", "paragraph": "2", "title": ""})
    assert refused.status_code == 422
    assert re.search(r'name="paragraph"\s+value="2"\s+checked', refused.text)
    assert browser.post(there, {"seen_number": "3", "paragraph": "2", "title": "B"}).status_code == 303
    join_page = address(draft, "join_clauses", clause.pk)
    assert "«\u00a0B\u00a0»" in browser.get(join_page).text
    assert browser.post(join_page, {"seen_number": "4", "next_number": "1"}).status_code == 303
    assert Clause.objects.get(pk=clause.pk).current.body == BODY
    copied = browser.post(address(draft, "copy_clause", clause.pk), follow=True)
    assert "Clause copiée" in copied.text
