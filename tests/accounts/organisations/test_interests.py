from datetime import date, timedelta

import pytest

from accounts.models import BoardLink, BrokerInterest, InterestKind
from accounts.organisations.actions import interests
from accounts.organisations.queries.interests import board_interests
from accounts.organisations.transitions import BrokerRequired, NotAnAdministrator
from ledger.models import Entry
from outbox.models import Message
from outbox.sending import delivery

pytestmark = pytest.mark.django_db
TIE = interests.BoardLinkDetails("Eve Autre", "Valfictif", "Conseil rémunéré", date(2024, 1, 1))
FEE = interests.BrokerInterestDetails(
    InterestKind.FEE, "Journée d’écoute", date(2025, 1, 1), amount_minor=2_400_00
)
YEAR = timedelta(days=365)


def declare(cast, tie=TIE, *, at, by=None, replaces=None):
    return interests.declare_link(
        organisation_id=cast.association.pk,
        administrator=by or cast.ada,
        link=tie,
        replaces=replaces,
        at=at,
    )


def confirm(cast, *, at):
    return interests.confirm_links(organisation_id=cast.association.pk, administrator=cast.ada, at=at)


def listed_interests(cast, *, at):
    return board_interests([cast.association.pk], at=at)[cast.association.pk]


def receive(cast, details=FEE, *, at, by=None, replaces=None):
    return interests.declare_broker_interest(
        broker=by or cast.nora,
        organisation_id=cast.company.pk,
        details=details,
        replaces=replaces,
        at=at,
    )


def kinds(organisation, many):
    chain = Entry.objects.filter(subject_id=organisation.pk).order_by("-sequence")
    return [each.kind.removeprefix("organisation.") for each in reversed(chain[:many])]


def test_no_statement_differs_from_a_statement_of_no_tie(cast, at):
    assert listed_interests(cast, at=at) == ([], None, True)
    statement = confirm(cast, at=at)
    assert listed_interests(cast, at=at) == ([], statement, False)
    assert statement.links == 0
    assert kinds(cast.association, 1) == ["links-stated"]


def test_a_replaced_link_stays_as_history(cast, at):
    first = declare(cast, at=at)
    second = declare(cast, TIE._replace(until_date=date(2026, 1, 1)), at=at, replaces=first.pk)
    first.refresh_from_db()
    assert (first.replaced_at, first.until_date) == (at, None)
    assert listed_interests(cast, at=at).links == [second]
    assert kinds(cast.association, 4) == ["link", "links-stated", "link", "links-stated"]
    with pytest.raises(interests.InterestNotFound):
        declare(cast, at=at, replaces=first.pk)
    assert BoardLink.objects.count() == 2


def test_the_ledger_names_nobody(cast, at):
    declare(cast, at=at)
    entry = Entry.objects.get(kind="organisation.link")
    assert "Eve" not in str(entry.facts)


def test_a_withdrawn_link_stays_as_history(cast, at):
    link = declare(cast, at=at)
    interests.withdraw_link(
        organisation_id=cast.association.pk, administrator=cast.ada, link_id=link.pk, at=at
    )
    assert listed_interests(cast, at=at).links == []
    assert listed_interests(cast, at=at).statement.links == 0
    assert BoardLink.objects.filter(pk=link.pk).exists()
    with pytest.raises(interests.InterestNotFound):
        interests.withdraw_link(
            organisation_id=cast.association.pk, administrator=cast.ada, link_id=link.pk, at=at
        )


def test_a_link_of_another_organisation_is_not_found(cast, at):
    link = declare(cast, at=at)
    with pytest.raises(interests.InterestNotFound):
        interests.withdraw_link(
            organisation_id=cast.company.pk, administrator=cast.carla, link_id=link.pk, at=at
        )


def test_a_statement_is_valid_for_a_year_and_then_due_again(cast, at, smtp_sink):
    confirm(cast, at=at)
    confirm(cast, at=at + timedelta(days=10))
    waiting = Message.objects.waiting().filter(kind="interests-to-confirm")
    assert [each.due_at for each in waiting] == [at + timedelta(days=10) + YEAR]
    assert not listed_interests(cast, at=at + YEAR).is_due
    late = at + timedelta(days=10) + YEAR
    assert listed_interests(cast, at=late).is_due
    delivery.deliver_due(at=at, limit=500)
    smtp_sink.mails.clear()
    delivery.deliver_due(at=late)
    assert [mail["To"] for mail in smtp_sink.mails if "Confirmez les liens" in mail["Subject"]] == [
        cast.ada.email
    ]


@pytest.mark.parametrize("name", ["ben", "carla", "nora", "root"])
def test_only_an_administrator_declares_a_link(cast, at, name):
    with pytest.raises(NotAnAdministrator):
        declare(cast, at=at, by=getattr(cast, name))


def test_a_link_that_ends_before_its_start_is_refused(cast, at):
    with pytest.raises(interests.InterestEndsBeforeStart):
        declare(cast, TIE._replace(until_date=date(2023, 12, 31)), at=at)


def test_a_replaced_fee_of_a_broker_stays_as_history(cast, at):
    first = receive(cast, at=at)
    second = receive(cast, FEE._replace(amount_minor=2_500_00), at=at, replaces=first.pk)
    assert list(BrokerInterest.objects.current()) == [second]
    assert BrokerInterest.objects.count() == 2
    assert kinds(cast.company, 2) == ["broker-interest", "broker-interest"]


def test_a_broker_may_not_change_the_declaration_of_another(cast, at):
    first = receive(cast, at=at)
    with pytest.raises(interests.InterestNotFound):
        receive(cast, at=at, by=cast.oscar, replaces=first.pk)
    with pytest.raises(interests.InterestNotFound):
        interests.withdraw_broker_interest(
            broker=cast.oscar, organisation_id=cast.company.pk, interest_id=first.pk, at=at
        )
    assert BrokerInterest.objects.current().get() == first


@pytest.mark.parametrize(
    ("interest", "refusal"),
    [
        (FEE._replace(amount_minor=None), interests.FeeWithoutAmount),
        (FEE._replace(until_date=date(2024, 12, 31)), interests.InterestEndsBeforeStart),
    ],
)
def test_an_inconsistent_interest_is_refused(cast, at, interest, refusal):
    with pytest.raises(refusal):
        receive(cast, interest, at=at)


def test_only_a_broker_declares_a_broker_interest(cast, at):
    with pytest.raises(BrokerRequired):
        receive(cast, at=at, by=cast.carla)


@pytest.mark.parametrize(
    ("interest", "is_listed"),
    [
        (FEE, True),
        (FEE._replace(from_date=date(2023, 3, 1)), False),
        (FEE._replace(from_date=date(2023, 3, 2)), True),
        (FEE._replace(from_date=date(2020, 1, 1), until_date=date(2023, 3, 2)), True),
        (FEE._replace(kind=InterestKind.LINK, amount_minor=None, from_date=date(2010, 1, 1)), True),
    ],
)
def test_interests_of_the_last_three_years_are_listed(cast, at, interest, is_listed):
    row = receive(cast, interest, at=at)
    assert (row in BrokerInterest.objects.current().since(date(2023, 3, 2))) is is_listed
