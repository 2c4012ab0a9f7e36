"""The ledger of an organisation on screen: whole for all who read it, private where it must be."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.urls import reverse

from accounts.models import Organisation
from accounts.organisations import transitions
from accounts.registration import actions as registration
from ledger.models import Entry
from tests import cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def read(client, troupe):
    """Return a page of the ledger of the association as somebody reads it."""

    def opened(person, *args, **query):
        client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
        name = "organisation_ledger_entry" if args else "organisation_ledger"
        return client.get(reverse(name, args=[troupe.association.pk, *args]), query)

    return opened


def lines(page):
    return [(each.name, each.sentence) for each in page.context["page"].entries]


def place_of(kind, troupe):
    chain = Entry.objects.filter(subject_id=troupe.association.pk, kind=f"organisation.{kind}")
    return chain.order_by("-sequence").values_list("sequence", flat=True).first()


def test_members_and_brokers_read_the_same_ledger(troupe, read):
    told = lines(read(troupe.ben))
    assert told == lines(read(troupe.ada)) == lines(read(troupe.nora))
    assert told[-1] == (str(troupe.ada), "commence l’inscription d’une association.")
    assert (str(troupe.nora), "déclare l’organisation vérifiée.") in told
    assert (str(troupe.ben), "rejoint l’organisation, avec ces rôles\u00a0: lit et répond.") in told


def test_the_results_of_checks_are_shown_to_brokers_alone(troupe, read):
    place = place_of("checked", troupe)
    assert "Conforme" in read(troupe.nora, place).content.decode()
    for person in (troupe.ada, troupe.ben):
        page = read(person, place).content.decode()
        assert "contrôle des points de l’inscription." in page
        assert "Conforme" not in page
        assert "Statuts lus" not in page


@pytest.mark.parametrize(
    ("kind", "facts", "told"),
    [
        ("verified", {"source": "pending", "unsettled": ["statutes"], "reason": ""}, "Statuts lus"),
        ("register-asked", {"source": "companies", "outcome": "not_found"}, "Inconnue du registre"),
    ],
)
def test_unsettled_checks_and_register_outcomes_are_shown_to_brokers_alone(
    troupe, at, read, kind, facts, told
):
    with transaction.atomic():
        transitions.record_act(troupe.association, kind, actor=troupe.nora, at=at, **facts)
    place = place_of(kind, troupe)
    assert told in read(troupe.oscar, place).content.decode()
    assert told not in read(troupe.ada, place).content.decode()


def test_the_author_of_a_join_request_is_named_to_administrators_alone(troupe, at, read):
    eve = cast.person("Eve Autre")
    same = registration.OrganisationIdentity(name="Imitation", rna="W000000001")
    registration.request_to_join(newcomer=eve, identity=same, at=at)
    place = place_of("join-asked", troupe)
    assert lines(read(troupe.ada))[0] == ("Eve Autre", "demande à rejoindre l’organisation.")
    assert "Eve Autre" in read(troupe.ada, place).content.decode()
    earlier = {"joined_at": at - timedelta(days=9), "left_at": at - timedelta(days=8)}  # then Ben came back
    troupe.association.memberships.create(user=troupe.ben, is_administrator=True, **earlier)
    for person in (troupe.ben, troupe.nora):
        assert lines(read(person))[0] == ("Une personne", "demande à rejoindre l’organisation.")
        assert "Eve Autre" not in read(person, place).content.decode()


def test_an_entry_shows_its_fingerprint_and_leads_to_its_neighbours(troupe, read):
    first = read(troupe.ben, 1)
    assert first.context["page"].is_first
    assert reverse("organisation_ledger_entry", args=[troupe.association.pk, 2]) in first.content.decode()
    assert first.context["page"].before_url == ""
    last = read(troupe.ben, Entry.objects.filter(subject_id=troupe.association.pk).count())
    assert (last.context["page"].after_url, last.context["page"].is_first) == ("", False)
    assert read(troupe.ben, 999).status_code == 404
    for stranger in (troupe.carla, troupe.root):
        assert read(stranger).status_code == read(stranger, 1).status_code == 404


def test_a_broker_may_not_read_the_ledger_of_a_draft(troupe, at, client):
    founder = cast.person("Eve Autre")
    draft = registration.start_registration(
        founder=founder, side="company", identity=registration.OrganisationIdentity(name="Brouillon"), at=at
    )
    where = reverse("organisation_ledger", args=[draft.pk])
    for person, status in ((founder, 200), (troupe.nora, 404)):
        client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
        assert client.get(where).status_code == status


def test_the_chain_is_recomputed_on_demand(troupe, read):
    assert read(troupe.ben).context["page"].check is None
    assert "écritures vérifiées" in read(troupe.ben, verifier=1).content.decode()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            'UPDATE ledger_entry SET facts = \'{"side": "company"}\' WHERE subject_id = %s AND sequence = 1',
            [troupe.association.pk],
        )
        cursor.execute("SET LOCAL session_replication_role = origin")
    page = read(troupe.nora, verifier=1).content.decode()
    assert "Écriture 1 rompue" in page
    assert "écritures vérifiées" not in page


def test_an_empty_ledger_has_a_message(troupe, read):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("DELETE FROM ledger_entry WHERE subject_id = %s", [troupe.association.pk])
        cursor.execute("SET LOCAL session_replication_role = origin")
    assert "Rien n’est encore écrit" in read(troupe.ben).content.decode()


def test_a_long_ledger_takes_as_many_queries_as_a_short_one(
    troupe, at, read, client, django_assert_num_queries
):
    before = Entry.objects.filter(subject_id=troupe.association.pk).count()
    where = reverse("organisation_ledger", args=[troupe.association.pk])
    read(troupe.ben)
    with django_assert_num_queries(10):
        client.get(where)
    organisation = Organisation.objects.get(pk=troupe.association.pk)
    with transaction.atomic():
        for _each in range(200):
            transitions.record_act(
                organisation, "address-changed", actor=troupe.ben, at=at, member=str(troupe.ben.pk)
            )
    with django_assert_num_queries(10):
        page = client.get(where)
    assert len(lines(page)) == 50
    assert page.context["page"].page.paginator.count == before + 200
    assert "Plus anciennes" in page.content.decode()
    last = page.context["page"].page.paginator.num_pages
    assert client.get(where, {"page": 99}).context["page"].page.number == last
