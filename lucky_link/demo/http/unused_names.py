"""Rename the cast of a story, so that it can be played again in the same database."""

from __future__ import annotations

import re
from collections.abc import Callable
from copy import replace

from stdnum import luhn

from lucky_link.demo.cast import CastOrganisation, Person

MAX_VARIANTS = 900


class NoUnusedName(Exception):
    """Every variant of the names is in use."""

    def __init__(self) -> None:
        super().__init__(f"all {MAX_VARIANTS - 1} variants of the names are in use")


def unused_variant(
    organisations: tuple[CastOrganisation, ...], broker: Person, is_taken: Callable[[list[str]], bool]
) -> tuple[tuple[CastOrganisation, ...], Person]:
    """Return the organisations and the broker under the first variant of which no identifier is taken.

    `is_taken` returns whether one of several e-mail addresses and register numbers is in use.
    Raises NoUnusedName.
    """
    for number in range(1, MAX_VARIANTS):
        variants = tuple(variant(organisation, number) for organisation in organisations)
        broker_variant = broker_of(broker, number)
        taken = [identifier for organisation in variants for identifier in identifiers(organisation)]
        if not is_taken([broker_variant.email, *taken]):
            return variants, broker_variant
    raise NoUnusedName


def identifiers(organisation: CastOrganisation) -> list[str]:
    """Return what two organisations may not share: register numbers and addresses of people."""
    numbers = (organisation.rna, organisation.siren, organisation.siret)
    return [number for number in numbers if number] + [person.email for person in organisation.people]


def variant(organisation: CastOrganisation, number: int) -> CastOrganisation:
    """Return an organisation with another name and other valid numbers; variant 1 is itself."""
    if number == 1:
        return organisation
    rna, siren = organisation.rna, _siren(organisation.siren, number) if organisation.siren else ""
    return replace(
        organisation,
        name=f"{organisation.name} {number}",
        rna=rna and f"{rna[:3]}{(int(rna[3:]) + number * 1000) % 10_000_000:07}",
        siren=siren,
        siret=organisation.siret and _with_check_digit(siren + organisation.siret[9:13]),
        court_folio=organisation.court_folio and f"{organisation.court_folio}-{number}",
        people=tuple(replace(person, email=_email(person.email, number)) for person in organisation.people),
    )


def broker_of(broker: Person, number: int) -> Person:
    """Return a broker with another name and address; variant 1 is themselves."""
    if number == 1:
        return broker
    return replace(broker, name=f"{broker.name} {number}", email=_email(broker.email, number))


def rename(text: str, old_names: list[str], new_names: list[str]) -> str:
    """Return a text with each of `old_names` replaced by the one at its position in `new_names`."""
    new_name_of = dict(zip(old_names, new_names, strict=True))
    pattern = "|".join(re.escape(name) for name in sorted(new_name_of, key=len, reverse=True))
    return re.sub(pattern, lambda match: new_name_of[match[0]], text)


def names_in_file(organisations: tuple[CastOrganisation, ...], broker: Person) -> list[str]:
    """Return what a case file calls people and organisations by: names and e-mail addresses."""
    return [broker.email] + [
        name
        for organisation in organisations
        for name in (organisation.name, *(person.email for person in organisation.people))
    ]


def _email(address: str, number: int) -> str:
    name, _, domain = address.partition("@")
    return f"{name}+{number}@{domain}"


def _siren(siren: str, number: int) -> str:
    return _with_check_digit(f"{(int(siren[:8]) + number * 1000) % 100_000_000:08}")


def _with_check_digit(digits: str) -> str:
    return digits + luhn.calc_check_digit(digits)
