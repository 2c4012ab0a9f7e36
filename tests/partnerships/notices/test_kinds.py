"""Every mail that a case posts has its kind, its words in text and HTML, and a way to be stopped or not."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from django.template import TemplateDoesNotExist
from django.template.loader import get_template

from outbox.kinds import every_kind, kind_named
from partnerships import notices

ROOM = Path(__file__).resolve().parents[3] / "partnerships"
SOURCES = [*sorted((ROOM / "actions").glob("*.py")), ROOM / "reminders.py"]


def posted() -> set[str]:
    """Return every literal that the code gives as `kind=` to a message."""
    found = set()
    for source in SOURCES:
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
            if isinstance(node, ast.keyword) and node.arg == "kind":
                found |= {
                    each.value
                    for each in ast.walk(node.value)
                    if isinstance(each, ast.Constant) and isinstance(each.value, str)
                }
    return found


def test_the_search_finds_what_is_posted():
    assert {"case-opened", "milestone-overdue", "signature-reminder"} <= posted()


def test_every_kind_posted_is_registered_and_no_other():
    assert {kind.name for kind in notices.KINDS} == posted()
    assert posted() <= {kind.name for kind in every_kind()}


@pytest.mark.parametrize("name", sorted(posted()))
@pytest.mark.parametrize("part", ["subject.txt", "body.txt", "body.html"])
def test_every_kind_has_its_words(name, part):
    try:
        get_template(f"emails/{name}/{part}")
    except TemplateDoesNotExist:
        pytest.fail(f"emails/{name}/{part} is missing")


def test_legal_mails_cannot_be_switched_off_and_reminders_keep_decent_hours():
    legal = {kind.name for kind in notices.KINDS if kind.mandatory}
    assert legal == {
        "signature-requested",
        "signature-reminder",
        "signature-overdue",
        "signature-declined",
        "ready-to-countersign",
        "charter-sealed",
    }
    reminders = {name for name in posted() if name.endswith(("-reminder", "-overdue"))}
    assert {name for name in posted() if kind_named(name).working_hours} == reminders
