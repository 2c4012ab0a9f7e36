"""Imports stand at the top and say which room a module lives in (import-linter says the rest)."""

import ast
from collections.abc import Iterator

import pytest

from tests.architecture.source import PRODUCT, Module, every_module, functions, imports, modules

PURE = ("lifecycle.py", "charter/snapshot.py", "checks/")
DATABASE_CLOCK_SETTINGS = (
    "django.db",
    "django.conf",
    "django.utils.timezone",
    "django.core.cache",
    "os",
    "time",
)
SENDERS = ("django.core.mail", "smtplib")


def inside_functions(module: Module) -> Iterator[str]:
    for function in functions(module.tree):
        # Django loads the models after the room's configuration, so `ready` is the first moment.
        if module.path.endswith("/apps.py") and function.name == "ready":
            continue
        yield from (f"{module.path}:{line} {name}" for line, name in imports(function))


def test_no_import_hides_in_a_function() -> None:
    assert [place for module in modules(*PRODUCT) for place in inside_functions(module)] == []


def test_no_import_is_relative() -> None:
    relative = [
        f"{module.path}:{node.lineno}"
        for module in every_module()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ImportFrom) and node.level
    ]
    assert relative == []


def test_only_the_mail_room_sends() -> None:
    senders = [
        f"{module.path}:{line} {name}"
        for module in modules(*PRODUCT)
        for line, name in imports(module.tree)
        if name.startswith(SENDERS) and not name.startswith("django.core.mail.backends.base")
    ]
    assert {place.partition(":")[0] for place in senders} <= {"outbox/sending/mail.py"}


@pytest.mark.parametrize(
    "banned", ["unittest.mock", "django.db.models.signals", "django.dispatch", "freezegun"]
)
def test_nobody_imports(banned: str) -> None:
    violations = [
        f"{module.path}:{line}"
        for module in every_module()
        for line, name in imports(module.tree)
        if name.startswith(banned)
    ]
    assert violations == []


def test_a_pure_room_has_no_stairs_down() -> None:
    stairs = [
        f"{module.path}:{line} {name}"
        for module in modules(*PRODUCT)
        if module.path.partition("/")[2].startswith(PURE)
        for line, name in imports(module.tree)
        if any(name == door or name.startswith(f"{door}.") for door in DATABASE_CLOCK_SETTINGS)
    ]
    assert stairs == []


def test_no_code_module_imports_the_tests() -> None:
    violations = [
        f"{module.path}:{line}"
        for module in modules(*PRODUCT)
        for line, name in imports(module.tree)
        if name.split(".")[0] in {"tests", "pytest"}
    ]
    assert violations == []
