"""Every address of the resolver, asked by everybody, by each method, with own, foreign and forged arguments."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from copy import copy
from typing import Any, NamedTuple

from django.db import transaction
from django.test import Client

from tests.hostile.ground import FORGED, PEOPLE, Address, Ground, addresses, hashes, stable

METHODS = ("GET", "HEAD", "OPTIONS", "POST")
FORGERS = ("GET", "POST")
# A session may change by being read; the rest of the database may not.
SESSIONS = frozenset({"django_session", "usersessions_usersession"})
# A request that names what was asked for writes an entry of the ledger: a document was read.
WRITING_READS = {"download_document"}
STRANGERS = {"own": ("mallory", "root"), "other": ("carla", "dan", "root")}


class Asked(NamedTuple):
    """A request with its answer: `about` says whose things its arguments name."""

    about: str
    method: str
    path: str
    status: int
    body: str
    error: str


def paths(ground: Ground, address: Address) -> Iterator[tuple[str, str]]:
    """Yield whose things a path names, and the path."""
    for about, values in zip(("own", "other"), ground.fitting(address), strict=False):
        yield about, address.filled(values)
    if address.arguments:
        yield "unknown", address.filled(ground.unknown(address))
        first = ground.fitting(address)[0]
        for place in range(len(address.arguments)):
            for value in FORGED:
                yield "forged", address.filled([*first[:place], value, *first[place + 1 :]])


def ask(client: Any, method: str, path: str, about: str) -> Asked:
    """Send a request; what it wrote is taken back unless it is a safe one."""
    status, body, error = 0, "", ""
    try:
        with transaction.atomic():
            answer = client.generic(method, path, **({"data": ""} if method == "POST" else {}))
            status = answer.status_code
            content = b"" if answer.streaming else answer.content
            body = stable(content, path) if status == 404 else ""
            if method == "POST" and status < 400:
                transaction.set_rollback(True)
    except Exception as failure:  # noqa: BLE001
        error = f"{type(failure).__name__}: {failure}"[:300]
    return Asked(about, method, path, status, body, error)


def faults(ground: Ground, address: Address, who: str, before: dict[str, str]) -> Iterator[str]:
    """Yield what is wrong with the answers to one person at one address."""
    client, asked = Client(), []
    with transaction.atomic():
        for about, path in paths(ground, address):
            # As it was at the beginning: a cookie may have a message of a request that was taken back.
            client.cookies = copy(ground.clients[who].cookies)
            for method in FORGERS if about == "forged" else METHODS:
                asked += [ask(client, method, path, about) for _time in range(2 if about == "own" else 1)]
        after = {} if address.name in WRITING_READS else hashes(but=SESSIONS)
        transaction.set_rollback(True)
    name = f"{who} {address.name}"
    yield from (
        f"{name} {each.method} {each.path[:80]}: {each.status} {each.error}"
        for each in asked
        if each.error or each.status >= 500
    )
    changed = [table for table, value in after.items() if before[table] != value]
    if changed:
        yield f"{name}: rows changed in {changed}"
    absent = {each.body for each in asked if each.status == 404 and each.method != "HEAD"}
    if len(absent) > 1:
        yield f"{name}: different pages say that nothing is there: {_difference(*sorted(absent)[:2])}"
    for about, strangers in STRANGERS.items():
        if who in strangers:
            yield from _differences(name, asked, about)


def _difference(one: str, other: str) -> str:
    lines = difflib.unified_diff(one.splitlines(), other.splitlines(), n=0, lineterm="")
    return " | ".join(list(lines)[3:9])[:300]


def _differences(name: str, asked: list[Asked], about: str) -> Iterator[str]:
    """Yield where a stranger learns that something exists: what exists is answered as what does not."""
    unknown = {each.method: each.status for each in asked if each.about == "unknown"}
    for each in asked:
        if each.about == about and each.method in unknown and each.status == 404 != unknown[each.method]:
            yield f"{name} {each.method}: {each.status} of what exists, {unknown[each.method]} of what does not"


def sweep(ground: Ground, chosen: list[tuple[Address, str]]) -> list[str]:
    before = hashes(but=SESSIONS)
    return [fault for address, who in chosen for fault in faults(ground, address, who, before)]


def everything() -> list[tuple[Address, str]]:
    return [(address, who) for address in addresses() for who in PEOPLE]
