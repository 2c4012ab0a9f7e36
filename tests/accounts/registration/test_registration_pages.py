"""An association and a company come in through the pages, as two people would do it."""

import re
from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import Organisation, User
from outbox.models import Delivery, Message
from outbox.sending import delivery
from tests import files
from tests.cast import PASSWORD, assemble_cast, create_person

pytestmark = pytest.mark.django_db(transaction=True)

IDENTITY = {
    "name": "Souffle Imaginaire",
    "city": "Lyon",
    "kind": "rna",
    "rna": "w 000 000 001",
    "purpose": "Accompagner les personnes asthmatiques.",
}


def code_sent_to(address):
    message = Message.objects.filter(kind="account-mail", facts__address=address).latest("created_at")
    return message.facts["code"]


def sign_up(client, door, *, email, name="Ada Vernet"):
    client.get(reverse(door))
    answer = client.post(
        reverse("account_signup"),
        {"full_name": name, "email": email, "password1": PASSWORD, "language": "fr"},
    )
    assert answer.status_code == 302, answer.content.decode()
    answer = client.post(answer.url, {"code": code_sent_to(email)})
    assert answer.status_code == 302, answer.content.decode()
    return client.get(answer.url)


def test_an_association_registers_step_by_step(client):
    answer = sign_up(client, "register_association", email="ada@theatre.example")
    assert answer.url == reverse("associations:registration", args=["identite"])

    answer = client.post(answer.url, IDENTITY)
    assert (answer.status_code, answer.url) == (303, "/association/inscription/pieces/")
    statutes = {"kind": "statutes", "file": SimpleUploadedFile("statuts.pdf", files.pdf())}
    answer = client.post(answer.url, statutes)
    assert "statuts.pdf" in client.get(answer.url).content.decode()
    answer = client.post("/association/inscription/pieces/", {"next": "1"})
    assert answer.url == "/association/inscription/personnes/"
    guest = {"full_name": "Ben Lamarre", "email": "ben@theatre.example", "is_referent": "on"}
    answer = client.post(answer.url, guest)
    assert "ben@theatre.example" in client.get(answer.url).content.decode()
    answer = client.post("/association/inscription/personnes/", {"next": "1"})
    page = client.get(answer.url).content.decode()
    version = re.search(r'name="version"\s+value="([^"]+)"', page)[1]
    answer = client.post("/association/inscription/regles/", {"version": version, "accepted": "on"})
    assert answer.url == reverse("associations:home")
    assert "Vérifier votre organisation" in client.get(answer.url).content.decode()
    organisation = Organisation.objects.get()
    assert (organisation.state, organisation.rna) == ("pending", "W000000001")
    assert organisation.purpose == IDENTITY["purpose"]
    assert (organisation.rules_version, organisation.documents.count()) == (version, 1)
    ada = User.objects.get()
    assert (ada.full_name, ada.language) == ("Ada Vernet", "fr")


def test_a_company_registers_step_by_step(client):
    answer = sign_up(client, "register_company", email="carla@theatre.example", name="Carla Morin")
    identity = {
        "name": "Laboratoires Valfictif",
        "city": "Lyon",
        "siren": "000 000 075",
        "siret": "000 000 075 00010",
        "purpose": "Traitements respiratoires.",
        "trade": "device",
        "declares": "unknown",
    }
    answer = client.post(answer.url, identity)
    assert answer.url == "/entreprise/inscription/pieces/"
    answer = client.post("/entreprise/inscription/regles/", {"version": "2026-1", "accepted": "on"})
    assert client.get(answer.url).status_code == 200
    company = Organisation.objects.get()
    assert company.siret == "00000007500010"
    assert (company.company_profile.trade, company.declares) == ("device", "unknown")


def test_a_saved_registration_continues_after_signing_in(client):
    answer = sign_up(client, "register_association", email="ada@theatre.example")
    answer = client.post(answer.url, {**IDENTITY, "later": ""})
    assert answer.url == reverse("landing")
    later = Client()
    later.force_login(User.objects.get())
    assert later.get(reverse("home")).url == "/association/inscription/pieces/"
    assert "Souffle Imaginaire" in later.get("/association/inscription/identite/").content.decode()


def test_an_invalid_number_shows_a_reason_and_keeps_the_input(client):
    answer = sign_up(client, "register_association", email="ada@theatre.example")
    answer = client.post(answer.url, {**IDENTITY, "rna": "W00000001"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Il manque 1 caractère" in page
    assert 'value="W00000001"' in page
    assert 'value="Souffle Imaginaire"' in page
    assert not Organisation.objects.exists()


def test_an_identity_in_use_is_refused_without_a_name(client):
    cast = assemble_cast(datetime.now(UTC))
    answer = sign_up(client, "register_association", email="eve@theatre.example", name="Eve Autre")
    answer = client.post(answer.url, {**IDENTITY, "name": "Imitation"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "a déjà un espace" in page
    assert str(cast.ada) not in page
    assert "Souffle" not in page


def test_sign_up_needs_a_registration_or_an_invitation(client):
    page = client.get(reverse("account_signup")).content.decode()
    assert "Un compte commence par une organisation" in page
    client.post(
        reverse("account_signup"),
        {"full_name": "X", "email": "x@theatre.example", "password1": PASSWORD, "language": "fr"},
    )
    assert not User.objects.exists()


def test_signing_up_with_a_known_address_looks_the_same(client):
    create_person("Ada Vernet")
    client.get(reverse("register_company"))
    answer = client.post(
        reverse("account_signup"),
        {
            "full_name": "Autre",
            "email": "ada@theatre.example",
            "password1": PASSWORD,
            "language": "fr",
        },
    )
    fresh = Client()
    fresh.get(reverse("register_company"))
    other = fresh.post(
        reverse("account_signup"),
        {
            "full_name": "Autre",
            "email": "new@theatre.example",
            "password1": PASSWORD,
            "language": "fr",
        },
    )
    assert (answer.status_code, answer.url) == (other.status_code, other.url)
    assert client.get(answer.url).status_code == fresh.get(other.url).status_code
    message = Message.objects.get(facts__address="ada@theatre.example")
    assert message.facts["subject"] == "Vous avez déjà un compte"


def test_the_code_is_mailed_at_once_with_our_text(client, smtp_sink):
    client.get(reverse("register_association"))
    client.post(
        reverse("account_signup"),
        {
            "full_name": "Ada Vernet",
            "email": "ada@theatre.example",
            "password1": PASSWORD,
            "language": "fr",
        },
    )
    code = code_sent_to("ada@theatre.example")
    delivery.deliver_due(at=datetime.now(UTC))
    (mail,) = smtp_sink.to("ada@theatre.example")
    assert mail["Subject"] == "Votre code pour ouvrir votre compte"
    assert code in mail.get_body(("plain",)).get_content()
    assert Delivery.objects.get().state == "sent"
