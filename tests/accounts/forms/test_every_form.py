"""Whatever is typed, every form of who is who gives a clear error or a clean save, and never fails."""

from __future__ import annotations

import contextlib
import importlib
import pkgutil
from datetime import date

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import models, transaction
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.forms.fields import FIRST_YEAR_OF_A_PAST, DayField
from accounts.models import Side
from accounts.refusals import Refusal
from accounts.registration import actions as registration
from partnerships.drafting.actions import library, model_charters
from tests.accounts.conftest import NOON
from tests.accounts.forms import odd_inputs
from tests.accounts.forms.all_rows import ROWS
from tests.accounts.forms.rows import Scene
from tests.cast import assemble_cast

pytestmark = pytest.mark.django_db
ROOMS = ("accounts", "associations", "companies", "broker")
IDENTITIES = {
    Side.ASSOCIATION: registration.OrganisationIdentity("Peau", "Brest", rna="W000000009"),
    Side.COMPANY: registration.OrganisationIdentity(
        "La Poste", "Paris", siren="356000000", siret="35600000000048"
    ),
}
LONGEST = 8000
# Every answer is cleaned; of those taken, that many different ones go down to the database, for time.
MOST_SAVES = 20
SAVED: dict[type, set[str]] = {}
name_of = "{0.__module__}.{0.__name__}".format


@pytest.fixture(scope="module")
def scene(django_db_setup, django_db_blocker):
    """One cast for all forms: each input is put back, so nothing is left of it for the next."""
    with django_db_blocker.unblock(), transaction.atomic():
        # A test that empties the tables may have run before: write the shipped texts again.
        library.update_shipped_clauses(at=NOON)
        model_charters.update_shipped_models(at=NOON)
        cast = assemble_cast(NOON)

        def begin(side):
            start = registration.start_registration
            return start(founder=cast.root, side=side, identity=IDENTITIES[side], at=NOON)

        yield Scene(cast=cast, drafts={side: begin(side) for side in Side}, at=NOON)
        transaction.set_rollback(True)


def forms_of_the_rooms():
    for room in ROOMS:
        package = importlib.import_module(room)
        for module in pkgutil.walk_packages(package.__path__, f"{room}."):
            if ".migrations" in module.name:
                continue
            for var in vars(importlib.import_module(module.name)).values():
                if isinstance(var, type) and issubclass(var, forms.BaseForm):
                    yield var


def test_every_form_of_the_apps_has_a_row():
    form_classes = {each for each in forms_of_the_rooms() if each.__module__.partition(".")[0] in ROOMS}
    # Those of allauth are tried in test_typed_text.
    form_classes = {each for each in form_classes if not each.__module__.endswith(".allauth_forms")}
    assert sorted(map(name_of, form_classes)) == sorted(map(name_of, ROWS))


def answer(row, scene, given_values):
    """Clean what was typed and hand it on, as the view does, then put everything back."""
    with transaction.atomic():
        form = row.make(*odd_inputs.as_sent(given_values), scene)
        if form.is_valid():
            for value in form.cleaned_data.values():
                assert "\x00" not in str(value)
                assert not isinstance(value, str) or len(value) <= LONGEST
            if row.keep:
                keep(row, form, scene)
        else:
            assert all(str(error).strip() for errors in form.errors.values() for error in errors)
        transaction.set_rollback(True)
    return form


def keep(row, form, scene):
    """Hand on what a form took; the rest of the house may refuse it in words, and never fails."""
    data = repr(form.cleaned_data)
    saved = SAVED.setdefault(type(form), set())
    if data in saved or len(saved) >= MOST_SAVES:
        return
    with contextlib.suppress(Refusal), transaction.atomic():
        saved_value = row.keep(form, scene)
        if isinstance(saved_value, models.Model):
            saved_value.refresh_from_db()
    saved.add(data)


@pytest.mark.parametrize("form", ROWS, ids=name_of)
@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_form_handles_three_hundred_odd_inputs(form, scene, data):
    row = ROWS[form]
    fields = row.make(None, None, scene).fields
    answer(row, scene, data.draw(odd_inputs.typed(fields, row.plausible)))


@pytest.mark.parametrize("form", ROWS, ids=name_of)
def test_a_form_handles_ten_megabytes_in_each_field(form, scene):
    row = ROWS[form]
    for name, field in row.make(None, None, scene).fields.items():
        is_file = isinstance(field, forms.FileField)
        huge = SimpleUploadedFile("statuts.pdf", odd_inputs.HUGE.encode()) if is_file else odd_inputs.HUGE
        assert str(answer(row, scene, {name: huge}))


@pytest.mark.parametrize("typed", ["0001-01-01", "1999-12-31", "2101-01-01", "9999-12-31", "0203-04-05"])
def test_a_year_out_of_reach_is_a_typing_mistake_in_words(typed):
    with pytest.raises(ValidationError, match=r"faute de frappe.*de 2000 à 2100"):
        DayField().clean(typed)
    assert DayField().clean("2000-01-01").year == 2000
    assert DayField().clean("2100-12-31").year == 2100
    assert DayField(first_year=FIRST_YEAR_OF_A_PAST).clean("1987-05-01").year == 1987


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("typed", ["03/04/27", "3.4.27", "27-04-03", "1-1-1"])
def test_a_year_of_two_digits_is_refused_in_words(language, typed):
    with translation.override(language):
        with pytest.raises(ValidationError) as refused:
            DayField().clean(typed)
        assert ("quatre chiffres" if language == "fr" else "four digits") in str(refused.value)


def test_a_typed_day_is_read_day_first_and_refused_in_english_where_it_has_two_readings():
    april = date(2027, 4, 3)
    with translation.override("fr"):
        assert [DayField().clean(typed) for typed in ("03/04/2027", "3.4.2027", "2027-04-03")] == [april] * 3
    with translation.override("en"):
        with pytest.raises(ValidationError) as refused:
            DayField().clean("03/04/2027")
        [message] = refused.value.messages
        assert message.startswith("“03/04/2027” can be read in two ways. ")
        assert message.endswith("Write 2027-04-03 for 3 April 2027, or 2027-03-04 for 4 March 2027.")
        assert DayField().clean("2027-04-03") == april
        assert DayField().clean("25/12/2027") == date(2027, 12, 25)
        assert DayField().clean("04/04/2027") == date(2027, 4, 4)


@pytest.mark.parametrize("typed", ["12/25/2027", "2027-02-30", "hier", "2027", "3 avril 2027"])
def test_a_day_that_cannot_be_read_says_how_to_write_it(typed):
    with translation.override("fr"), pytest.raises(ValidationError, match="l’année, le mois, le jour"):
        DayField().clean(typed)
