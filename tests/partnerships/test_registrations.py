"""Every kind of message that a case posts is registered, has its templates and its delivery rules."""

from __future__ import annotations

import ast
import re

import pytest
from django.template import TemplateDoesNotExist
from django.template.loader import get_template

from outbox.kinds import all_kinds, kind_named
from partnerships import registrations, reminders
from tests.architecture.source import functions, modules

KIND_NAME = re.compile(r"[a-z]+(-[a-z]+)+")
SOURCES = [module for module in modules("partnerships") if module.is_in("actions", "reminders")]


def kind_names(tree: ast.AST) -> set[str]:
    """Return the string literals below `tree` that look like the name of a kind."""
    literals = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)}
    return {literal for literal in literals if isinstance(literal, str) and KIND_NAME.fullmatch(literal)}


def posted_kinds() -> set[str]:
    """Return every name given as `kind=`, as a literal or as a variable set in the same function."""
    names = {kind for kinds in reminders.ROUND_KINDS.values() for kind in kinds}
    for module in SOURCES:
        for function in functions(module.tree):
            for keyword in (node for node in ast.walk(function) if isinstance(node, ast.keyword)):
                if keyword.arg == "kind":
                    names |= kind_names(function if isinstance(keyword.value, ast.Name) else keyword.value)
    return names


def test_the_search_finds_posted_kinds_kinds():
    assert {"case-opened", "milestone-overdue", "signature-reminder"} <= posted_kinds()


def test_exactly_the_posted_kinds_are_registered():
    assert {kind.name for kind in registrations.KINDS} == posted_kinds()
    assert posted_kinds() <= {kind.name for kind in all_kinds()}


@pytest.mark.parametrize("name", sorted(posted_kinds()))
@pytest.mark.parametrize("part", ["subject.txt", "body.txt", "body.html"])
def test_every_kind_has_its_templates(name, part):
    try:
        get_template(f"emails/{name}/{part}")
    except TemplateDoesNotExist:
        pytest.fail(f"emails/{name}/{part} is missing")


def test_legal_mails_are_mandatory_and_reminders_keep_working_hours():
    legal = {kind.name for kind in registrations.KINDS if kind.mandatory}
    assert legal == {
        "amendment-given-up",
        "case-handed-over",
        "correction-contested",
        "correction-to-confirm",
        "signature-requested",
        "signature-reminder",
        "signature-overdue",
        "signature-declined",
        "signature-stopped",
        "ready-to-countersign",
        "charter-sealed",
        "seal-refused",
    }
    reminders = {name for name in posted_kinds() if name.endswith(("-reminder", "-overdue"))}
    assert {name for name in posted_kinds() if kind_named(name).working_hours} == reminders
