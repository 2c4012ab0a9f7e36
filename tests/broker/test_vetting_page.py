"""The vetting page: folded checks and offered decisions."""

from django.urls import reverse

from accounts.models import Decision
from accounts.vetting import actions as vetting
from tests.cast import SOUFFLE
from tests.make import NOON


def page_of(broker_client, organisation):
    return broker_client.get(reverse("broker:vet", args=[organisation.pk])).text


def open_count(page):
    return page.count('<details class="fold" open>')


def test_a_verified_organisation_has_no_failed_checks(people, broker_client):
    page = page_of(broker_client, people.company)
    assert "rien de revu depuis" in page
    assert "conformes sur" not in page
    assert open_count(page) == 0


def test_an_unsettled_check_is_open(people, broker_client):
    finding = {"statutes": vetting.CheckFinding("to_complete", "Il manque une page.")}
    association = people.association
    vetting.record_checks(organisation_id=association.pk, broker=people.nora, findings=finding, at=NOON)
    page = page_of(broker_client, association)
    assert "0 conformes sur" in page
    assert open_count(page) == 1


def test_pending_again_it_may_be_suspended_and_the_lifting_verifies(people, broker_client):
    vetting.change_identity(
        organisation_id=people.association.pk,
        administrator=people.ada,
        identity=SOUFFLE._replace(city="Villeurbanne"),
        reason="Le siège a déménagé.",
        at=NOON,
    )
    assert "Suspendre, en expliquant pourquoi" in page_of(broker_client, people.association)
    vetting.decide(
        organisation_id=people.association.pk,
        broker=people.nora,
        decision=Decision.SUSPENDED,
        reason="Mandats contestés.",
        at=NOON,
    )
    page = page_of(broker_client, people.association)
    assert "Vérifier et lever la suspension" in page
    assert "Enregistrer les contrôles" in page


def test_the_roles_are_explained_beside_the_names(people, log_in):
    page = log_in(people.ben).get(reverse("associations:organisation")).text
    assert "Le signataire l’engage, avec un mandat valable" in page
