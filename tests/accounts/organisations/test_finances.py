import pytest

from accounts.models import IndustrySupport, SupportNature
from accounts.organisations.actions import finances
from accounts.organisations.independence import DEFAULT_THRESHOLDS, Thresholds
from accounts.organisations.queries.finances import thresholds, yearly_finances
from accounts.organisations.transitions import BrokerRequired, NotAnAdministrator
from ledger.models import Entry

pytestmark = pytest.mark.django_db
INCOME = finances.Income(2024, 100_000_00, 30_000_00)


def record(troupe, income=INCOME, *, at, by=None):
    return finances.record_income(
        organisation_id=troupe.association.pk, administrator=by or troupe.ada, income=income, at=at
    )


def give(troupe, company, amount_minor, *, at, year=2024, by=None):
    support = finances.SupportDetails(company, SupportNature.PATRONAGE, amount_minor)
    return finances.add_support(
        organisation_id=troupe.association.pk,
        administrator=by or troupe.ada,
        year=year,
        support=support,
        at=at,
    )


def test_the_shares_of_industry_and_of_each_company_are_computed(troupe, at):
    record(troupe, at=at)
    give(troupe, "Valfictif", 12_000_00, at=at)
    give(troupe, "valfictif", 8_000_00, at=at)
    give(troupe, "Exempharma", 5_000_00, at=at)
    (year,) = [
        each for each in yearly_finances(troupe.association, DEFAULT_THRESHOLDS) if each.income.year == 2024
    ]
    assert (year.percent, year.status, year.unnamed_minor) == (30, "due", 5_000_00)
    told = {company.company: (company.percent, company.status) for company in year.companies}
    assert told == {"Valfictif": (20, "due"), "Exempharma": (5, "ok")}


def test_the_companies_together_may_not_exceed_the_industry_part(troupe, at):
    record(troupe, at=at)
    give(troupe, "Valfictif", 30_000_00, at=at)
    with pytest.raises(finances.CompaniesAboveIndustry):
        give(troupe, "Exempharma", 1, at=at)
    with pytest.raises(finances.CompaniesAboveIndustry):
        record(troupe, INCOME._replace(industry_minor=29_999_99), at=at)
    assert troupe.association.incomes.get(year=2024).industry_minor == 30_000_00


def test_the_industry_part_may_not_exceed_the_income(troupe, at):
    with pytest.raises(finances.IndustryAboveIncome):
        record(troupe, INCOME._replace(income_minor=29_999_99), at=at)


def test_a_future_year_is_refused(troupe, at):
    record(troupe, INCOME._replace(year=2026), at=at)
    with pytest.raises(finances.YearInFuture):
        record(troupe, INCOME._replace(year=2027), at=at)


def test_a_support_needs_the_income_of_its_year(troupe, at):
    with pytest.raises(finances.IncomeMissing):
        give(troupe, "Valfictif", 1, at=at, year=1999)


def test_a_removed_support_frees_its_amount_and_stays_in_the_ledger(troupe, at):
    record(troupe, at=at)
    support = give(troupe, "Valfictif", 30_000_00, at=at)
    finances.remove_support(
        organisation_id=troupe.association.pk, administrator=troupe.ada, support_id=support.pk, at=at
    )
    give(troupe, "Exempharma", 30_000_00, at=at)
    with pytest.raises(finances.SupportNotFound):
        finances.remove_support(
            organisation_id=troupe.association.pk, administrator=troupe.ada, support_id=support.pk, at=at
        )
    chain = Entry.objects.filter(subject_id=troupe.association.pk).order_by("-sequence")
    assert [each.kind for each in chain[:3]] == [
        "organisation.support",
        "organisation.support-removed",
        "organisation.support",
    ]


def test_the_support_of_another_organisation_is_not_found(troupe, at):
    record(troupe, at=at)
    support = give(troupe, "Valfictif", 1_00, at=at)
    with pytest.raises(finances.SupportNotFound):
        finances.remove_support(
            organisation_id=troupe.company.pk, administrator=troupe.carla, support_id=support.pk, at=at
        )
    assert IndustrySupport.objects.filter(pk=support.pk).exists()


@pytest.mark.parametrize("name", ["ben", "carla", "nora", "root"])
def test_only_an_administrator_adds_a_support(troupe, at, name):
    record(troupe, at=at)
    with pytest.raises(NotAnAdministrator):
        give(troupe, "Valfictif", 1, at=at, by=getattr(troupe, name))


def test_the_default_thresholds_apply_until_a_broker_sets_others(troupe, at):
    assert thresholds() == DEFAULT_THRESHOLDS == (20, 40)
    finances.set_thresholds(broker=troupe.nora, thresholds=Thresholds(10, 25), at=at)
    finances.set_thresholds(broker=troupe.oscar, thresholds=Thresholds(15, 30), at=at)
    assert thresholds() == (15, 30)


@pytest.mark.parametrize("wanted", [(0, 40), (40, 40), (50, 40), (20, 101)])
def test_inconsistent_thresholds_are_refused(troupe, at, wanted):
    with pytest.raises(finances.InvalidThresholds):
        finances.set_thresholds(broker=troupe.nora, thresholds=Thresholds(*wanted), at=at)


def test_only_a_broker_sets_thresholds(troupe, at):
    with pytest.raises(BrokerRequired):
        finances.set_thresholds(broker=troupe.ada, thresholds=Thresholds(10, 20), at=at)


def test_one_year_takes_as_many_queries_as_many(troupe, at, django_assert_num_queries):
    for year in range(2000, 2020):
        record(troupe, INCOME._replace(year=year), at=at)
        give(troupe, "Valfictif", 1_00, at=at, year=year)
    with django_assert_num_queries(2):
        assert len(yearly_finances(troupe.association, DEFAULT_THRESHOLDS)) == 21
