"""Every address of ours, tried by everybody, by every method."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests import make
from tests.cast import assemble_cast
from tests.matrix.rows import ANYBODY, NOBODY, REF, ROWS, Row
from tests.matrix.stage import Stage

# Addresses with a test file of their own, because a table would say less than it.
ELSEWHERE = {
    "health": "tests/lucky_link/test_health.py",
    "robots": "tests/lucky_link/test_site_files.py",
    "favicon": "tests/lucky_link/test_site_files.py",
    "admin:login": "tests/lucky_link/test_administration.py",
    "landing": "tests/accounts/test_public_pages.py",
    "glossary": "tests/accounts/test_public_pages.py",
    "accessibility": "tests/accounts/test_public_pages.py",
    "personal_data": "tests/accounts/test_public_pages.py",
    "processing": "tests/accounts/test_public_pages.py",
    "set_language": "tests/accounts/test_public_pages.py",
    "verification": "tests/partnerships/signing",
    "verification_code": "tests/partnerships/signing",
    "calendar_feed": "tests/partnerships/calendar",
    "register": "tests/partnerships/transparency",
    "what_a_broker_may_do": "tests/partnerships/transparency",
    "patient_survey": "tests/partnerships/patient_surveys",
    "patient_survey_thanks": "tests/partnerships/patient_surveys",
    "outbox:unsubscribe": "tests/outbox",
    "switch_organisation": "tests/accounts",
    "registration": "tests/accounts",
    "register_association": "tests/accounts",
    "register_company": "tests/accounts",
    "invitation": "tests/accounts",
    "account_email": "tests/accounts",
    "address_change": "tests/accounts",
    "demonstration": "tests/accounts",
    "demonstration_sign_in": "tests/accounts",
}
METHODS = ("GET", "POST", "PUT", "DELETE")


def ours(resolver: URLResolver, space: str = "") -> Iterator[str]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from ours(pattern, f"{space}{pattern.namespace}:" if pattern.namespace else space)
        elif not pattern.callback.__module__.startswith(("django.", "allauth.")):
            yield from names(pattern, space)


def names(pattern: URLPattern, space: str) -> Iterator[str]:
    yield f"{space}{pattern.name}"


def exact_statuses() -> dict[tuple[str, str, str], int]:
    """Return the status of each GET and POST of `statuses.tsv` by (address, method, person)."""
    header, *lines = (Path(__file__).parent / "statuses.tsv").read_text().splitlines()
    people = header.split("\t")[2:]
    statuses = {}
    for line in lines:
        address, method, *codes = line.split("\t")
        for who, code in zip(people, codes, strict=True):
            statuses[address, method, who] = int(code)
    return statuses


EXACT = exact_statuses()


def expected(name: str, who: str, method: str) -> int:
    """Return the one right status; nobody is sent to the sign-in page, whatever the method."""
    if who == NOBODY:
        return 302
    return 405 if method in ("PUT", "DELETE") else EXACT[name, method, who]


def allowed(row: Row, who: str, method: str) -> set[int]:
    """Return the statuses that the rights of a person allow; the exact one must be among them."""
    if who == NOBODY:
        return {302}
    readers = (*row.reads, *row.goes)
    may, other = (readers, row.acts) if method == "GET" else (row.acts, readers)
    if who in may:
        return {200, 302, 303} if method == "GET" else {200, 303, 422}
    refused = {403} if who in row.inside else {404}
    # An address of one method alone may say so before it looks who asks; a GET is led to the page above.
    return refused if may or not other else {*refused, 302 if method == "GET" else 405}


def is_page_of_a_case(row: Row, answer: Any) -> bool:
    """Say whether whose turn it is must be read there: on every page, also of a form that was refused."""
    is_page = not answer.streaming and b"<main" in answer.content
    return row.args[:1] == (REF,) and is_page and answer.status_code in (200, 422)


TYPED = re.compile(r'<textarea|<select|<input(?![^>]*type="(?:hidden|file|checkbox|radio)")[^>]*name=')


# A button of another form: one with form="" belongs to the form that it names.
OWN_BUTTON = re.compile(r'<button(?![^>]*(?:form=|type="button"))')


def loses_text(answer: Any) -> bool:
    """Return whether a button of a page sends another form than the one in which somebody types."""
    if answer.streaming or b"<main" not in answer.content:
        return False
    main = answer.text.partition("<main")[2].partition("</main>")[0]
    forms = [
        content
        for tag, content in re.findall(r"<form([^>]*)>(.*?)</form>", main, re.DOTALL)
        if 'method="post"' in tag
    ]
    typed = [content for content in forms if TYPED.search(content)]
    return len(typed) > 1 or any(
        OWN_BUTTON.search(content) for content in forms if typed and content not in typed
    )


def test_every_address_has_a_row_or_a_file_of_its_own() -> None:
    known = set(ROWS) | set(ELSEWHERE)
    assert sorted(set(ours(get_resolver())) - known) == []
    assert sorted(set(ROWS) & set(ELSEWHERE)) == []
    for place in ELSEWHERE.values():
        assert (Path(__file__).parents[2] / place).exists()


def test_the_statuses_are_those_of_the_rights() -> None:
    """The table of statuses holds each address and each person, and contradicts no right."""
    people = {who for _name, _method, who in EXACT}
    assert people == set(ANYBODY)
    assert {name for name, _method, _who in EXACT} == set(ROWS)
    contradictions = [
        (name, method, who, code)
        for (name, method, who), code in EXACT.items()
        if code not in allowed(ROWS[name], who, method)
    ]
    assert contradictions == []


@pytest.fixture(scope="module")
def stage(django_db_setup: Any, django_db_blocker: Any) -> Iterator[Stage]:
    """Play the cases once for the whole table; each try is rolled back."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield Stage(assemble_cast(make.NOON))
        transaction.set_rollback(True)


@pytest.mark.django_db
@pytest.mark.parametrize("name", ROWS)
def test_the_table_holds(stage: Stage, name: str) -> None:
    row = ROWS[name]
    address = reverse(name, args=stage.args(row))
    wrong, turnless, stored, several = [], [], [], []
    for who in ANYBODY:
        for method in METHODS:
            with transaction.atomic():
                answer = getattr(stage.clients[who], method.lower())(address)
                transaction.set_rollback(True)
            if answer.status_code != expected(name, who, method):
                wrong.append((who, method, answer.status_code, expected(name, who, method)))
            if loses_text(answer):
                several.append((who, method))
            if who != NOBODY and "no-store" not in answer.get("Cache-Control", ""):
                stored.append((who, method, answer.status_code))
            if is_page_of_a_case(row, answer) and 'id="turn">' not in answer.text:
                turnless.append((who, method, answer.status_code))
    assert wrong == []
    assert turnless == []
    assert stored == []
    assert several == []
