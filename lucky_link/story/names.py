"""Names and numbers that nobody bears yet, so that a story can be played again in the same house."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from stdnum import luhn

from lucky_link.castfile import Organisation, Person

MOST = 900


class NoNameLeft(Exception):
    """Every variant is taken."""


def free(
    people: tuple[Organisation, ...], broker: Person, taken: Callable[[list[str]], bool]
) -> tuple[tuple[Organisation, ...], Person]:
    """Return the same people and organisations under the first variant of which nothing is `taken`.

    `taken` says whether one of several e-mail addresses and register numbers is in use.
    Raises NoNameLeft.
    """
    for number in range(1, MOST):
        organisations = tuple(variant(each, number) for each in people)
        named = replace(broker, email=_address(broker.email, number))
        if not taken([named.email, *(mark for each in organisations for mark in marks(each))]):
            return organisations, named
    raise NoNameLeft


def marks(told: Organisation) -> list[str]:
    """Return what two organisations may not share: addresses of people and register numbers."""
    numbers = (told.rna, told.siren, told.siret)
    return [number for number in numbers if number] + [person.email for person in told.people]


def variant(told: Organisation, number: int) -> Organisation:
    """Return an organisation under other names and other valid numbers; the first variant is itself."""
    if number == 1:
        return told
    siren = _siren(told.siren, number) if told.siren else ""
    return replace(
        told,
        name=f"{told.name} {number}",
        rna=told.rna and f"{told.rna[:3]}{(int(told.rna[3:]) + number * 1000) % 10_000_000:07}",
        siren=siren,
        siret=told.siret and _with_key(siren + told.siret[9:13]),
        court_folio=told.court_folio and f"{told.court_folio}-{number}",
        people=tuple(replace(each, email=_address(each.email, number)) for each in told.people),
    )


def renamed(text: str, before: list[str], after: list[str]) -> str:
    """Return a text that calls everybody as they are called now, `after` in the order of `before`."""
    now = dict(zip(before, after, strict=True))
    pattern = "|".join(re.escape(name) for name in sorted(now, key=len, reverse=True))
    return re.sub(pattern, lambda found: now[found[0]], text)


def called(organisations: tuple[Organisation, ...], broker: Person) -> list[str]:
    """Return what a case file calls people and organisations by: names, and addresses."""
    return [broker.email] + [
        word for each in organisations for word in (each.name, *(person.email for person in each.people))
    ]


def _address(address: str, number: int) -> str:
    name, _, house = address.partition("@")
    return address if number == 1 else f"{name}+{number}@{house}"


def _siren(siren: str, number: int) -> str:
    return _with_key(f"{(int(siren[:8]) + number * 1000) % 100_000_000:08}")


def _with_key(digits: str) -> str:
    return digits + luhn.calc_check_digit(digits)
