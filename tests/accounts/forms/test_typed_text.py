"""Every text field of the product, allauth's included, stores the canonical form of what is typed or refuses it."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import unicodedata

import pytest
from allauth.account import app_settings as account_settings
from allauth.account import forms as allauth_account
from allauth.account.fields import PasswordField
from allauth.mfa import app_settings as mfa_settings
from allauth.mfa.base import forms as allauth_mfa
from allauth.mfa.totp import forms as allauth_totp
from allauth.mfa.webauthn import forms as allauth_webauthn
from django import forms
from django.utils.module_loading import import_string

from accounts.forms import fields as form_fields
from accounts.people.allauth_forms import ProductFields
from partnerships.case.form_fields import MeasureField
from tests.architecture.source import ROOMS

FAMILY = (
    form_fields.TypedText,
    form_fields.AddressField,
    form_fields.WebAddressField,
    form_fields.WholeNumberField,
    form_fields.AmountField,
    form_fields.SecretField,
    MeasureField,
)
ODD = {
    "override": "10\u202e0001\u202c euros",
    "isolate": "a \u2067b\u2069 c",
    "right-to-left mark": "12\u200f 34 56",
    "zero-width space": "a\u200bb",
    "byte order mark": "\ufeffab",
    "soft hyphen": "a\u00adb",
    "NUL": "a\x00b",
    "other control": "a\x1bb",
    "decomposed": "e\u0301te\u0301",
    "lone surrogate": "a\ud800b",
    "Hangul filler": "\u3164",
    "empty Braille": "\u2800\u2800",
    "soft hyphen alone": "\u00ad",
    "private use": "a\ue000b",
    "bullet of a word processor": "\uf0b7 un",
    "unassigned": "a\u0378b",
    "non-character": "a\uffffb",
    "CRLF": "un\r\ndeux",
    "line separator": "un\u2028deux",
    "tag": "a\U000e0041b",
    "no-break space": "a\u00a0b",
    "replacement": "a\ufffdb",
}
HIDDEN = {"Co", "Cn", "Cs", "Cf"}


def product_forms():
    for room in ROOMS:
        package = importlib.import_module(room)
        for module in pkgutil.walk_packages(package.__path__, f"{room}."):
            if ".migrations" in module.name or "__main__" in module.name:
                continue
            for value in vars(importlib.import_module(module.name)).values():
                if (
                    inspect.isclass(value)
                    and issubclass(value, forms.BaseForm)
                    and value.__module__ == module.name
                ):
                    yield value


def text_fields():
    """Return every field of every form class that takes typed text, by its name."""
    fields = {}
    for form in product_forms():
        for name, field in getattr(form, "base_fields", {}).items():
            is_text = isinstance(field, forms.CharField | forms.IntegerField | forms.DecimalField)
            if (
                is_text
                and not isinstance(field, PasswordField | forms.UUIDField)
                and not field.widget.is_hidden
            ):
                fields[f"{form.__module__}.{form.__name__}.{name}"] = field
    return fields


FIELDS = text_fields()


def of_allauth(name, field):
    return "allauth_forms" in name


def test_every_text_field_is_of_the_family():
    assert len(FIELDS) > 100
    strangers = {
        name: type(field).__name__
        for name, field in FIELDS.items()
        if not isinstance(field, FAMILY) and not of_allauth(name, field)
    }
    assert strangers == {}


def test_fields_made_while_a_form_is_made_are_of_the_family_too():
    """No module but those of the fields makes a field of Django that takes text."""
    for room in ROOMS:
        package = importlib.import_module(room)
        for module in pkgutil.walk_packages(package.__path__, f"{room}."):
            if (
                ".migrations" in module.name
                or module.name in {"accounts.forms.fields", "partnerships.case.form_fields"}
                or "__main__" in module.name
            ):
                continue
            source = inspect.getsource(importlib.import_module(module.name))
            for kind in ("CharField", "EmailField", "URLField", "DecimalField", "SlugField", "FloatField"):
                assert f"forms.{kind}(" not in source, module.name


def answer(field, text):
    """Return what a field stores of a text, and the errors that it gives instead."""
    try:
        return field.clean(text), []
    except forms.ValidationError as error:
        return None, error.messages


@pytest.mark.parametrize("text", ODD.values(), ids=ODD)
def test_each_field_stores_the_canonical_form_or_refuses_in_words(text):
    for name, field in FIELDS.items():
        if of_allauth(name, field):
            continue
        stored, errors = answer(field, text)
        assert all(words.strip() for words in errors), name
        if errors:
            continue
        if stored is None or isinstance(field, form_fields.SecretField):
            continue
        shown = str(stored)
        assert shown == unicodedata.normalize("NFC", shown), name
        assert not [sign for sign in shown if unicodedata.category(sign) in HIDDEN], name
        assert "\r" not in shown, name
        assert "\u2028" not in shown, name
        assert "\x1b" not in shown, name
        is_area = isinstance(field, form_fields.TextAreaField)
        assert is_area or "\n" not in shown, name
        if not isinstance(stored, tuple | list):
            assert field.clean(str(field.prepare_value(stored))) == stored, name
        if text in ("\u3164", "\u2800\u2800", "\u00ad"):
            assert not stored, name


def test_every_form_of_allauth_with_an_address_or_a_code_is_ours():
    ours = {import_string(path) for path in (account_settings.FORMS | mfa_settings.FORMS).values()}
    assert all(issubclass(form, ProductFields) for form in ours)
    replaced = {base for form in ours for base in form.__mro__}
    unused = {"ChangePhoneForm", "VerifyPhoneForm", "UserTokenForm", "SignupWebAuthnForm"}
    for module in (allauth_account, allauth_mfa, allauth_totp, allauth_webauthn):
        for name, form in vars(module).items():
            if (
                not inspect.isclass(form)
                or not issubclass(form, forms.Form)
                or name.startswith(("Base", "_"))
            ):
                continue
            if form.__module__ == module.__name__ and {"code", "name", "email"} & set(form.base_fields):
                assert form in replaced or name in unused, name


def test_a_text_of_999_signs_counts_999_with_its_ends_of_line():
    field = form_fields.TextAreaField(max_length=999)
    text = "\r\n".join(["a" * 99] * 9) + "\r\n" + "b" * 99
    assert len(field.clean(text)) == 999
    assert field.widget_attrs(forms.Textarea())["maxlength"] == "999"
    with pytest.raises(forms.ValidationError):
        field.clean(text + "b")


@pytest.mark.parametrize(
    ("typed", "cents"),
    [
        ("1.500,50", 150050),
        ("1500 euros", 150000),
        ("1 200", 120000),
        ("1\u202f200,5 €", 120050),
        ("12", 1200),
    ],
)
def test_an_amount_is_understood_as_it_is_written(typed, cents):
    assert form_fields.AmountField().clean(typed) == cents


@pytest.mark.parametrize("typed", ["1,5,0", "1 2", "0,500", "1.23.456", "douze"])
def test_an_amount_that_could_mean_two_things_is_refused(typed):
    with pytest.raises(forms.ValidationError):
        form_fields.AmountField().clean(typed)


@pytest.mark.parametrize(
    ("typed", "number"), [("1 200", 1200), ("1.200", 1200), ("12,00", 12), ("30 heures", 30), ("１２", 12)]
)
def test_a_whole_number_is_understood_with_separators(typed, number):
    assert form_fields.WholeNumberField(units=form_fields.HOURS).clean(typed) == number


def test_a_secret_is_taken_as_it_is_typed():
    assert form_fields.SecretField().clean(" a\u200bb ") == " a\u200bb "
