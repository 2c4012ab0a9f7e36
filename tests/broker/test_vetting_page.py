"""What the page of a vetting folds away, and what it offers to decide."""

from django.urls import reverse

from accounts.models import Decision
from accounts.vetting import actions as vetting
from tests import cast
from tests.make import NOON


def page_of(desk, organisation):
    return desk.get(reverse("broker:vet", args=[organisation.pk])).text


def opened(page):
    return page.count('<details class="fold" open>')


def test_a_verified_one_is_not_said_to_fail_its_checks(people, desk):
    page = page_of(desk, people.company)
    assert "rien de revu depuis" in page
    assert "conformes sur" not in page
    assert opened(page) == 0


def test_what_is_not_settled_stays_open(people, desk):
    finding = {"statutes": vetting.CheckFinding("to_complete", "Il manque une page.")}
    association = people.association
    vetting.record_checks(organisation_id=association.pk, broker=people.nora, findings=finding, at=NOON)
    page = page_of(desk, association)
    assert "0 conformes sur" in page
    assert opened(page) == 1


def test_pending_again_it_may_be_suspended_and_the_lifting_verifies(people, desk):
    vetting.change_identity(
        organisation_id=people.association.pk,
        administrator=people.ada,
        identity=cast.SOUFFLE._replace(city="Villeurbanne"),
        reason="Le siège a déménagé.",
        at=NOON,
    )
    assert "Suspendre, en disant pourquoi" in page_of(desk, people.association)
    vetting.decide(
        organisation_id=people.association.pk,
        broker=people.nora,
        decision=Decision.SUSPENDED,
        reason="Mandats contestés.",
        at=NOON,
    )
    page = page_of(desk, people.association)
    assert "Déclarer vérifiée et lever la suspension" in page
    assert "Enregistrer les contrôles" in page


def test_the_roles_are_explained_beside_the_names(people, enter):
    page = enter(people.ben).get(reverse("associations:organisation")).text
    assert "Qui signe l’engage, avec un mandat à jour" in page
