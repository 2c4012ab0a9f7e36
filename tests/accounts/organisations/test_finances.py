import pytest

from accounts.models import IndustrySupport, SupportNature
from accounts.organisations.actions import finances
from accounts.organisations.independence import DEFAULT_THRESHOLDS, Thresholds
from accounts.organisations.queries.finances import thresholds, yearly_finances
from accounts.organisations.transitions import BrokerRequired, NotAnAdministrator
from ledger.models import Entry

pytestmark = pytest.mark.django_db
INCOME = finances.Income(2024, 100_000_00, 30_000_00)


def record(cast, income=INCOME, *, at, by=None):
    return finances.record_income(
        organisation_id=cast.association.pk, administrator=by or cast.ada, income=income, at=at
    )


def give(cast, company, amount_minor, *, at, year=2024, by=None):
    support = finances.SupportDetails(company, SupportNature.PATRONAGE, amount_minor)
    return finances.add_support(
        organisation_id=cast.association.pk,
        administrator=by or cast.ada,
        year=year,
        support=support,
        at=at,
    )


def test_the_shares_of_industry_and_of_each_company_are_computed(cast, at):
    record(cast, at=at)
    give(cast, "Valfictif", 12_000_00, at=at)
    give(cast, "valfictif", 8_000_00, at=at)
    give(cast, "Exempharma", 5_000_00, at=at)
    (year,) = [
        each for each in yearly_finances(cast.association, DEFAULT_THRESHOLDS) if each.income.year == 2024
    ]
    assert (year.percent, year.status, year.unnamed_minor) == (30, "due", 5_000_00)
    shares = {company.company: (company.percent, company.status) for company in year.companies}
    assert shares == {"Valfictif": (20, "due"), "Exempharma": (5, "ok")}


def test_the_companies_together_may_not_exceed_the_industry_part(cast, at):
    record(cast, at=at)
    give(cast, "Valfictif", 30_000_00, at=at)
    with pytest.raises(finances.CompaniesAboveIndustry):
        give(cast, "Exempharma", 1, at=at)
    with pytest.raises(finances.CompaniesAboveIndustry):
        record(cast, INCOME._replace(industry_minor=29_999_99), at=at)
    assert cast.association.incomes.get(year=2024).industry_minor == 30_000_00


def test_the_industry_part_may_not_exceed_the_income(cast, at):
    with pytest.raises(finances.IndustryAboveIncome):
        record(cast, INCOME._replace(income_minor=29_999_99), at=at)


def test_a_future_year_is_refused(cast, at):
    record(cast, INCOME._replace(year=2026), at=at)
    with pytest.raises(finances.YearInFuture):
        record(cast, INCOME._replace(year=2027), at=at)


def test_a_support_needs_the_income_of_its_year(cast, at):
    with pytest.raises(finances.IncomeMissing):
        give(cast, "Valfictif", 1, at=at, year=1999)


def test_a_removed_support_frees_its_amount_and_stays_in_the_ledger(cast, at):
    record(cast, at=at)
    support = give(cast, "Valfictif", 30_000_00, at=at)
    finances.remove_support(
        organisation_id=cast.association.pk, administrator=cast.ada, support_id=support.pk, at=at
    )
    give(cast, "Exempharma", 30_000_00, at=at)
    with pytest.raises(finances.SupportNotFound):
        finances.remove_support(
            organisation_id=cast.association.pk, administrator=cast.ada, support_id=support.pk, at=at
        )
    chain = Entry.objects.filter(subject_id=cast.association.pk).order_by("-sequence")
    assert [each.kind for each in chain[:3]] == [
        "organisation.support",
        "organisation.support-removed",
        "organisation.support",
    ]


def test_the_support_of_another_organisation_is_not_found(cast, at):
    record(cast, at=at)
    support = give(cast, "Valfictif", 1_00, at=at)
    with pytest.raises(finances.SupportNotFound):
        finances.remove_support(
            organisation_id=cast.company.pk, administrator=cast.carla, support_id=support.pk, at=at
        )
    assert IndustrySupport.objects.filter(pk=support.pk).exists()


@pytest.mark.parametrize("name", ["ben", "carla", "nora", "root"])
def test_only_an_administrator_adds_a_support(cast, at, name):
    record(cast, at=at)
    with pytest.raises(NotAnAdministrator):
        give(cast, "Valfictif", 1, at=at, by=getattr(cast, name))


def test_the_default_thresholds_apply_until_a_broker_sets_others(cast, at):
    assert thresholds() == DEFAULT_THRESHOLDS == (20, 40)
    finances.set_thresholds(broker=cast.nora, thresholds=Thresholds(10, 25), at=at)
    finances.set_thresholds(broker=cast.oscar, thresholds=Thresholds(15, 30), at=at)
    assert thresholds() == (15, 30)


@pytest.mark.parametrize("wanted", [(0, 40), (40, 40), (50, 40), (20, 101)])
def test_inconsistent_thresholds_are_refused(cast, at, wanted):
    with pytest.raises(finances.InvalidThresholds):
        finances.set_thresholds(broker=cast.nora, thresholds=Thresholds(*wanted), at=at)


def test_only_a_broker_sets_thresholds(cast, at):
    with pytest.raises(BrokerRequired):
        finances.set_thresholds(broker=cast.ada, thresholds=Thresholds(10, 20), at=at)


def test_one_year_takes_as_many_queries_as_many(cast, at, django_assert_num_queries):
    for year in range(2000, 2020):
        record(cast, INCOME._replace(year=year), at=at)
        give(cast, "Valfictif", 1_00, at=at, year=year)
    with django_assert_num_queries(2):
        assert len(yearly_finances(cast.association, DEFAULT_THRESHOLDS)) == 21
