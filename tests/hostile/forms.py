"""Every field of every form that a page shows, fed what nobody should type: an error in words, or taken."""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import copy
from typing import Any, NamedTuple
from urllib.parse import urlencode

from bs4 import BeautifulSoup, Tag
from django.db import transaction
from django.test import Client
from django.urls import Resolver404, resolve

from accounts.text import canonical
from tests.forms.page_forms import PageForm, forms_of
from tests.forms.test_second_press import pages as written_pages
from tests.hostile.ground import PEOPLE, Ground, addresses
from tests.hostile.strings import STRINGS
from tests.matrix.rows import BROKERS, NOBODY

# 400: no form of ours; 409, 413, 429: refused in words, on a page of its own.
ANSWERS = {200, 302, 303, 400, 403, 404, 409, 413, 422, 429}
SECRET = re.compile("password|code|secret|token")
KINDS_OF_PEOPLE = {"root": "root", NOBODY: NOBODY} | dict.fromkeys(BROKERS, "broker")
TEXTS = {"text", "email", "url", "tel", "search", "number", "date", "textarea"}
PROBE = re.compile(
    rb"<b data-probe|<script>alert\(1\)|onfocus='alert\(1\)' data-probe=\"|(?<!\d)14 (?:49|\{\{7\*7)|<!-- <!\[CDATA"
)


class Field(NamedTuple):
    """A field of a form on a page, and who sees it there."""

    who: str
    page: str
    form: PageForm
    name: str
    kind: str


def pages(ground: Ground) -> list[tuple[str, str]]:
    """Return every page with who asks for it; the same page in the same order each time."""
    fitting = [(address, values) for address in addresses() for values in ground.fitting(address)[:1]]
    own = {(who, address.filled(values)) for who in PEOPLE for address, values in fitting}
    return sorted({*own, *written_pages(ground.stage)}, key=lambda page: (page[1], page[0]))


def discovered(ground: Ground, chosen: list[tuple[str, str]]) -> Iterator[Field]:
    """Yield each field of each form of these pages, once for people of one kind."""
    seen = set()
    for who, page in chosen:
        with transaction.atomic():
            answer = ground.clients[who].get(page)
            transaction.set_rollback(True)
        if answer.status_code != 200 or answer.streaming or b"<form" not in answer.content:
            continue
        kinds = kinds_of(answer.content)
        for form in forms_of(answer, page):
            for name in (*form.fields, *form.uploads):
                look = (KINDS_OF_PEOPLE.get(who, "member"), view_of(form.address), re.sub(r"\d+", "0", name))
                if look not in seen and name != "csrfmiddlewaretoken":
                    seen.add(look)
                    yield Field(who, page, form, name, kinds.get(name, "button"))


def view_of(address: str) -> str:
    try:
        return resolve(address.partition("?")[0]).view_name
    except Resolver404:
        return address


def kinds_of(content: bytes) -> dict[str, str]:
    page = BeautifulSoup(content, "html.parser")
    return {
        str(field["name"]): "text"
        if field.name == "input" and not field.get("type")
        else str(field.get("type", field.name))
        for field in page.select("input[name], select[name], textarea[name]")
    }


def send(client: Client, field: Field, value: str | bytes) -> Any:
    data = {**field.form.data(), field.name: value}
    if isinstance(value, str):
        return client.post(field.form.address, data)
    rest = {name: text for name, text in field.form.fields.items() if name != field.name}
    body = urlencode(rest, doseq=True).encode() + b"&" + field.name.encode() + b"=" + value
    return client.generic("POST", field.form.address, body, content_type="application/x-www-form-urlencoded")


def faults(ground: Ground, field: Field, called: str) -> Iterator[str]:
    """Yield what is wrong with the answer to one string in one field."""
    value = STRINGS[called]
    client = Client()
    client.cookies = copy(ground.clients[field.who].cookies)
    where = f"{field.who} {field.page[:60]} {view_of(field.form.address)} {field.name} {called}"
    try:
        with transaction.atomic():
            answer = send(client, field, value)
            content = b"" if answer.streaming else answer.content
            if answer.status_code in (302, 303) and answer["Location"].startswith("/"):
                after = client.get(answer["Location"])
                content += b"" if after.streaming else after.content
                if after.status_code >= 500:
                    yield f"{where}: {after.status_code} after"
            transaction.set_rollback(True)
    except Exception as failure:  # noqa: BLE001
        yield f"{where}: {type(failure).__name__}: {failure}"[:400]
        return
    if answer.status_code not in ANSWERS:
        yield f"{where}: {answer.status_code}"
    if probe := PROBE.search(content):
        yield f"{where}: {probe[0]!r} is not escaped"
    if field.kind in TEXTS and not SECRET.search(field.name) and answer.status_code in (200, 422):
        yield from _lost(where, field, value, content)


def _lost(where: str, field: Field, value: str | bytes, content: bytes) -> Iterator[str]:
    """Yield whether a form that is shown again has lost what was typed, or says nothing of what is wrong."""
    page = BeautifulSoup(content, "html.parser")
    shown = [
        _typed(each) for each in page.select("input[name], textarea[name]") if each["name"] == field.name
    ]
    typed = value if isinstance(value, str) else ""
    # A button of the form may add to what was typed: a reference to another clause.
    seen = canonical.seen(typed.replace("\x00", ""))
    if shown and typed and not any(seen in canonical.seen(each) for each in shown):
        yield f"{where}: lost, {shown[0][:40]!r} is shown"
    if shown and not page.select("[role=alert], [aria-invalid=true], .errors, .message"):
        yield f"{where}: shown again without a word"


def _typed(field: Tag) -> str:
    return (
        field.get_text().removeprefix("\n") if field.name == "textarea" else str(field.get("value", ""))
    ).replace("\x00", "")


def sweep(ground: Ground, chosen: list[tuple[Field, str]]) -> list[str]:
    return [fault for field, called in chosen for fault in faults(ground, field, called)]


def everything(fields: list[Field]) -> list[tuple[Field, str]]:
    return [(field, called) for field in fields for called in STRINGS]
