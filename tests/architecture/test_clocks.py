"""One clock: every moment is written by one function, which names its place; every day is read by one field."""

from __future__ import annotations

import importlib
import pkgutil
import re
from inspect import getmembers, isclass

import pytest
from django import forms
from django.forms.widgets import DateTimeBaseInput

from accounts.forms.fields import DayField, DayInput
from tests.architecture.source import ROOMS, modules, templates

# Signs of Django's date format that write an hour, a minute or a whole moment.
HOUR_SIGNS = re.compile(r"(?<!\\)[aAfgGhHiPsTeIOZcrU]")
DATE_FILTER = re.compile(r"\|\s*(?:date|time)(?::\s*[\"'](?P<format>[^\"']*)[\"'])?")
OTHER_CLOCKS = re.compile(
    r"\|\s*(?:timesince|timeuntil|naturaltime|naturalday|localtime|utc|timezone)\b|{%\s*now\b"
)
PYTHON_HOURS = re.compile(r"(?:strftime|date_format|time_format)\(|:%[^}\"]*%?[HIMp]|localize\(")
# The one writer of moments, the charter (Paris time, and UTC in the metadata of its PDF), the keys of messages.
WRITERS = {
    "accounts/templatetags/wording.py",
    "partnerships/charter/typography.py",
    "partnerships/charter/composition.py",
    "outbox/message_keys.py",
}
FORMS = {
    form
    for room in ROOMS
    for module in pkgutil.walk_packages(importlib.import_module(room).__path__, f"{room}.")
    if ".migrations" not in module.name
    for _name, form in getmembers(importlib.import_module(module.name), isclass)
    if issubclass(form, forms.BaseForm) and form.__module__.startswith(ROOMS)
}


def test_a_template_writes_an_hour_by_the_filter_of_moments_alone() -> None:
    others = [
        f"{place}: {match[0]}"
        for place, text in templates().items()
        for match in DATE_FILTER.finditer(text)
        if match["format"] is None or HOUR_SIGNS.search(match["format"])
    ]
    others += [
        f"{place}: {match[0]}" for place, text in templates().items() for match in OTHER_CLOCKS.finditer(text)
    ]
    assert others == []


def test_a_module_writes_an_hour_by_the_function_of_moments_alone() -> None:
    others = [
        f"{module.path}: {line.strip()}"
        for module in modules(*ROOMS)
        if module.path not in WRITERS
        for line in module.text.splitlines()
        if PYTHON_HOURS.search(line) and not re.search(r"date_format\([^)]*\"j F Y\"\)", line)
    ]
    assert others == []


@pytest.mark.parametrize("form", sorted(FORMS, key=str))
def test_a_form_reads_a_day_by_the_one_field_and_no_hour(form: type[forms.BaseForm]) -> None:
    for name, field in form.base_fields.items():
        hour = (forms.DateTimeField, forms.TimeField, forms.SplitDateTimeField, forms.DurationField)
        assert not isinstance(field, hour), f"{name}: say in which zone the hour is, and read it so"
        if isinstance(field, forms.DateField) or isinstance(field.widget, DateTimeBaseInput):
            assert isinstance(field, DayField), name
            assert isinstance(field.widget, DayInput), name
            assert field.widget.input_type == "date"
            assert "2027-04-03" in str(field.help_text), name


def test_the_forms_with_days_are_discovered() -> None:
    days = [form for form in FORMS if any(isinstance(each, DayField) for each in form.base_fields.values())]
    assert len(days) >= 8
