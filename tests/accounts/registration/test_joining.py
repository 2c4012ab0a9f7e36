"""A newcomer whose organisation is here asks to be let in; a registration left open is called back."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Organisation
from accounts.organisations.transitions import IdentityNotEditable, NotAnAdministrator
from accounts.people.actions import memberships
from accounts.registration import actions as registration
from ledger.models import Entry
from outbox.models import Message
from outbox.sending import delivery
from tests.cast import SOUFFLE, create_person, register_organisation

pytestmark = pytest.mark.django_db
TAKEN = {
    "name": "Imitation",
    "city": "Nantes",
    "kind": "rna",
    "rna": "W000000001",
    "purpose": "Agir avec les patients.",
}
SAME = registration.OrganisationIdentity(name="Imitation", rna="W000000001")


@pytest.fixture
def eve(db):
    return create_person("Eve Autre")


def signed_in(person):
    client = Client()
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def requests():
    return Message.objects.filter(kind="join-request")


def test_only_administrators_get_a_join_request(cast, at, eve, smtp_sink):
    delivery.deliver_due(at=at, limit=500)
    smtp_sink.mails.clear()
    registration.request_to_join(newcomer=eve, identity=SAME, at=at)
    delivery.deliver_due(at=at, limit=500)
    (mail,) = smtp_sink.mails
    assert (mail["To"], mail["Subject"]) == (
        cast.ada.email,
        "Demande à rejoindre votre organisation\u00a0: Eve Autre",
    )
    text = mail.get_body(("plain",)).get_content()
    assert eve.email in text
    assert reverse("invite", args=[cast.association.pk]) in text
    entry = Entry.objects.get(kind="organisation.join-asked")
    assert (entry.subject_id, entry.actor_id) == (cast.association.pk, eve.pk)


def test_a_repeated_request_sends_one_mail(cast, at, eve):
    for hours in (0, 5):
        registration.request_to_join(newcomer=eve, identity=SAME, at=at + timedelta(hours=hours))
    assert requests().count() == 1
    assert Entry.objects.filter(kind="organisation.join-asked").count() == 1


def test_a_request_of_a_new_member_is_not_mailed(cast, at, eve, smtp_sink):
    delivery.deliver_due(at=at, limit=500)
    registration.request_to_join(newcomer=eve, identity=SAME, at=at)
    invitation = memberships.invite(
        organisation_id=cast.association.pk,
        administrator=cast.ada,
        guest=memberships.Guest(eve.email),
        roles=memberships.Roles(),
        at=at,
    )
    memberships.accept_invitation(token=invitation.token, user=eve, at=at)
    smtp_sink.mails.clear()
    delivery.deliver_due(at=at, limit=500)
    assert [mail["Subject"] for mail in smtp_sink.to(cast.ada.email)] == []


def test_a_refused_request_has_a_reason(cast, at, eve):
    with pytest.raises(registration.BrokersDoNotRegister):
        registration.request_to_join(newcomer=cast.nora, identity=SAME, at=at)
    with pytest.raises(registration.AlreadyJoined):
        registration.request_to_join(newcomer=cast.ben, identity=SAME, at=at)
    with pytest.raises(registration.NoOrganisationToJoin):
        registration.request_to_join(newcomer=eve, identity=SAME._replace(rna="W000000009"), at=at)


def test_a_draft_gets_no_request(at, eve):
    ada = create_person("Ada Vernet")
    registration.start_registration(founder=ada, side="association", identity=SAME, at=at)
    with pytest.raises(registration.NoOrganisationToJoin):
        registration.request_to_join(newcomer=eve, identity=SAME, at=at)


def test_a_newcomer_learns_only_that_the_request_is_sent(cast, eve):
    client = signed_in(eve)
    path = reverse("associations:registration", args=["identite"])
    refused = client.post(path, TAKEN)
    assert refused.status_code == 422
    assert "Demander à la rejoindre" in refused.content.decode()
    answer = client.post(path, {**TAKEN, "join": "1"}, follow=True)
    assert "Demande envoyée" in answer.content.decode()
    for page in (refused.content.decode(), answer.content.decode()):
        for secret in ("Souffle", "Ada", "Lyon", cast.ada.email, str(cast.association.pk)):
            assert secret not in page
    assert requests().count() == 1
    assert not Organisation.objects.filter(name="Imitation").exists()


def test_attempts_of_numbers_are_limited(cast, eve):
    client = signed_in(eve)
    path = reverse("associations:registration", args=["identite"])
    for _try in range(10):
        assert "a déjà un espace" in client.post(path, TAKEN).content.decode()
    ended = client.post(path, TAKEN).content.decode()
    assert "Trop d’essais" in ended
    assert "a déjà un espace" not in ended


def test_join_requests_are_limited(cast, eve):
    client = signed_in(eve)
    path = reverse("associations:registration", args=["identite"])
    for _try in range(5):
        assert client.post(path, {**TAKEN, "join": "1"}).status_code == 303
    assert "Trop d’essais" in client.post(path, {**TAKEN, "join": "1"}).content.decode()


def start(person, at):
    identity = registration.OrganisationIdentity(name="Cœurs", city="Lyon", rna="W000000002")
    return registration.start_registration(founder=person, side="association", identity=identity, at=at)


def test_an_unfinished_registration_gets_three_mails(at, eve, smtp_sink):
    draft = start(eve, at)
    subjects = []
    for days in (0, 1, 3, 4, 10, 40):
        delivery.deliver_due(at=at + timedelta(days=days))
        subjects.append([mail["Subject"] for mail in smtp_sink.mails])
        smtp_sink.mails.clear()
    first, again = (
        "Continuez l’inscription quand vous voulez\u00a0: Cœurs",
        "Terminez l’inscription\u00a0: Cœurs",
    )
    assert subjects == [[first], [], [again], [], [again], []]
    assert draft.state == "draft"


def test_the_resume_link_redirects_to_the_step_reached(at, eve, smtp_sink):
    draft = start(eve, at)
    delivery.deliver_due(at=at)
    (mail,) = smtp_sink.mails
    assert "/association/inscription/reprendre/" in mail.get_body(("plain",)).get_content()
    client = signed_in(eve)
    way = reverse("associations:registration", args=["reprendre"])
    assert client.get(way).url == reverse("associations:registration", args=["pieces"])
    registration.record_step(organisation_id=draft.pk, administrator=eve, step="regles", at=at)
    registration.record_step(organisation_id=draft.pk, administrator=eve, step="pieces", at=at)
    assert client.get(way).url == reverse("associations:registration", args=["regles"])
    assert client.get(reverse("home")).url == reverse("associations:registration", args=["regles"])


def test_a_submitted_registration_gets_no_reminder(at, eve, smtp_sink):
    draft = start(eve, at)
    registration.submit(
        organisation_id=draft.pk, administrator=eve, rules_version=registration.RULES_VERSION, at=at
    )
    for days in (0, 3, 10):
        delivery.deliver_due(at=at + timedelta(days=days), limit=500)
    assert [mail for mail in smtp_sink.mails if "inscription de" in mail["Subject"]] == []
    recalls = Message.objects.filter(kind="registration-resume")
    assert (recalls.count(), recalls.filter(cancelled_at=None).count()) == (3, 0)


def test_only_an_administrator_continues_a_registration(cast, at, eve):
    draft = start(eve, at)
    with pytest.raises(NotAnAdministrator):
        registration.record_step(organisation_id=draft.pk, administrator=cast.ada, step="regles", at=at)
    with pytest.raises(IdentityNotEditable):
        registration.record_step(
            organisation_id=cast.association.pk, administrator=cast.ada, step="regles", at=at
        )


def test_the_home_shows_what_is_missing_for_vetting(cast):
    eve = create_person("Eve Autre")
    register_organisation(
        eve,
        "association",
        SOUFFLE._replace(name="Cœurs", rna="W000000002", siren=""),
        at=datetime.now(UTC),
    )
    page = signed_in(eve).get(reverse("associations:home")).content.decode()
    assert "Pour aider le passeur à vérifier" in page
    assert "Statuts · Récépissé" in page
    assert "Indiquer vos ressources" not in page
    verified = signed_in(cast.ada).get(reverse("associations:home")).content.decode()
    assert "Pour aider le passeur" not in verified
