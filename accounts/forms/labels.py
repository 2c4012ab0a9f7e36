"""Labels of posted fields, found in the form classes of the product."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final, NamedTuple

from django import forms

# Fields whose value is never shown, kept or sent back, besides passwords.
SECRET_FIELDS: Final = {"credential", "secret"}


class LabelledField(NamedTuple):
    """A posted value as a person reads it; `label` is "" when unknown."""

    label: str
    value: str


def view_module(view: Callable[..., Any]) -> str:
    """Return the module that defines a view, under its decorators."""
    module: str = inspect.unwrap(getattr(view, "view_class", view)).__module__
    return module


def is_secret_field(name: str) -> bool:
    """Return whether a field contains a password or a proof, by its name or by its widget in any form."""
    name = _plain_name(name)
    return (
        "password" in name
        or name in SECRET_FIELDS
        or any(
            isinstance(form.base_fields[name].widget, forms.PasswordInput)
            for form in _form_classes()
            if name in form.base_fields
        )
    )


def labelled_fields(fields: list[tuple[str, str]], packages: Iterable[str]) -> list[LabelledField]:
    """Return what a person wrote or chose, with the labels of the form that has the most of these fields.

    Of two such forms, the one of one of `packages` is taken. Hidden fields, empty values and the names of
    buttons are left out.
    """
    names = {_plain_name(name) for name, _value in fields}
    prefixes = tuple(f"{package}." for package in packages)

    def rank(form: type[forms.Form]) -> tuple[int, bool]:
        return len(names & form.base_fields.keys()), form.__module__.startswith(prefixes)

    classes = sorted(_form_classes(), key=rank, reverse=True)
    rows: list[LabelledField] = []
    for name, value in fields:
        form = next((form for form in classes if _plain_name(name) in form.base_fields), None)
        field = form.base_fields[_plain_name(name)] if form else None
        shown = _shown_value(field, value)
        if not shown:
            continue
        label = _label(form, _plain_name(name)) if form else ""
        if rows and label and rows[-1].label == label:
            rows[-1] = LabelledField(label, f"{rows[-1].value}\n{shown}")
        else:
            rows.append(LabelledField(label, shown))
    return rows


def _label(form: type[forms.Form], name: str) -> str:
    # Forms of both sides give the labels that differ in a table of the class.
    labels = getattr(form, "labels", {})
    return str(labels.get(name) or form.base_fields[name].label or "")


def _shown_value(field: forms.Field | None, value: str) -> str:
    # Of an unknown field, a button, a number or an identifier says nothing to a person.
    is_technical = field.widget.is_hidden if field else not any(each.isspace() for each in value.strip())
    if is_technical or not value:
        return ""
    if isinstance(field, forms.BooleanField):
        return "✓"
    choices = dict(_flat_choices(field.choices)) if isinstance(field, forms.ChoiceField) else {}
    return str(choices.get(value, value))


def _flat_choices(choices: Any) -> Iterator[tuple[str, Any]]:
    for value, label in choices:
        if isinstance(label, (list, tuple)):
            yield from _flat_choices(label)
        else:
            yield str(value), label


def _plain_name(name: str) -> str:
    """Return the name of a field without the prefix of a set of forms."""
    return name.rpartition("-")[2]


def _form_classes(base: type[forms.BaseForm] = forms.BaseForm) -> Iterator[type[forms.Form]]:
    for form in base.__subclasses__():
        if issubclass(form, forms.Form):
            yield form
        yield from _form_classes(form)
