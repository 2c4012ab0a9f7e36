"""Obstacles to the erasure of a person, each with what to do about it."""

from __future__ import annotations

from threading import Barrier, Thread

import pytest
from allauth.mfa.models import Authenticator
from django.db import connection

from accounts.models import Membership, User
from accounts.people.actions import memberships
from accounts.privacy import actions as privacy
from accounts.refusals import Refusal
from partnerships.lifecycle import Case, Edition
from partnerships.privacy import actions
from partnerships.privacy.queries.obstacles import obstacles_to_erasure
from tests import make
from tests.cast import add_member
from tests.partnerships.factors import code_now
from tests.partnerships.privacy.erased_people import LATER, PAGE, SURE, hand_over

pytestmark = pytest.mark.django_db


def test_a_sole_administrator_and_a_mandated_signatory_read_what_to_do(cast, enter):
    sentences = " ".join(obstacles_to_erasure(cast.ada, at=make.NOON))
    assert "Vous êtes le seul gestionnaire\u00a0: Souffle Imaginaire" in sentences
    assert "Vous avez un mandat de signature valable\u00a0: Souffle Imaginaire" in sentences
    answer = enter(cast.ada).post(PAGE, SURE)
    assert answer.status_code == 422
    assert "À régler avant de supprimer le compte" in answer.text
    with pytest.raises(actions.StillNeeded):
        privacy.erase_person(user_id=cast.ada.pk, at=LATER)
    assert User.objects.get(pk=cast.ada.pk).full_name == "Ada Vernet"
    hand_over(cast)
    assert obstacles_to_erasure(cast.ada, at=LATER) == []


def test_the_erasure_of_an_account_is_refused_while_a_case_needs_the_person(cast):
    memberships.change_roles(
        organisation_id=cast.association.pk,
        administrator=cast.ada,
        member_id=cast.ben.pk,
        roles=memberships.Roles(is_administrator=True),
        at=LATER,
    )
    with pytest.raises(actions.StillNeeded, match="mandat de signature valable"):
        privacy.erase_person(user_id=cast.ada.pk, at=LATER)
    assert User.objects.get(pk=cast.ada.pk).full_name == "Ada Vernet"


def test_an_unsealed_signature_is_an_obstacle(cast):
    make.partnership(cast, until=Edition.SIGNED)
    hand_over(cast)
    assert "n’est pas encore scellée" in " ".join(obstacles_to_erasure(cast.ada, at=LATER))


def test_a_broker_settles_the_cases_first_and_is_not_the_last(cast, enter):
    make.partnership(cast, until=Case.ACTIVE)
    assert "1 dossier en cours" in " ".join(obstacles_to_erasure(cast.nora, at=make.NOON))
    answer = enter(cast.oscar).post(PAGE, {"understands": "on", "secret": code_now(cast.oscar)})
    assert answer.status_code == 303
    assert not Authenticator.objects.filter(user=cast.oscar).exists()
    assert "dernier passeur" in " ".join(obstacles_to_erasure(cast.nora, at=make.NOON))


@pytest.mark.parametrize("cases", [1, 3])
def test_the_page_has_the_same_queries_whatever_the_obstacles(cast, enter, django_assert_num_queries, cases):
    for number in range(cases):
        make.partnership(cast, until=Edition.SIGNED, title=f"Dossier {number}")
    browser = enter(cast.ada)
    with django_assert_num_queries(8):
        page = browser.get(PAGE)
    assert page.text.count("n’est pas encore scellée") == cases


@pytest.mark.django_db(transaction=True)
def test_two_administrators_who_go_at_once_leave_one(cast):
    memberships.change_roles(
        organisation_id=cast.other_company.pk,
        administrator=cast.mallory,
        member_id=cast.mallory.pk,
        roles=memberships.Roles(is_administrator=True),
        at=make.NOON,
    )
    second = add_member(cast.other_company, cast.mallory, "Zoé Martel", at=make.NOON)
    memberships.change_roles(
        organisation_id=cast.other_company.pk,
        administrator=cast.mallory,
        member_id=second.pk,
        roles=memberships.Roles(is_administrator=True),
        at=make.NOON,
    )
    refused = at_once(cast.mallory, second)
    assert len(refused) == 1
    assert isinstance(refused[0], memberships.LastAdministrator | actions.StillNeeded)
    present = Membership.objects.present().filter(organisation=cast.other_company, is_administrator=True)
    assert present.count() == 1


def at_once(*leaving):
    """Erase several people at the same moment, each from a thread of its own; return what was refused."""
    refused, start = [], Barrier(len(leaving))

    def go(person):
        start.wait()
        try:
            privacy.erase_person(user_id=person.pk, at=LATER)
        except Refusal as error:
            refused.append(error)
        finally:
            connection.close()

    threads = [Thread(target=go, args=[person]) for person in leaving]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return refused
