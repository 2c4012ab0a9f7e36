"""Whatever is typed, a form gives a clear error or a clean save, and never fails."""

import pytest
from django.http import QueryDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.checks import CHECKS
from accounts.forms.identity import WhyForm
from accounts.forms.interests import LinkForm
from accounts.forms.people import MandateForm, SettingsForm, SwitchForm
from accounts.forms.registration import GuestForm, RolesForm, RulesForm
from accounts.models import User
from associations import actions as association_actions
from associations.forms import ApprovalForm, AssociationIdentityForm, SupportForm, YearForm
from associations.forms import ProfileForm as AssociationProfileForm
from broker.forms.interests import ThresholdsForm
from broker.forms.vetting import ChecksForm
from broker.queries.vetting import Checked
from companies import actions as company_actions
from companies.forms import CompanyIdentityForm
from companies.forms import ProfileForm as CompanyProfileForm
from outbox.kinds import Topic
from outbox.models import Rhythm

ODD = [
    "\x00",
    "a\x00b",
    "🫁" * 50,
    "\u202eمرحبا",
    "'; DROP TABLE accounts_user; --",
    "<script>alert(1)</script>",
    "{{ 7|add:7 }}",
    "9" * 40,
    "-1",
    "1e309",
    "NaN",
    "W000000001",
    "0001-01-01",
    "9999-12-31",
    "\ud7ff\ue000",
    "a" * 10_000_000,
    "on",
    "rna",
    "court",
    "Tribunal de Strasbourg",
    "true",
    "http://[::1",
    "x@y",
]
words = st.one_of(st.sampled_from(ODD), st.text(st.characters(codec="utf-8"), max_size=300))


def typed(form):
    return st.fixed_dictionaries({}, optional=dict.fromkeys(form().fields, words))


def as_query(given_values):
    query = QueryDict(mutable=True)
    query.update(given_values)
    return query


def settings_form(values=None):
    person = User(language="fr", time_zone="Europe/Paris")
    return SettingsForm(person, dict.fromkeys(Topic, Rhythm.AT_ONCE), as_query(values) if values else None)


def checks_form(values=None):
    rows = [Checked(check, "", False, (), None, None) for check in CHECKS[:3]]
    return ChecksForm(as_query(values) if values else None, rows=rows)


FORMS = [
    ApprovalForm,
    AssociationIdentityForm,
    AssociationProfileForm,
    CompanyIdentityForm,
    CompanyProfileForm,
    GuestForm,
    LinkForm,
    MandateForm,
    RolesForm,
    RulesForm,
    WhyForm,
    checks_form,
    SupportForm,
    ThresholdsForm,
    YearForm,
    SwitchForm,
    settings_form,
]


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.__name__)
@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_a_form_answers_whatever_is_typed(form, data):
    bound = form(data.draw(typed(form)))
    if bound.is_valid():
        assert all("\x00" not in str(value) for value in bound.cleaned_data.values())
        assert all(len(str(value)) <= 1000 for value in bound.cleaned_data.values())
    else:
        assert all(str(error) for errors in bound.errors.values() for error in errors)
    assert str(bound)


purposes = st.text(st.characters(codec="utf-8"), min_size=1, max_size=1200)
counts = st.one_of(st.integers(-5, 2**70).map(str), words)
COMMON = {
    "max_examples": 60,
    "deadline": None,
    "suppress_health_check": [HealthCheck.function_scoped_fixture],
}


@pytest.mark.django_db
@settings(**COMMON)
@given(purpose=purposes, members=counts, hours=counts, ethics=words)
def test_what_a_profile_form_accepts_is_saved(troupe, at, *, purpose, members, hours, ethics):
    form = AssociationProfileForm(
        {
            "purpose": purpose,
            "member_count": members,
            "volunteer_hours": hours,
            "ethics_summary": ethics,
        }
    )
    if not form.is_valid():
        assert form.errors
        return
    told = form.cleaned_data
    kept = association_actions.save_profile(
        organisation_id=troupe.association.pk,
        administrator=troupe.ada,
        presentation=association_actions.Presentation(
            told["purpose"], told["website"], told["ethics_summary"]
        ),
        profile=association_actions.Profile(*[told[name] for name in association_actions.Profile._fields]),
        at=at,
    )
    kept.refresh_from_db()
    assert kept.organisation.ethics_summary == told["ethics_summary"]


@pytest.mark.django_db
@settings(**COMMON)
@given(purpose=purposes, body=words)
def test_what_a_company_form_accepts_is_saved(troupe, at, purpose, body):
    form = CompanyProfileForm(
        {"purpose": purpose, "trade": "device", "declares": "no", "professional_body": body}
    )
    if not form.is_valid():
        assert form.errors
        return
    told = form.cleaned_data
    kept = company_actions.save_profile(
        organisation_id=troupe.company.pk,
        administrator=troupe.carla,
        presentation=company_actions.Presentation(told["purpose"], told["website"], told["ethics_summary"]),
        profile=company_actions.Profile(*[told[name] for name in company_actions.Profile._fields]),
        at=at,
    )
    kept.refresh_from_db()
    assert kept.professional_body == told["professional_body"]


def test_the_way_of_being_registered_decides_what_is_asked_and_kept():
    court = {"court": "Tribunal judiciaire de Strasbourg", "court_volume": "00", "court_folio": "000"}
    form = AssociationIdentityForm(
        {
            "name": "Peau",
            "city": "Strasbourg",
            "purpose": "Agir pour la peau.",
            "kind": "court",
            "rna": "W000000001",
            **court,
        }
    )
    assert form.is_valid(), form.errors
    identity = form.identity()
    assert (identity.rna, identity.court, identity.court_folio) == (
        "",
        "Tribunal judiciaire de Strasbourg",
        "000",
    )
    empty = AssociationIdentityForm({"name": "Peau", "city": "Strasbourg", "kind": "court"})
    assert set(empty.errors) == {"court", "court_volume", "court_folio", "purpose"}


def test_a_siret_of_another_company_is_refused():
    form = CompanyIdentityForm({"name": "V", "city": "Lyon", "siren": "000000018", "siret": "00000007500010"})
    assert "n’est pas celui de ce SIREN" in form.errors["siret"][0]
