from datetime import date, timedelta

import pytest

from accounts import queries
from accounts.actions import mandates, people
from accounts.actions.advance import NotAnAdministrator

pytestmark = pytest.mark.django_db
TERMS = mandates.Terms("présidente", "Statuts, article 12", date(2026, 1, 1), date(2026, 12, 31), 1_000_00)


def record(troupe, signatory, *, at, terms=TERMS, by=None):
    return mandates.record_mandate(
        organisation_id=troupe.association.pk,
        administrator=by or troupe.ada,
        signatory_id=signatory.pk,
        terms=terms,
        at=at,
    )


def held(troupe, day=date(2026, 6, 1), amount_minor=0, user=None):
    return queries.mandate_of(user or troupe.ada, troupe.association, day, amount_minor)


def test_a_new_mandate_ends_the_one_that_runs(troupe, at):
    new = record(troupe, troupe.ada, at=at)
    troupe.ada_mandate.refresh_from_db()
    assert troupe.ada_mandate.revoked_at == at
    assert held(troupe) == new


@pytest.mark.parametrize(
    ("day", "amount_minor", "binds"),
    [
        (date(2025, 12, 31), 0, False),
        (date(2026, 1, 1), 1_000_00, True),
        (date(2026, 12, 31), 0, True),
        (date(2027, 1, 1), 0, False),
        (date(2026, 6, 1), 1_000_01, False),
    ],
)
def test_a_mandate_binds_between_its_days_up_to_its_ceiling(troupe, at, day, amount_minor, binds):
    record(troupe, troupe.ada, at=at)
    assert bool(held(troupe, day, amount_minor)) is binds


@pytest.mark.parametrize("name", ["ben", "carla", "nora"])
def test_a_mandate_goes_to_a_present_signatory(troupe, at, name):
    with pytest.raises(mandates.NotASignatory):
        record(troupe, getattr(troupe, name), at=at)


@pytest.mark.parametrize("name", ["ben", "carla", "nora", "root"])
def test_only_an_administrator_gives_it(troupe, at, name):
    with pytest.raises(NotAnAdministrator):
        record(troupe, troupe.ada, at=at, by=getattr(troupe, name))


def test_it_ends_after_it_begins(troupe, at):
    terms = TERMS._replace(valid_until_date=date(2025, 12, 31))
    with pytest.raises(mandates.EndsBeforeItBegins):
        record(troupe, troupe.ada, at=at, terms=terms)


def test_it_ends_once(troupe, at):
    def end():
        mandates.revoke_mandate(
            organisation_id=troupe.association.pk,
            administrator=troupe.ada,
            mandate_id=troupe.ada_mandate.pk,
            at=at,
        )

    end()
    assert held(troupe) is None
    with pytest.raises(mandates.NoSuchMandate):
        end()


def test_the_mandate_of_another_organisation_is_not_ours_to_end(troupe, at):
    with pytest.raises(mandates.NoSuchMandate):
        mandates.revoke_mandate(
            organisation_id=troupe.association.pk,
            administrator=troupe.ada,
            mandate_id=troupe.carla_mandate.pk,
            at=at,
        )


def test_who_leaves_binds_nobody(troupe, at):
    people.change_roles(
        organisation_id=troupe.association.pk,
        administrator=troupe.ada,
        member_id=troupe.ben.pk,
        roles=people.Roles(is_administrator=True),
        at=at,
    )
    people.leave(organisation_id=troupe.association.pk, member=troupe.ada, at=at + timedelta(hours=1))
    assert held(troupe) is None
