"""The address of an account changes when both addresses have said so, and not before."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress

from accounts.models import AddressChange, User
from accounts.people.actions import account
from ledger.models import Entry
from outbox.sending import delivery

pytestmark = pytest.mark.django_db
NEW = "ada.neuve@theatre.example"


def ask(person, at, new=NEW):
    return account.request_address_change(user=person, new_email=new, at=at)


def address_of(person):
    return User.objects.get(pk=person.pk).email


def test_a_request_writes_to_the_current_address_and_the_new_one_cannot_sign_in(cast, at, smtp_sink):
    delivery.deliver_due(at=at, limit=500)
    smtp_sink.mails.clear()
    change = ask(cast.ada, at)
    delivery.deliver_due(at=at)
    (mail,) = smtp_sink.mails
    assert mail["To"] == "ada@theatre.example"
    assert f"/adresse/{change.token}/" in mail.get_body(("plain",)).get_content()
    assert address_of(cast.ada) == "ada@theatre.example"
    assert not EmailAddress.objects.filter(email=NEW).exists()


def test_a_confirmation_changes_the_address_writes_to_both_and_enters_the_ledger(cast, at, smtp_sink):
    delivery.deliver_due(at=at, limit=500)
    smtp_sink.mails.clear()
    account.confirm_address_change(token=ask(cast.ada, at).token, at=at)
    delivery.deliver_due(at=at)
    assert address_of(cast.ada) == NEW
    (address,) = EmailAddress.objects.filter(user=cast.ada)
    assert (address.email, address.verified, address.primary) == (NEW, True, True)
    assert {str(mail["To"]) for mail in smtp_sink.mails} == {NEW, "ada@theatre.example"}
    last = Entry.objects.filter(subject_id=cast.association.pk).order_by("sequence").last()
    assert last.kind == "organisation.address-changed"
    assert NEW not in str(last.facts)


def move_elsewhere(change, at):
    User.objects.filter(pk=change.user_id).update(email="ailleurs@theatre.example")


SPOILS = {
    "refused": lambda change, at: account.refuse_address_change(token=change.token, at=at),
    "withdrawn": lambda change, at: account.cancel_address_change(user=change.user, at=at),
    "asked anew": lambda change, at: ask(change.user, at, new="autre@theatre.example"),
    "moved": move_elsewhere,
    "used": lambda change, at: account.confirm_address_change(token=change.token, at=at),
}


def refused_both_ways(token, at):
    for answer in (account.confirm_address_change, account.refuse_address_change):
        with pytest.raises(account.AddressChangeClosed):
            answer(token=token, at=at)


@pytest.mark.parametrize("spoil", SPOILS)
def test_a_closed_link_changes_nothing(cast, at, spoil):
    change = ask(cast.ada, at)
    SPOILS[spoil](change, at)
    before = address_of(cast.ada)
    refused_both_ways(change.token, at)
    assert address_of(cast.ada) == before


def test_an_old_link_and_an_invented_one_change_nothing(cast, at):
    change = ask(cast.ada, at)
    refused_both_ways(change.token, at + timedelta(days=3))
    refused_both_ways("f" * 64, at)
    assert address_of(cast.ada) == "ada@theatre.example"


def test_an_address_taken_in_the_meantime_is_refused(cast, at):
    change = ask(cast.ada, at, new=cast.ben.email)
    with pytest.raises(account.AddressTaken):
        account.confirm_address_change(token=change.token, at=at)
    assert address_of(cast.ada) == "ada@theatre.example"
    assert AddressChange.objects.get().ended_at is None


def test_the_link_cannot_be_derived_from_the_table(cast, at):
    change = ask(cast.ada, at)
    stored = AddressChange.objects.filter(pk=change.pk).values().get()
    assert change.token not in map(str, stored.values())
