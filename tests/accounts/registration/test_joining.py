"""A newcomer whose organisation is here asks to be let in; a registration left open is called back."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Organisation
from accounts.organisations.transitions import IdentityNotEditable, NotAnAdministrator
from accounts.people.actions import memberships
from accounts.registration import actions as joining
from accounts.registration import actions as organisations
from accounts.registration import actions as resuming
from ledger.models import Entry
from outbox import delivery
from outbox.models import Message
from tests import cast

pytestmark = pytest.mark.django_db
TAKEN = {
    "name": "Imitation",
    "city": "Nantes",
    "kind": "rna",
    "rna": "W000000001",
    "purpose": "Agir avec les patients.",
}
SAME = organisations.OrganisationIdentity(name="Imitation", rna="W000000001")


@pytest.fixture
def eve(db):
    return cast.person("Eve Autre")


def signed_in(person):
    client = Client()
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def requests():
    return Message.objects.filter(kind="join-request")


def test_the_administrators_alone_hear_of_a_request(troupe, at, eve, smtp_sink):
    delivery.deliver_due(at=at, limit=500)
    smtp_sink.mails.clear()
    joining.request_to_join(newcomer=eve, identity=SAME, at=at)
    delivery.deliver_due(at=at, limit=500)
    (mail,) = smtp_sink.mails
    assert (mail["To"], mail["Subject"]) == (
        troupe.ada.email,
        "Eve Autre demande à rejoindre votre organisation",
    )
    text = mail.get_body(("plain",)).get_content()
    assert eve.email in text
    assert reverse("invite", args=[troupe.association.pk]) in text
    entry = Entry.objects.get(kind="organisation.join-asked")
    assert (entry.subject_id, entry.actor_id) == (troupe.association.pk, eve.pk)


def test_asking_twice_sends_one_mail(troupe, at, eve):
    for hours in (0, 5):
        joining.request_to_join(newcomer=eve, identity=SAME, at=at + timedelta(hours=hours))
    assert requests().count() == 1
    assert Entry.objects.filter(kind="organisation.join-asked").count() == 1


def test_who_was_let_in_meanwhile_is_not_announced(troupe, at, eve, smtp_sink):
    delivery.deliver_due(at=at, limit=500)
    joining.request_to_join(newcomer=eve, identity=SAME, at=at)
    letter = memberships.invite(
        organisation_id=troupe.association.pk,
        administrator=troupe.ada,
        guest=memberships.Guest(eve.email),
        roles=memberships.Roles(),
        at=at,
    )
    memberships.accept_invitation(token=letter.token, user=eve, at=at)
    smtp_sink.mails.clear()
    delivery.deliver_due(at=at, limit=500)
    assert [mail["Subject"] for mail in smtp_sink.to(troupe.ada.email)] == []


def test_who_cannot_ask_is_told_why(troupe, at, eve):
    with pytest.raises(organisations.BrokersDoNotRegister):
        joining.request_to_join(newcomer=troupe.nora, identity=SAME, at=at)
    with pytest.raises(joining.AlreadyJoined):
        joining.request_to_join(newcomer=troupe.ben, identity=SAME, at=at)
    with pytest.raises(joining.NoOrganisationToJoin):
        joining.request_to_join(newcomer=eve, identity=SAME._replace(rna="W000000009"), at=at)


def test_a_draft_is_nobody_to_ask(at, eve):
    ada = cast.person("Ada Vernet")
    organisations.start_registration(founder=ada, side="association", identity=SAME, at=at)
    with pytest.raises(joining.NoOrganisationToJoin):
        joining.request_to_join(newcomer=eve, identity=SAME, at=at)


def test_a_newcomer_learns_only_that_the_request_is_passed_on(troupe, eve):
    client = signed_in(eve)
    path = reverse("associations:registration", args=["identite"])
    refused = client.post(path, TAKEN)
    assert refused.status_code == 422
    assert "Demander à la rejoindre" in refused.content.decode()
    answer = client.post(path, {**TAKEN, "join": "1"}, follow=True)
    assert "Demande transmise" in answer.content.decode()
    for page in (refused.content.decode(), answer.content.decode()):
        for secret in ("Souffle", "Ada", "Lyon", troupe.ada.email, str(troupe.association.pk)):
            assert secret not in page
    assert requests().count() == 1
    assert not Organisation.objects.filter(name="Imitation").exists()


def test_trying_numbers_over_and_over_ends(troupe, eve):
    client = signed_in(eve)
    path = reverse("associations:registration", args=["identite"])
    for _try in range(10):
        assert "a déjà un espace" in client.post(path, TAKEN).content.decode()
    ended = client.post(path, TAKEN).content.decode()
    assert "beaucoup d’essais" in ended
    assert "a déjà un espace" not in ended


def test_asking_over_and_over_ends(troupe, eve):
    client = signed_in(eve)
    path = reverse("associations:registration", args=["identite"])
    for _try in range(5):
        assert client.post(path, {**TAKEN, "join": "1"}).status_code == 303
    assert "beaucoup d’essais" in client.post(path, {**TAKEN, "join": "1"}).content.decode()


def start(person, at):
    identity = organisations.OrganisationIdentity(name="Cœurs", city="Lyon", rna="W000000002")
    return organisations.start_registration(founder=person, side="association", identity=identity, at=at)


def test_a_registration_left_open_is_called_back_three_times(at, eve, smtp_sink):
    draft = start(eve, at)
    told = []
    for days in (0, 1, 3, 4, 10, 40):
        delivery.deliver_due(at=at + timedelta(days=days))
        told.append([mail["Subject"] for mail in smtp_sink.mails])
        smtp_sink.mails.clear()
    first, again = "Reprenez l’inscription de Cœurs quand vous voulez", "Terminez l’inscription de Cœurs"
    assert told == [[first], [], [again], [], [again], []]
    assert draft.state == "draft"


def test_the_way_back_leads_to_the_step_that_was_reached(at, eve, smtp_sink):
    draft = start(eve, at)
    delivery.deliver_due(at=at)
    (mail,) = smtp_sink.mails
    assert "/association/inscription/reprendre/" in mail.get_body(("plain",)).get_content()
    client = signed_in(eve)
    way = reverse("associations:registration", args=["reprendre"])
    assert client.get(way).url == reverse("associations:registration", args=["pieces"])
    resuming.record_step(organisation_id=draft.pk, administrator=eve, step="regles", at=at)
    resuming.record_step(organisation_id=draft.pk, administrator=eve, step="pieces", at=at)
    assert client.get(way).url == reverse("associations:registration", args=["regles"])
    assert client.get(reverse("home")).url == reverse("associations:registration", args=["regles"])


def test_what_was_handed_in_is_not_called_back(at, eve, smtp_sink):
    draft = start(eve, at)
    organisations.submit(
        organisation_id=draft.pk, administrator=eve, rules_version=organisations.RULES_VERSION, at=at
    )
    for days in (0, 3, 10):
        delivery.deliver_due(at=at + timedelta(days=days), limit=500)
    assert [mail for mail in smtp_sink.mails if "inscription de" in mail["Subject"]] == []
    recalls = Message.objects.filter(kind="registration-resume")
    assert (recalls.count(), recalls.filter(cancelled_at=None).count()) == (3, 0)


def test_only_its_administrators_move_a_registration(troupe, at, eve):
    draft = start(eve, at)
    with pytest.raises(NotAnAdministrator):
        resuming.record_step(organisation_id=draft.pk, administrator=troupe.ada, step="regles", at=at)
    with pytest.raises(IdentityNotEditable):
        resuming.record_step(
            organisation_id=troupe.association.pk, administrator=troupe.ada, step="regles", at=at
        )


def test_the_home_says_what_would_help(troupe):
    eve = cast.person("Eve Autre")
    cast.organisation(
        eve,
        "association",
        cast.SOUFFLE._replace(name="Cœurs", rna="W000000002", siren=""),
        at=datetime.now(UTC),
    )
    page = signed_in(eve).get(reverse("associations:home")).content.decode()
    assert "Pour aider le passeur à vérifier" in page
    assert "Statuts · Récépissé" in page
    assert "Dire vos ressources" not in page
    verified = signed_in(troupe.ada).get(reverse("associations:home")).content.decode()
    assert "Pour aider le passeur" not in verified
