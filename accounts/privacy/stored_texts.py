"""What people and organisations stored before there was a canonical form, brought to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, NamedTuple
from uuid import UUID

from allauth.account.models import EmailAddress
from django.apps import apps
from django.db import IntegrityError, models, transaction

from accounts.models import User
from accounts.organisations.transitions import raise_all_versions
from accounts.refusals import Refusal
from accounts.text import canonical

APPS: Final = ("account", "accounts", "associations", "companies")
NAMES: Final = {"full_name", "city"}
NAMED: Final = {"Organisation.name", "BoardLink.person"}
# Written by the product, not typed.
TECHNICAL: Final = {
    "Document.name",
    "Document.content_type",
    "EmailConfirmation.key",
    "FormSubmission.location",
    "Organisation.rules_version",
    "RegisterEvidence.number",
    "User.password",
    "User.time_zone",
    "User.territory",
    "VettingCheck.code",
}
TECHNICAL_ENDS: Final = ("digest", "sha256", "key")


class Rewriting(NamedTuple):
    """How many rows were rewritten, and of each row that could not be: which, and why."""

    rewritten: int
    problems: list[str]


def typed_fields() -> dict[type[models.Model], dict[str, Callable[[str], str]]]:
    """Return the fields that people type, by table, each with the function that gives its canonical form."""
    tables = {
        model: dict(_fields_of(model)) for app in APPS for model in apps.get_app_config(app).get_models()
    }
    found = {model: fields for model, fields in tables.items() if fields}
    # People first: their addresses follow them.
    return {User: found.pop(User), **found}


def _fields_of(model: type[models.Model]) -> Iterator[tuple[str, Callable[[str], str]]]:
    # Public by Django's reference of the model _meta API.
    for field in model._meta.get_fields():  # noqa: SLF001
        if not isinstance(field, models.CharField | models.TextField) or field.choices:
            continue
        name = f"{model.__name__}.{field.name}"
        if not (name in TECHNICAL or field.name.endswith(TECHNICAL_ENDS)):
            yield field.name, _form_of(field, name)


def _form_of(field: models.Field[Any, Any], name: str) -> Callable[[str], str]:
    if isinstance(field, models.EmailField):
        return canonical.email_address
    if isinstance(field, models.URLField):
        return _address
    if field.name in NAMES or name in NAMED:
        return _name
    return _area if isinstance(field, models.TextField) else _line


def _name(text: str) -> str:
    return canonical.typographic(canonical.name(text))


def _address(text: str) -> str:
    return canonical.canonical(text, multiline=False, printed=False)


def _line(text: str) -> str:
    return canonical.typographic(canonical.canonical(text, multiline=False, printed=True))


def _area(text: str) -> str:
    return canonical.typographic(canonical.canonical(text, multiline=True, printed=True))


@transaction.atomic
def rewrite_stored_texts() -> Rewriting:
    """Rewrite every stored text that is not in canonical form; leave, and list, what would be refused today.

    Two accounts whose addresses become one are both left as they are.
    """
    rewritten, problems = 0, []
    left: set[UUID] = set()
    row: models.Model
    for model, fields in typed_fields().items():
        for row in models.QuerySet(model).order_by("pk").select_for_update(of=("self",)):
            if isinstance(row, EmailAddress) and row.user_id in left:
                continue
            changed, refused = _canonical_values(row, fields)
            refused += _write(row, changed) if changed else []
            rewritten += bool(changed) and not refused
            problems += [f"{model.__name__} {row.pk} {problem}" for problem in refused]
            if refused and isinstance(row, User):
                left.add(row.pk)
    if rewritten:
        raise_all_versions()
    return Rewriting(rewritten, problems)


def _canonical_values(
    row: models.Model, fields: Mapping[str, Callable[[str], str]]
) -> tuple[dict[str, Any], list[str]]:
    """Return the values of a row that change, and why others cannot."""
    changed, refused = {}, []
    for name, form_of in fields.items():
        stored = getattr(row, name)
        try:
            value = form_of(stored) if stored else stored
        except Refusal as refusal:
            refused.append(f"{name} {stored!a}: {refusal.message}")
            continue
        if value != stored:
            changed[name] = value
    return changed, refused


def _write(row: models.Model, changed: Mapping[str, Any]) -> list[str]:
    """Write the values; return why they cannot be."""
    try:
        with transaction.atomic():
            models.QuerySet(type(row)).filter(pk=row.pk).update(**changed)
    except IntegrityError:
        return [f"{name} {value!a}: another row has it" for name, value in changed.items()]
    return []
