"""Questions asked together find what each finds alone, of every kind of value."""

import pytest
from django.db.models import Avg, QuerySet

from accounts.compiled import compiled
from accounts.models import Membership
from accounts.together import together
from ledger.models import Entry
from partnerships.lifecycle import Edition
from partnerships.models import Clause, KeptRisk, Partnership, Party, Round
from partnerships.text.agreement import PLACE, standing_places
from tests import make
from tests.cast import assemble
from tests.make import NOON


@compiled
def _rounds(case_id) -> QuerySet[Round]:
    return Round.objects.filter(partnership=case_id).order_by("number")  # bytes, moments


@compiled
def _entries(case_id) -> QuerySet[Entry]:
    return Entry.objects.filter(subject_id=case_id).select_related("actor").order_by("sequence")  # JSON


@compiled
def _clauses(case_id) -> QuerySet[Clause]:
    standing = Clause.objects.filter(roadmap__partnership=case_id)
    return standing.select_related("current", "responsible").order_by("position")  # JSON that may be absent


@compiled
def _kept(case_id) -> QuerySet[Clause, tuple]:
    return standing_places(case_id).values_list(*PLACE)  # a list of JSON


@compiled
def _people(organisation_id) -> QuerySet[Membership, tuple]:
    seats = Membership.objects.filter(organisation=organisation_id).order_by("pk")
    return seats.values_list("user__email", "user_id", "joined_at", "left_at", "is_referent")


@pytest.fixture
def case(db) -> Partnership:
    return make.partnership(assemble(NOON), until=Edition.NEGOTIATION)


def test_each_question_finds_what_it_finds_alone(case, django_assert_num_queries):
    party, clause = case.parties.first(), Clause.objects.get(position=1)
    KeptRisk.objects.create(
        revision=clause.current, rule="R5", reason="« Oui »", kept_by=case.broker, kept_at=NOON
    )
    asked = [(_rounds, case.pk), (_entries, case.pk), (_clauses, case.pk)]
    asked += [(_people, party.organisation_id), (_kept, case.pk)]
    alone = [question(value) for question, value in asked]
    assert all(alone)
    with django_assert_num_queries(1):
        found = together(*(question.asked(value) for question, value in asked))
    for one, other in zip(alone, found, strict=True):
        assert one == other
        assert [type(each) for each in one] == [type(each) for each in other]
    (asked_round,) = found[0]
    assert bytes(asked_round.key) == bytes(alone[0][0].key)
    assert (asked_round.asked_at, asked_round.deadline_at) == (alone[0][0].asked_at, alone[0][0].deadline_at)
    assert found[4][0][-1][0]["reason"] == "« Oui »"
    assert [(each.facts, each.at, each.actor) for each in found[1]] == [
        (each.facts, each.at, each.actor) for each in alone[1]
    ]
    assert [(each.current.terms, each.current.body) for each in found[2]] == [
        (each.current.terms, each.current.body) for each in alone[2]
    ]


def test_a_question_that_finds_nothing_gives_nothing(case):
    none, some = together(_rounds.asked(None), _rounds.asked(case.pk))
    assert none == []
    assert len(some) == 1


def test_a_kind_of_value_that_would_change_on_the_way_is_refused(case):
    @compiled
    def many() -> QuerySet[Party, tuple]:
        return Party.objects.values_list("side").annotate(middle=Avg("rank")).order_by("side")

    with pytest.raises(TypeError):
        together(many.asked(), _rounds.asked(case.pk))


def test_what_is_written_once_holds_no_connection(case):
    together(_rounds.asked(case.pk), _people.asked(None))
    assert not hasattr(_rounds.compiler, "connection")
