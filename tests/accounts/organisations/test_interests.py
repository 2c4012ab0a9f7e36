from datetime import date, timedelta

import pytest

from accounts.models import BoardLink, BrokerInterest, InterestKind
from accounts.organisations.actions import interests
from accounts.organisations.queries.interests import board_interests
from accounts.organisations.transitions import BrokerRequired, NotAnAdministrator
from ledger.models import Entry
from outbox import delivery
from outbox.models import Message

pytestmark = pytest.mark.django_db
TIE = interests.BoardLinkDetails("Eve Autre", "Valfictif", "Conseil rémunéré", date(2024, 1, 1))
FEE = interests.BrokerInterestDetails(
    InterestKind.FEE, "Journée d’écoute", date(2025, 1, 1), amount_minor=2_400_00
)
YEAR = timedelta(days=365)


def declare(troupe, tie=TIE, *, at, by=None, replaces=None):
    return interests.declare_link(
        organisation_id=troupe.association.pk,
        administrator=by or troupe.ada,
        link=tie,
        replaces=replaces,
        at=at,
    )


def confirm(troupe, *, at):
    return interests.confirm_links(organisation_id=troupe.association.pk, administrator=troupe.ada, at=at)


def told(troupe, *, at):
    return board_interests([troupe.association.pk], at=at)[troupe.association.pk]


def receive(troupe, held=FEE, *, at, by=None, replaces=None):
    return interests.declare_broker_interest(
        broker=by or troupe.nora,
        organisation_id=troupe.company.pk,
        details=held,
        replaces=replaces,
        at=at,
    )


def kinds(organisation, many):
    chain = Entry.objects.filter(subject_id=organisation.pk).order_by("-sequence")
    return [each.kind.removeprefix("organisation.") for each in reversed(chain[:many])]


def test_no_statement_differs_from_a_statement_of_no_tie(troupe, at):
    assert told(troupe, at=at) == ([], None, True)
    statement = confirm(troupe, at=at)
    assert told(troupe, at=at) == ([], statement, False)
    assert statement.links == 0
    assert kinds(troupe.association, 1) == ["links-stated"]


def test_a_replaced_link_stays_as_history(troupe, at):
    first = declare(troupe, at=at)
    second = declare(troupe, TIE._replace(until_date=date(2026, 1, 1)), at=at, replaces=first.pk)
    first.refresh_from_db()
    assert (first.replaced_at, first.until_date) == (at, None)
    assert told(troupe, at=at).links == [second]
    assert kinds(troupe.association, 4) == ["link", "links-stated", "link", "links-stated"]
    with pytest.raises(interests.InterestNotFound):
        declare(troupe, at=at, replaces=first.pk)
    assert BoardLink.objects.count() == 2


def test_the_ledger_names_nobody(troupe, at):
    declare(troupe, at=at)
    entry = Entry.objects.get(kind="organisation.link")
    assert "Eve" not in str(entry.facts)


def test_a_withdrawn_link_stays_as_history(troupe, at):
    link = declare(troupe, at=at)
    interests.withdraw_link(
        organisation_id=troupe.association.pk, administrator=troupe.ada, link_id=link.pk, at=at
    )
    assert told(troupe, at=at).links == []
    assert told(troupe, at=at).statement.links == 0
    assert BoardLink.objects.filter(pk=link.pk).exists()
    with pytest.raises(interests.InterestNotFound):
        interests.withdraw_link(
            organisation_id=troupe.association.pk, administrator=troupe.ada, link_id=link.pk, at=at
        )


def test_a_link_of_another_organisation_is_not_found(troupe, at):
    link = declare(troupe, at=at)
    with pytest.raises(interests.InterestNotFound):
        interests.withdraw_link(
            organisation_id=troupe.company.pk, administrator=troupe.carla, link_id=link.pk, at=at
        )


def test_a_statement_is_valid_for_a_year_and_then_due_again(troupe, at, smtp_sink):
    confirm(troupe, at=at)
    confirm(troupe, at=at + timedelta(days=10))
    waiting = Message.objects.waiting().filter(kind="interests-to-confirm")
    assert [each.due_at for each in waiting] == [at + timedelta(days=10) + YEAR]
    assert not told(troupe, at=at + YEAR).is_due
    late = at + timedelta(days=10) + YEAR
    assert told(troupe, at=late).is_due
    delivery.deliver_due(at=at, limit=500)
    smtp_sink.mails.clear()
    delivery.deliver_due(at=late)
    assert [mail["To"] for mail in smtp_sink.mails if "Confirmez les liens" in mail["Subject"]] == [
        troupe.ada.email
    ]


@pytest.mark.parametrize("name", ["ben", "carla", "nora", "root"])
def test_only_an_administrator_declares_a_link(troupe, at, name):
    with pytest.raises(NotAnAdministrator):
        declare(troupe, at=at, by=getattr(troupe, name))


def test_a_link_that_ends_before_its_start_is_refused(troupe, at):
    with pytest.raises(interests.InterestEndsBeforeStart):
        declare(troupe, TIE._replace(until_date=date(2023, 12, 31)), at=at)


def test_a_replaced_fee_of_a_broker_stays_as_history(troupe, at):
    first = receive(troupe, at=at)
    second = receive(troupe, FEE._replace(amount_minor=2_500_00), at=at, replaces=first.pk)
    assert list(BrokerInterest.objects.current()) == [second]
    assert BrokerInterest.objects.count() == 2
    assert kinds(troupe.company, 2) == ["broker-interest", "broker-interest"]


def test_a_broker_may_not_change_the_declaration_of_another(troupe, at):
    first = receive(troupe, at=at)
    with pytest.raises(interests.InterestNotFound):
        receive(troupe, at=at, by=troupe.oscar, replaces=first.pk)
    with pytest.raises(interests.InterestNotFound):
        interests.withdraw_broker_interest(
            broker=troupe.oscar, organisation_id=troupe.company.pk, interest_id=first.pk, at=at
        )
    assert BrokerInterest.objects.current().get() == first


@pytest.mark.parametrize(
    ("held", "refusal"),
    [
        (FEE._replace(amount_minor=None), interests.FeeWithoutAmount),
        (FEE._replace(until_date=date(2024, 12, 31)), interests.InterestEndsBeforeStart),
    ],
)
def test_an_inconsistent_interest_is_refused(troupe, at, held, refusal):
    with pytest.raises(refusal):
        receive(troupe, held, at=at)


def test_only_a_broker_declares_a_broker_interest(troupe, at):
    with pytest.raises(BrokerRequired):
        receive(troupe, at=at, by=troupe.carla)


@pytest.mark.parametrize(
    ("held", "is_told"),
    [
        (FEE, True),
        (FEE._replace(from_date=date(2023, 3, 1)), False),
        (FEE._replace(from_date=date(2023, 3, 2)), True),
        (FEE._replace(from_date=date(2020, 1, 1), until_date=date(2023, 3, 2)), True),
        (FEE._replace(kind=InterestKind.LINK, amount_minor=None, from_date=date(2010, 1, 1)), True),
    ],
)
def test_interests_of_the_last_three_years_are_listed(troupe, at, held, is_told):
    row = receive(troupe, held, at=at)
    assert (row in BrokerInterest.objects.current().since(date(2023, 3, 2))) is is_told
