"""Whatever an organisation or a broker declares is saved, or refused in words; nothing fails."""

import contextlib

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.actions import approvals, finances, interests
from accounts.actions.advance import Refusal
from accounts.forms.days import DayField
from accounts.forms.interests import LinkForm
from accounts.models import REGIONS, ApprovalLevel
from associations.forms import ApprovalForm, SupportForm, YearForm
from broker.forms.interests import InterestForm
from tests.accounts.forms.test_odd_input import COMMON, purposes, words

days = st.one_of(st.dates().map(str), words)
optional_days = st.one_of(st.just(""), days)
amounts = st.one_of(st.integers(-5, 2**70).map(str), st.integers(0, 10**8).map(str), words)


def kept_or_refused(form, act):
    """Save what a form took: the rest of the house may refuse it in words, and never fails."""
    if not form.is_valid():
        assert form.errors
        return
    with contextlib.suppress(Refusal), transaction.atomic():
        act().refresh_from_db()


@pytest.mark.django_db
@settings(**COMMON)
@given(level=st.sampled_from(ApprovalLevel.values), region=st.sampled_from(REGIONS), number=words, day=days)
def test_what_an_approval_form_accepts_is_saved_or_refused(troupe, at, *, level, region, number, day):
    form = ApprovalForm({"level": level, "region": region, "number": number, "decided_date": day})
    own = {"organisation_id": troupe.association.pk, "administrator": troupe.ada, "at": at}
    kept_or_refused(form, lambda: approvals.record_approval(granted=form.granted(), **own))


@pytest.mark.django_db
@settings(**COMMON)
@given(year=st.one_of(st.integers(1980, 2110).map(str), words), income=amounts, part=amounts, company=words)
def test_what_the_forms_of_a_year_accept_is_saved_or_refused(troupe, at, *, year, income, part, company):
    own = {"organisation_id": troupe.association.pk, "administrator": troupe.ada, "at": at}
    told = YearForm({"year": year, "income": income, "industry": part})
    kept_or_refused(told, lambda: finances.record_income(income=told.told(), **own))
    given_by = SupportForm({"company": company, "nature": "service", "amount": part})
    kept_or_refused(given_by, lambda: finances.add_support(year=2025, support=given_by.told(), **own))


@pytest.mark.django_db
@settings(**COMMON)
@given(person=purposes, counterpart=words, said=purposes, since=days, until=optional_days)
def test_what_a_link_form_accepts_is_saved_or_refused(troupe, at, *, person, counterpart, said, since, until):
    form = LinkForm(
        {
            "person": person,
            "counterpart": counterpart,
            "words": said,
            "since_date": since,
            "until_date": until,
        }
    )
    own = {"organisation_id": troupe.association.pk, "administrator": troupe.ada, "at": at}
    kept_or_refused(form, lambda: interests.declare_link(tie=form.tie(), **own))


@pytest.mark.django_db
@settings(**COMMON)
@given(
    kind=st.sampled_from(["fee", "link", "x"]), amount=amounts, said=purposes, since=days, until=optional_days
)
def test_what_an_interest_form_accepts_is_saved_or_refused(troupe, at, *, kind, amount, said, since, until):
    form = InterestForm(
        {
            "organisation": str(troupe.company.pk),
            "kind": kind,
            "amount": amount,
            "words": said,
            "from_date": since,
            "until_date": until,
        }
    )
    kept_or_refused(
        form,
        lambda: interests.declare_broker_interest(
            broker=troupe.nora, organisation_id=form.organisation_id(), held=form.held(), at=at
        ),
    )


@pytest.mark.parametrize("typed", ["0001-01-01", "1899-12-31", "2200-01-01", "9999-12-31"])
def test_a_day_from_which_nothing_can_be_counted_is_refused(typed):
    field = DayField()
    with pytest.raises(ValidationError):
        field.clean(typed)
    assert field.clean("2199-12-31").year == 2199
