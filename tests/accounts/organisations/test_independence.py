"""What a company counts for in the independence of an association: told and signed are never added twice."""

from uuid import UUID

from accounts.organisations.independence import DeclaredSupport, SignedSupport, company_totals, industry_total

VALFICTIF, EXEMPHARMA = UUID(int=1), UUID(int=2)


def test_the_larger_of_the_declared_and_signed_amounts_counts():
    given = [
        DeclaredSupport(None, "valfictif", 10_00),
        DeclaredSupport(VALFICTIF, "Valfictif", 5_00),
        DeclaredSupport(None, "Autre", 1_00),
    ]
    signed = [
        SignedSupport(2026, VALFICTIF, "Valfictif", 12_00),
        SignedSupport(2026, EXEMPHARMA, "Exempharma", 7_00),
    ]
    totals = {each.company: (each.amount_minor, each.signed_minor) for each in company_totals(given, signed)}
    assert totals == {"Valfictif": (15_00, 12_00), "Exempharma": (7_00, 7_00), "Autre": (1_00, 0)}
    more = company_totals(given, [signed[0]._replace(amount_minor=34_00)])
    assert more[0] == ("Valfictif", 34_00, 34_00)


def test_two_charters_of_one_company_add_up():
    signed = [
        SignedSupport(2026, VALFICTIF, "Valfictif", 12_00),
        SignedSupport(2026, VALFICTIF, "Valfictif", 3_00),
    ]
    assert company_totals([], signed) == [("Valfictif", 15_00, 15_00)]


def test_the_industry_total_is_at_least_the_sum_of_its_companies():
    companies = company_totals(
        [DeclaredSupport(None, "A", 20_00)], [SignedSupport(2026, VALFICTIF, "Valfictif", 15_00)]
    )
    assert industry_total(30_00, companies) == 35_00
    assert industry_total(40_00, companies) == 40_00
    assert industry_total(0, []) == 0
