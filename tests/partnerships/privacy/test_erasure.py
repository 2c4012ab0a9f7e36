"""Erased for good: nobody signs in, nothing names them but what they signed, and nothing proved breaks."""

from __future__ import annotations

import os

import pytest
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Invitation, Membership, Organisation, Side, User
from accounts.models.user import ERASED
from accounts.people.actions import account, memberships
from accounts.people.actions.account import create_account
from accounts.privacy import actions as privacy
from accounts.registration import actions as registration
from ledger import queries as ledger_queries
from ledger import verify as ledger
from ledger.record import Subject
from outbox.models import Delivery, DeliveryState, Message, Preference
from outbox.sending import delivery
from partnerships.lifecycle import Edition
from partnerships.models import SealedCharter, Signature, Stance
from partnerships.privacy.forms import EraseForm
from partnerships.signing.actions import sealing
from partnerships.signing.identity_proof import Method
from tests import make
from tests.cast import PASSWORD, SOUFFLE
from tests.database_owner import owner
from tests.partnerships.privacy.erased_people import LATER, PAGE, SURE, hand_over

pytestmark = pytest.mark.django_db


def sign_in(email, password=PASSWORD):
    """Return a browser after a try at the door."""
    client = Client()
    client.post(reverse("account_login"), {"login": email, "password": password})
    return client


def is_in(client):
    return client.get(reverse("preferences")).status_code == 200


def test_a_person_erases_the_account_and_nobody_signs_in_with_it_any_more(cast):
    browser = sign_in(cast.ben.email)
    other = sign_in(cast.ben.email)
    assert is_in(browser)
    assert is_in(other)
    answer = browser.post(PAGE, SURE)
    assert (answer.status_code, answer["Location"]) == (303, "/")
    assert "Votre compte est supprimé." in browser.get("/").text
    assert not is_in(browser)
    assert not is_in(other)
    assert not is_in(sign_in("ben@theatre.example"))
    gone = User.objects.get(pk=cast.ben.pk)
    assert not is_in(sign_in(gone.email))
    assert (gone.full_name, gone.is_active, gone.has_usable_password()) == (ERASED, False, False)
    assert gone.email.endswith("@efface.invalid")
    assert not UserSession.objects.filter(user=gone).exists()
    assert not EmailAddress.objects.filter(user=gone).exists()
    assert not gone.groups.exists()
    assert not Membership.objects.filter(user=gone, left_at=None).exists()
    assert ledger.verify() is None


def test_no_row_of_any_table_holds_the_name_or_the_address(cast):
    case = make.partnership(cast, until=Edition.NEGOTIATION)
    make.say(case, cast.ben, Stance.QUESTION, at=make.NOON)
    make.agree(case, cast.carla, at=make.NOON)
    Preference.objects.create(user=cast.ben, topic="news", rhythm="weekly")
    account.request_address_change(user=cast.ben, new_email="ben@ailleurs.example", at=make.NOON)
    delivery.deliver_due(at=make.NOON, limit=1000)
    privacy.erase_person(user_id=cast.ben.pk, at=LATER)
    with owner():
        Message.objects.filter(kind="account-erased").delete()
    # What others were sent keeps its words for a while: the page says so.
    Delivery.objects.exclude(user=cast.ben).update(text="", html="", subject="")
    mentions = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            mentions += [(table, row[0]) for row in cursor.fetchall() if row[0]]
    names = ("Ben Lamarre", "ben@theatre.example", "ben@ailleurs.example")
    named = [table for table, row in mentions if any(name in row for name in names)]
    assert named == []


def test_signed_charters_stay_and_are_still_verified(cast, enter, tmp_path, settings):
    settings.SEAL_KEY_FILE = str(tmp_path / "seal" / "key.pem")
    settings.SEAL_CERTIFICATE_FILE = str(tmp_path / "seal" / "certificate.pem")
    case = make.partnership(cast, until=Edition.SIGNED)
    assert sealing.seal(charter_id=make.charter(case).pk, at=make.NOON)
    pdf = tmp_path / "charte.pdf"
    pdf.write_bytes(bytes(SealedCharter.objects.get().pdf))
    hand_over(cast)
    privacy.erase_person(user_id=cast.ada.pk, at=LATER)
    assert Signature.objects.get(signatory=cast.ada).typed_name == "Ada Vernet"
    call_command("verify_ledger")
    call_command("verify_charter", os.fspath(pdf))
    page = enter(cast.ben).get(reverse("partnerships:charter", args=[case.reference])).text
    assert "Ada Vernet" in page
    entry = enter(cast.ben).get(reverse("partnerships:ledger", args=[case.reference]))
    assert entry.status_code == 200


