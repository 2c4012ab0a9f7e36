"""The child process that parses uploaded files: what it may take, and how many there are at a time."""

from __future__ import annotations

import ast
import threading
import time
from contextlib import ExitStack

import pytest

from accounts.inspection import sandbox, worker
from accounts.inspection.slots import TooManyInspections, slot
from tests.architecture.source import PRODUCT, imports, modules

GREEDY = "tests.accounts.inspection.greedy"


def inspect(words, **options):
    return sandbox.inspect(GREEDY, words.encode(), is_public=False, options=options)


def test_the_child_answers_with_facts_of_the_file():
    assert inspect("nothing", word="é").facts == {"seen": {"word": "é"}}


@pytest.mark.parametrize("greed", ["memory", "time", "sleep", "output", "death", "error", "files"])
def test_a_child_that_takes_too_much_is_stopped_within_five_seconds(greed):
    started = time.monotonic()
    with pytest.raises(sandbox.FileTooComplex):
        inspect(greed)
    assert time.monotonic() - started < 5


def test_each_file_has_a_process_of_its_own_forked_from_one_that_saw_none():
    first, second = (inspect("processes").facts["seen"] for _file in range(2))
    assert first[0] == second[0]
    assert first[1] != second[1]
    assert [first[2], second[2]] == [False, False]


def test_a_child_that_was_killed_is_replaced_and_not_blamed_on_the_file():
    before = inspect("processes").facts["seen"][0]
    with pytest.raises(sandbox.InspectionUnavailable):
        inspect("murder")
    assert inspect("processes").facts["seen"][0] != before


def test_a_child_that_cannot_start_is_not_blamed_on_the_file():
    with pytest.raises(sandbox.InspectionUnavailable):
        sandbox.inspect("accounts.inspection.absent", b"", is_public=False)


def test_the_child_receives_no_secret_of_the_site(monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "not for the child")
    seen = inspect("environment").facts["seen"]
    assert "SECRET_KEY" not in seen
    assert "DATABASE_URL" not in seen


def test_the_child_imports_nothing_of_the_site():
    loaded = set(inspect("modules").facts["seen"])
    assert not {"django", "celery", "allauth", "psycopg"} & loaded


def test_a_slot_is_free_again_after_any_end():
    for greed in ("nothing", "death", "memory"):
        for _time in range(4):
            try:
                inspect(greed)
            except sandbox.FileTooComplex:
                assert greed != "nothing"
    with ExitStack() as taken:
        for _slot in range(3):
            taken.enter_context(slot(is_public=False))


def test_files_beyond_the_slots_are_refused_in_words(settings):
    settings.INSPECTIONS_AT_ONCE = 3
    with ExitStack() as taken:
        for _slot in range(2):
            taken.enter_context(slot(is_public=True))
        # The last one is reserved to people who are signed in.
        with pytest.raises(TooManyInspections) as refusal, slot(is_public=True):
            pass
        assert "Attendez une minute" in refusal.value.message
        taken.enter_context(slot(is_public=False))
        with pytest.raises(TooManyInspections), slot(is_public=False):
            pass


def test_a_slot_is_waited_for(settings):
    settings.INSPECTIONS_AT_ONCE = 1
    waiting = threading.Event()

    def occupy():
        with slot(is_public=True):
            waiting.set()
            time.sleep(0.4)

    thread = threading.Thread(target=occupy)
    thread.start()
    assert waiting.wait(5)
    with slot(is_public=True):
        pass
    thread.join()


PARSERS = ("PIL", "pikepdf", "pypdf", "pyhanko.pdf_utils.reader", "pyhanko.sign.validation")
IN_THE_CHILD = {
    "accounts/inspection/images.py",
    "accounts/inspection/pdf.py",
    "partnerships/charter/seal_reader.py",
}


def test_only_modules_of_the_child_parse_files():
    parsers, importers = set(), set()
    names = {path.removesuffix(".py").replace("/", ".") for path in IN_THE_CHILD}
    for module in modules(*PRODUCT):
        for _line, name in imports(module.tree):
            if name.startswith(PARSERS):
                parsers.add(module.path)
            if any(name == child or name.startswith(f"{child}.") for child in names):
                importers.add(module.path)
    assert parsers == IN_THE_CHILD
    # Nothing that serves a page imports them; the worker finds them by their name.
    assert importers <= IN_THE_CHILD


def test_only_known_modules_read_uploaded_files():
    readers = {
        module.path
        for module in modules(*PRODUCT)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Attribute) and node.attr == "FILES"
    }
    assert readers == {
        "accounts/organisations/views.py",
        "partnerships/signing/views.py",
        "partnerships/case/file_form.py",
        "partnerships/text_files/views/returns.py",
        # These read the names of files alone.
        "accounts/people/views/submissions.py",
        "accounts/registration/views.py",
        "accounts/forms/unsent.py",
    }


def test_the_limits_are_those_of_the_brief():
    assert worker.MEMORY_BYTES <= 256 * 1024 * 1024
    assert worker.CPU_SECONDS < sandbox.WALL_SECONDS < 5
    assert sandbox.START_SECONDS < sandbox.WALL_SECONDS
