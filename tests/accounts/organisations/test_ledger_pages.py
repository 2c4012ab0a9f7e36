"""The ledger of an organisation on screen: whole for all who read it, private where it must be."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from django.urls import reverse

from accounts.models import Organisation
from accounts.organisations import transitions
from accounts.registration import actions as registration
from ledger.models import Entry
from tests.cast import create_person
from tests.database_owner import owner

pytestmark = pytest.mark.django_db


@pytest.fixture
def read(client, cast):
    """Return a page of the ledger of the association as somebody reads it."""

    def opened(person, *args, **query):
        client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
        name = "organisation_ledger_entry" if args else "organisation_ledger"
        return client.get(reverse(name, args=[cast.association.pk, *args]), query)

    return opened


def lines(page):
    return [(each.name, each.sentence) for each in page.context["page"].entries]


def place_of(kind, cast):
    chain = Entry.objects.filter(subject_id=cast.association.pk, kind=f"organisation.{kind}")
    return chain.order_by("-sequence").values_list("sequence", flat=True).first()


def test_members_and_brokers_read_the_same_ledger(cast, read):
    shown = lines(read(cast.ben))
    assert shown == lines(read(cast.ada)) == lines(read(cast.nora))
    assert shown[-1] == (str(cast.ada), "commence l’inscription d’une association.")
    assert (str(cast.nora), "vérifie l’inscription.") in shown
    assert (str(cast.ben), "rejoint l’organisation, avec ces rôles\u00a0: lecteur et référent.") in shown


def test_the_results_of_checks_are_shown_to_brokers_alone(cast, read):
    place = place_of("checked", cast)
    assert "Conforme" in read(cast.nora, place).content.decode()
    for person in (cast.ada, cast.ben):
        page = read(person, place).content.decode()
        assert "contrôle des points de l’inscription." in page
        assert "Conforme" not in page
        assert "Statuts lus" not in page


@pytest.mark.parametrize(
    ("kind", "facts", "expected"),
    [
        ("verified", {"source": "pending", "unsettled": ["statutes"], "reason": ""}, "Statuts lus"),
        ("register-asked", {"source": "companies", "outcome": "not_found"}, "Inconnue du registre"),
    ],
)
def test_unsettled_checks_and_register_outcomes_are_shown_to_brokers_alone(
    cast, at, read, kind, facts, expected
):
    with transaction.atomic():
        transitions.record_act(cast.association, kind, actor=cast.nora, at=at, **facts)
    place = place_of(kind, cast)
    assert expected in read(cast.oscar, place).content.decode()
    assert expected not in read(cast.ada, place).content.decode()


def test_the_author_of_a_join_request_is_named_to_administrators_alone(cast, at, read):
    eve = create_person("Eve Autre")
    same = registration.OrganisationIdentity(name="Imitation", rna="W000000001")
    registration.request_to_join(newcomer=eve, identity=same, at=at)
    place = place_of("join-asked", cast)
    assert lines(read(cast.ada))[0] == ("Eve Autre", "demande à rejoindre l’organisation.")
    assert "Eve Autre" in read(cast.ada, place).content.decode()
    earlier = {"joined_at": at - timedelta(days=9), "left_at": at - timedelta(days=8)}  # then Ben came back
    cast.association.memberships.create(user=cast.ben, is_administrator=True, **earlier)
    for person in (cast.ben, cast.nora):
        assert lines(read(person))[0] == ("Une personne", "demande à rejoindre l’organisation.")
        assert "Eve Autre" not in read(person, place).content.decode()


def test_an_entry_shows_its_fingerprint_and_leads_to_its_neighbours(cast, read):
    first = read(cast.ben, 1)
    assert first.context["page"].is_first
    assert reverse("organisation_ledger_entry", args=[cast.association.pk, 2]) in first.content.decode()
    assert first.context["page"].before_url == ""
    last = read(cast.ben, Entry.objects.filter(subject_id=cast.association.pk).count())
    assert (last.context["page"].after_url, last.context["page"].is_first) == ("", False)
    assert read(cast.ben, 999).status_code == 404
    for stranger in (cast.carla, cast.root):
        assert read(stranger).status_code == read(stranger, 1).status_code == 404


def test_a_broker_may_not_read_the_ledger_of_a_draft(cast, at, client):
    founder = create_person("Eve Autre")
    draft = registration.start_registration(
        founder=founder, side="company", identity=registration.OrganisationIdentity(name="Brouillon"), at=at
    )
    where = reverse("organisation_ledger", args=[draft.pk])
    for person, status in ((founder, 200), (cast.nora, 404)):
        client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
        assert client.get(where).status_code == status


def test_the_chain_is_recomputed_on_demand(cast, read):
    assert read(cast.ben).context["page"].check is None
    assert "entrées vérifiées" in read(cast.ben, verifier=1).content.decode()
    with owner(triggers=False) as cursor:
        cursor.execute(
            'UPDATE ledger_entry SET facts = \'{"side": "company"}\' WHERE subject_id = %s AND sequence = 1',
            [cast.association.pk],
        )
    page = read(cast.nora, verifier=1).content.decode()
    assert "Entrée 1 rompue" in page
    assert "entrées vérifiées" not in page


def test_an_empty_ledger_has_a_message(cast, read):
    with owner(triggers=False) as cursor:
        cursor.execute("DELETE FROM ledger_entry WHERE subject_id = %s", [cast.association.pk])
    assert "Le journal est vide" in read(cast.ben).content.decode()


def test_a_long_ledger_takes_as_many_queries_as_a_short_one(
    cast, at, read, client, django_assert_num_queries
):
    before = Entry.objects.filter(subject_id=cast.association.pk).count()
    where = reverse("organisation_ledger", args=[cast.association.pk])
    read(cast.ben)
    with django_assert_num_queries(10):
        client.get(where)
    organisation = Organisation.objects.get(pk=cast.association.pk)
    with transaction.atomic():
        for _each in range(200):
            transitions.record_act(
                organisation, "address-changed", actor=cast.ben, at=at, member=str(cast.ben.pk)
            )
    with django_assert_num_queries(10):
        page = client.get(where)
    assert len(lines(page)) == 50
    assert page.context["page"].page.paginator.count == before + 200
    assert "Plus anciennes" in page.content.decode()
    last = page.context["page"].page.paginator.num_pages
    assert client.get(where, {"page": 99}).context["page"].page.number == last