def test_the_ledger_says_that_the_person_is_erased(cast, enter):
    case = make.partnership(cast, until=Edition.NEGOTIATION)
    make.say(case, cast.ben, Stance.QUESTION, at=make.NOON)
    privacy.erase_person(user_id=cast.ben.pk, at=LATER)
    last = ledger_queries.entries(subject=Subject("case", case.pk)).filter(actor=cast.ben).first()
    page = enter(cast.ada).get(reverse("partnerships:ledger_entry", args=[case.reference, last.sequence]))
    assert "Personne supprimée" in page.text
    with translation.override("en"):
        assert str(User.objects.get(pk=cast.ben.pk)) == "Deleted person"


def test_the_same_address_opens_a_new_account(cast):
    privacy.erase_person(user_id=cast.ben.pk, at=LATER)
    again = create_account(email="ben@theatre.example", full_name="Ben Lamarre", password=PASSWORD)
    assert again.pk != cast.ben.pk
    assert is_in(sign_in("ben@theatre.example"))


def test_invitations_and_mails_forget_the_address_and_nothing_more_leaves(cast):
    memberships.invite(
        organisation_id=cast.association.pk,
        administrator=cast.ada,
        guest=memberships.Guest("dan@theatre.example", "Dan Maillard"),
        roles=memberships.Roles(),
        at=make.NOON,
    )
    privacy.erase_person(user_id=cast.dan.pk, at=LATER)
    assert not Invitation.objects.filter(email__startswith="dan@").exists()
    assert not Invitation.objects.filter(full_name="Dan Maillard").exists()
    assert not Invitation.objects.filter(revoked_at=None, accepted_at=None).exists()
    delivery.deliver_due(at=LATER, limit=1000)
    left = Delivery.objects.filter(address="dan@theatre.example")
    assert [mail.message.kind for mail in left] == ["account-erased"]
    assert left.get().state == DeliveryState.SENT
    assert "Personne supprimée" in left.get().text


def test_whoever_types_the_address_of_another_erases_nothing_of_theirs(cast):
    EmailAddress.objects.create(user=cast.dan, email="ben@theatre.example", verified=False)
    privacy.erase_person(user_id=cast.dan.pk, at=LATER)
    assert Invitation.objects.filter(email="ben@theatre.example").exists()


def test_a_registration_started_alone_is_removed_with_its_founder(cast):
    registration.start_registration(
        founder=cast.ben,
        side=Side.ASSOCIATION,
        identity=SOUFFLE._replace(rna="W000000002", siren=""),
        at=make.NOON,
    )
    privacy.erase_person(user_id=cast.ben.pk, at=LATER)
    assert not Organisation.objects.filter(state="draft").exists()
    assert ledger.verify() is None


@pytest.mark.parametrize(
    "typed", [{}, {"understands": "on"}, {"secret": PASSWORD}, {"understands": "on", "secret": "faux"}]
)
def test_without_consent_and_proof_nothing_goes(cast, enter, typed):
    cache.clear()
    assert enter(cast.ben).post(PAGE, typed).status_code == 422
    assert User.objects.get(pk=cast.ben.pk).is_active


def test_a_person_without_a_secret_is_asked_to_choose_one(cast, enter):
    cast.ben.set_unusable_password()
    cast.ben.save()
    page = enter(cast.ben).get(PAGE).text
    assert "Choisissez d’abord un mot de passe" in page
    assert enter(cast.ben).post(PAGE, SURE).status_code == 422


def test_what_is_erased_is_not_erased_twice(cast):
    privacy.erase_person(user_id=cast.ben.pk, at=LATER)
    with pytest.raises(privacy.AlreadyErased):
        privacy.erase_person(user_id=cast.ben.pk, at=LATER)


def test_the_database_keeps_an_erased_person_out(cast):
    privacy.erase_person(user_id=cast.ben.pk, at=LATER)
    for change in ({"is_active": True}, {"full_name": "Ben"}, {"email": "ben@theatre.example"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            User.objects.filter(pk=cast.ben.pk).update(**change)


ODD = st.one_of(
    st.text(st.characters(codec="utf-8"), max_size=300),
    st.sampled_from(["\x00", "🫁" * 50, "\u202eمرحبا", "'; DROP TABLE x; --", "<script>", "a" * 10_000_000]),
)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(typed=st.fixed_dictionaries({}, optional={"understands": ODD, "secret": ODD}))
def test_any_input_gets_a_response(cast, typed):
    cache.clear()
    request = RequestFactory().post("/")
    request.user = cast.oscar
    form = EraseForm(typed, request=request, method=Method.TOTP)
    assert not form.is_valid()
    assert all(str(error) for errors in form.errors.values() for error in errors)
