"""What is set up again is what was played, and nothing is set up where something else was written."""

import pytest
from django.db import transaction

from partnerships.lifecycle import Case, Edition
from tests import make, scenes
from tests.cast import assemble_cast

pytestmark = pytest.mark.django_db
TURNS = ("played", "set up again", "and again")


def played(until):
    """Play a case, and return what was asked of the real actions."""
    before = scenes.wings.writes
    case = make.partnership(assemble_cast(make.NOON), until=until)
    return case, scenes.wings.writes - before


def lines(rows):
    return {table: sorted(each) for table, each in rows.items()}


@pytest.mark.parametrize("until", [Edition.SIGNED, Case.CLOSED])
@pytest.mark.parametrize("turn", TURNS)
def test_the_rows_are_those_of_the_play(turn, until):
    case, writes = played(until)
    scene, *_ = scenes.wings.standing
    assert lines(scenes._dump()) == lines(scene.after)
    assert turn == TURNS[0] or writes < 100
    assert case == type(case).objects.select_related("broker").get()
    assert case.state == type(case).objects.get().state


def test_who_wrote_something_first_has_it_played():
    people = assemble_cast(make.NOON)
    type(people.ada).objects.filter(pk=people.ada.pk).update(full_name="Ada Autrement")
    before = len(scenes.wings.scenes)
    case = make.partnership(people, until=Edition.NEGOTIATION)
    assert len(scenes.wings.scenes) == before
    assert case.parties.count() == 2
    assert type(people.ada).objects.get(pk=people.ada.pk).full_name == "Ada Autrement"


def test_what_was_undone_is_not_taken_for_standing():
    with transaction.atomic():
        people = assemble_cast(make.NOON)
        transaction.set_rollback(True)
    assert not type(people.ada).objects.exists()
    assert assemble_cast(make.NOON).ada.pk
    assert type(people.ada).objects.filter(full_name="Ada Vernet").count() == 1


def test_somebody_else_of_the_same_name_is_another_key():
    people = assemble_cast(make.NOON)
    assert make.partnership(people, company=people.other_company).parties.get(code="E").organisation == (
        people.other_company
    )


@pytest.mark.django_db(transaction=True)
def test_nothing_is_kept_where_nothing_is_rolled_back():
    before = len(scenes.wings.scenes)
    assemble_cast(make.NOON)
    assert len(scenes.wings.scenes) == before
    assert scenes.wings.ground() == (False, None)
