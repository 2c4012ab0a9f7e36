"""A question compiled once finds what Django would find, whoever asks and however many at a time."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.db.models import QuerySet

from accounts.compiled import Among, compiled
from accounts.models import Membership, Organisation, User
from tests.cast import Cast, assemble
from tests.make import NOON


@pytest.fixture
def troupe(db: None) -> Cast:
    return assemble(NOON)


@compiled
def _seats(user_id, side) -> QuerySet[Membership]:
    found = Membership.objects.filter(user=user_id, organisation__side=side, left_at=None)
    return found.select_related("organisation").order_by("pk")


@compiled
def _named(ids) -> QuerySet[User]:
    return User.objects.filter(Among("pk", ids)).order_by("full_name")


def test_each_value_finds_its_own_rows(troupe, django_assert_num_queries):
    with django_assert_num_queries(3):
        of_ada, of_carla = _seats(troupe.ada.pk, "association"), _seats(troupe.carla.pk, "company")
        assert _seats(troupe.ada.pk, "company") == []
        assert [each.organisation for each in of_ada] == [troupe.association]
        assert [each.organisation.name for each in of_carla] == [troupe.company.name]


def test_a_list_of_any_length_is_one_question(troupe):
    for people in ([], [troupe.ada], [troupe.ada, troupe.ben, troupe.carla]):
        assert [each.pk for each in _named([each.pk for each in people])] == [each.pk for each in people]


def test_none_finds_nothing(troupe):
    assert _seats(None, "association") == []


def test_what_was_just_written_is_found(troupe):
    assert _seats(troupe.ada.pk, "association")[0].organisation.city == "Lyon"
    Organisation.objects.filter(pk=troupe.association.pk).update(city="Brest")
    assert _seats(troupe.ada.pk, "association")[0].organisation.city == "Brest"


@pytest.mark.django_db(transaction=True)
def test_two_threads_never_get_the_answer_of_the_other():
    troupe = assemble(NOON)

    def ask(person: User) -> set[str]:
        try:
            return {each.full_name for _ in range(50) for each in _named([person.pk])}
        finally:
            connection.close()

    people = [troupe.ada, troupe.ben, troupe.carla, troupe.dan]
    with ThreadPoolExecutor(max_workers=4) as threads:
        assert list(threads.map(ask, people)) == [{each.full_name} for each in people]
