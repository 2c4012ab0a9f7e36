"""The open registers, asked over a real socket: a stub that answers by their public schema."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import RegisterEvidence
from accounts.registration.actions import OrganisationIdentity
from accounts.vetting import actions, registers
from accounts.vetting.actions import OnlyBrokersVet
from accounts.vetting.queries import register_page
from ledger.models import Entry
from tests.accounts.vetting.register_stub import Handler, Stub
from tests.cast import create_person, register_organisation


@pytest.fixture
def stub(settings) -> Iterator[Stub]:
    server = Stub()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    settings.REGISTER_LOOKUP_URLS = {"companies": server.url, "associations": f"{server.url}/api"}
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def answers(server: Stub, payload: object, status: int = 200) -> None:
    server.answer = lambda handler: handler.say(status, json.dumps(payload).encode())


def company(name="LABORATOIRES VALFICTIF", city="LYON", state="A") -> dict[str, object]:
    seat = {
        "siret": "00000007500010",
        "libelle_commune": city,
        "code_postal": "69003",
        "etat_administratif": state,
    }
    result = {
        "siren": "000000075",
        "nom_complet": f"{name} (VALFICTIF)",
        "nom_raison_sociale": name,
        "etat_administratif": state,
        "siege": seat,
        "complements": {"est_association": False, "identifiant_association": None},
    }
    return {"results": [result], "total_results": 1, "page": 1, "per_page": 5, "total_pages": 1}


def association(name="Souffle imaginaire", *, active=True) -> dict[str, object]:
    identity = {"nom": name, "id_rna": "W000000001", "id_siren": 18, "active": active, "regime": "loi1901"}
    seat = {"voie": "de la Soie", "cp": "69003", "commune": "LYON"}
    return {"identite": identity, "coordonnees": {"adresse_siege": seat}, "nbEtabsActifs": 1}


def ask(cast, at, which="company"):
    return actions.query_register(organisation_id=getattr(cast, which).pk, broker=cast.nora, at=at)


def compared(organisation):
    (answer,) = register_page(organisation).answers
    return {field.name: field.is_same for field in answer.fields}, answer.is_active


@pytest.mark.django_db
def test_a_registered_company_is_compared_field_by_field(stub, cast, at):
    answers(stub, company())
    evidence = ask(cast, at)
    assert stub.requested_paths == ["/search?q=00000007500010&page=1&per_page=5"]
    assert (evidence.outcome, evidence.asked_by, evidence.asked_at) == ("found", cast.nora, at)
    assert RegisterEvidence.objects.get().answer == company()
    assert compared(cast.company) == ({"name": True, "city": True}, True)
    entry = Entry.objects.get(kind="organisation.register-asked")
    assert (entry.actor_id, entry.facts["outcome"]) == (cast.nora.pk, "found")


@pytest.mark.django_db
def test_an_association_is_queried_by_its_rna(stub, cast, at):
    answers(stub, association())
    assert ask(cast, at, "association").outcome == "found"
    assert stub.requested_paths == ["/api/structure/W000000001"]
    assert compared(cast.association) == ({"name": True, "city": True}, True)


@pytest.mark.django_db
@pytest.mark.parametrize("payload", [company(name="Autre"), company(name="Autre", city="Paris", state="C")])
def test_a_difference_and_a_closure_are_detected(stub, cast, at, payload):
    answers(stub, payload)
    ask(cast, at)
    fields, is_active = compared(cast.company)
    assert fields["name"] is False
    assert is_active is (payload["results"][0]["etat_administratif"] == "A")


@pytest.mark.django_db
def test_a_dissolved_association_is_detected(stub, cast, at):
    answers(stub, association(active=False))
    ask(cast, at, "association")
    assert compared(cast.association)[1] is False


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("which", "payload", "status"),
    [
        ("company", {"results": [], "total_results": 0}, 200),
        ("company", {"results": [{"siren": "000000109", "siege": {"siret": "1"}}]}, 200),
        ("company", {"erreur": "q"}, 422),
        ("association", {"erreur": "Aucune association"}, 200),
        ("association", {}, 404),
    ],
)
def test_an_unknown_number_is_not_found(stub, cast, at, which, payload, status):
    answers(stub, payload, status)
    assert ask(cast, at, which).outcome == "not_found"


@pytest.mark.django_db
@pytest.mark.parametrize("body", [b"{", b"<html>", b"[]", b"\xff\xfe", b"null", b"[" * 100_000])
def test_an_answer_with_another_schema_is_unreadable(stub, cast, at, body):
    stub.answer = lambda handler: handler.say(200, body)
    evidence = ask(cast, at)
    assert (evidence.outcome, evidence.answer) == ("unreadable", None)


@pytest.mark.django_db
def test_values_that_postgresql_refuses_are_removed_from_the_evidence(stub, cast, at):
    odd = json.dumps(company(name="Val\x00fictif \ud800")).replace(
        '"total_results": 1', '"total_results": 1e999'
    )
    stub.answer = lambda handler: handler.say(200, odd.encode())
    assert ask(cast, at).answer["results"][0]["nom_raison_sociale"] == "Valfictif "


def slow(handler: Handler) -> None:
    time.sleep(1)
    handler.say(200, b"{}")


def drip(handler: Handler) -> None:
    handler.send_response(200)
    handler.end_headers()
    for _each in range(40):
        try:
            handler.wfile.write(b" ")
        except OSError:
            return
        time.sleep(0.05)


def flood(handler: Handler) -> None:
    try:
        handler.say(200, b" " * 2_000_000)
    except OSError:
        return


def elsewhere(handler: Handler) -> None:
    handler.say(302, b"", Location="/other")


def broken(handler: Handler) -> None:
    handler.say(500, b"panne")


@pytest.mark.django_db
@pytest.mark.parametrize("answer", [slow, drip, flood, elsewhere, broken])
def test_a_failing_register_times_out(stub, cast, at, answer, monkeypatch):
    monkeypatch.setattr(registers, "SECONDS", 0.6)
    stub.answer = answer
    before = time.monotonic()
    assert ask(cast, at).outcome == "unreachable"
    assert time.monotonic() - before < 2
    assert len(stub.requested_paths) == 1


def test_a_refused_connection_is_unreachable():
    query = registers.RegisterQuery("companies", "000000075")
    for base_url in ("http://127.0.0.1:9", "file:///etc/passwd", "https://["):
        assert registers.query_register(query, base_url=base_url) == ("unreachable", None)


@pytest.mark.django_db
def test_queries_are_disabled_by_default_and_the_page_says_so(cast, at):
    with pytest.raises(actions.LookupIsOff):
        ask(cast, at)
    page = nora(cast).get(place(cast)).content.decode()
    assert "pas activée" in page
    assert "Interroger le registre</button>" not in page


@pytest.mark.django_db
def test_a_court_registration_cannot_be_queried(stub, cast, at):
    eve = create_person("Eve Autre")
    identity = OrganisationIdentity(
        name="Peau", city="Colmar", court="Colmar", court_volume="1", court_folio="2"
    )
    organisation = register_organisation(eve, "association", identity, at=at)
    with pytest.raises(actions.NoRegisterNumber):
        actions.query_register(organisation_id=organisation.pk, broker=cast.nora, at=at)
    assert stub.requested_paths == []


@pytest.mark.django_db
def test_only_a_broker_queries_a_register(stub, cast, at):
    with pytest.raises(OnlyBrokersVet):
        actions.query_register(organisation_id=cast.company.pk, broker=cast.carla, at=at)
    assert stub.requested_paths == []


def nora(cast) -> Client:
    client = Client()
    client.force_login(cast.nora, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def place(cast) -> str:
    return reverse("broker:register", args=[cast.company.pk])


@pytest.mark.django_db
def test_only_the_button_queries_the_register(stub, cast):
    answers(stub, company(name="Valfictif Santé", state="C"))
    client = nora(cast)
    assert "Interroger le registre" in client.get(place(cast)).content.decode()
    client.get(reverse("broker:vet", args=[cast.company.pk]))
    assert stub.requested_paths == []
    assert client.post(place(cast)).status_code == 303
    page = client.get(place(cast)).content.decode()
    assert "Fermée au registre" in page
    assert "Valfictif Santé" in page
    assert len(stub.requested_paths) == 1
