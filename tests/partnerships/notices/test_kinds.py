"""Every mail that a case posts has its kind, its words in text and HTML, and a way to be stopped or not."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from django.template import TemplateDoesNotExist
from django.template.loader import get_template

from outbox.kinds import all_kinds, kind_named
from partnerships import registrations

ROOM = Path(__file__).resolve().parents[3] / "partnerships"
NAME = re.compile(r"[a-z]+(-[a-z]+)+")
SOURCES = [*sorted((ROOM / "actions").glob("*.py")), ROOM / "reminders.py"]


def words(tree: ast.AST) -> set[str]:
    """Return the literals below `tree` that look like the name of a kind."""
    constants = {each.value for each in ast.walk(tree) if isinstance(each, ast.Constant)}
    return {each for each in constants if isinstance(each, str) and NAME.fullmatch(each)}


def posted() -> set[str]:
    """Return every name that the code gives as `kind=`, be it written there or in the same function."""
    found = set()
    for source in SOURCES:
        tree = ast.parse(source.read_text(encoding="utf-8"))
        for function in (each for each in ast.walk(tree) if isinstance(each, ast.FunctionDef)):
            for given in (each for each in ast.walk(function) if isinstance(each, ast.keyword)):
                if given.arg == "kind":
                    found |= words(function if isinstance(given.value, ast.Name) else given.value)
    return found


def test_the_search_finds_what_is_posted():
    assert {"case-opened", "milestone-overdue", "signature-reminder"} <= posted()


def test_every_kind_posted_is_registered_and_no_other():
    assert {kind.name for kind in registrations.KINDS} == posted()
    assert posted() <= {kind.name for kind in all_kinds()}


@pytest.mark.parametrize("name", sorted(posted()))
@pytest.mark.parametrize("part", ["subject.txt", "body.txt", "body.html"])
def test_every_kind_has_its_words(name, part):
    try:
        get_template(f"emails/{name}/{part}")
    except TemplateDoesNotExist:
        pytest.fail(f"emails/{name}/{part} is missing")


def test_legal_mails_cannot_be_switched_off_and_reminders_keep_decent_hours():
    legal = {kind.name for kind in registrations.KINDS if kind.mandatory}
    assert legal == {
        "signature-requested",
        "signature-reminder",
        "signature-overdue",
        "signature-declined",
        "signature-stopped",
        "ready-to-countersign",
        "charter-sealed",
    }
    reminders = {name for name in posted() if name.endswith(("-reminder", "-overdue"))}
    assert {name for name in posted() if kind_named(name).working_hours} == reminders
