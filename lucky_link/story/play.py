"""One story from the first door to the last reminder."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from lucky_link import casereader
from lucky_link.casefile import BadCaseFile, CaseFile
from lucky_link.castfile import Organisation, Person
from lucky_link.demonstration import people
from lucky_link.story import agree, follow, names, register, sign, write
from lucky_link.story.scene import House, Scene

DEFAULT = people.HERE / "cases" / "P1.toml"


@dataclass(frozen=True, kw_only=True)
class Script:
    """A case and who plays it, under names that nobody bears yet."""

    case: CaseFile
    association: Organisation
    company: Organisation
    broker: Person


@dataclass(frozen=True, kw_only=True)
class Ending:
    """What a story leaves: the scene as it ended, and the sealed PDF."""

    scene: Scene
    pdf: bytes


def read(path: Path, taken: Callable[[list[str]], bool]) -> Script:
    """Return the script of a TOML file, played by the shipped cast.

    `taken` says whether one of several e-mail addresses and register numbers is in use.
    Raises BadCaseFile, NoNameLeft.
    """
    text = casereader.text_of(path)
    case = casereader.parse(text, CaseFile, str(path))
    cast = people.read_cast()
    written = (
        _named(
            case.association, cast.associations, f"{path}, line {casereader.line_of(text, 'association')}"
        ),
        _named(case.company, cast.companies, f"{path}, line {casereader.line_of(text, 'company')}"),
    )
    broker = next((each for each in cast.brokers if each.email == case.broker), None)
    if broker is None:
        line = casereader.line_of(text, "broker")
        raise BadCaseFile(f"{path}, line {line}: {case.broker!r} is none of {_list(cast.brokers)}")
    played, named = names.free(written, broker, taken)
    text = names.renamed(text, names.called(written, broker), names.called(played, named))
    case = casereader.parse(text, CaseFile, str(path))
    return Script(case=case, association=played[0], company=played[1], broker=named)


def play(script: Script, house: House, *, today: date, tell: Callable[[str], object]) -> Ending:
    """Play a script in a running house, telling each step. Raises StepFailed."""
    scene = Scene(
        house=house,
        case=script.case,
        association=script.association,
        company=script.company,
        broker=script.broker,
        today=today,
        password=secrets.token_urlsafe(18),
        write=tell,
    )
    register.play(scene)
    write.play(scene)
    agree.play(scene)
    pdf = sign.play(scene)
    follow.play(scene)
    return Ending(scene=scene, pdf=pdf)


def _named(name: str, group: tuple[Organisation, ...], where: str) -> Organisation:
    for each in group:
        if each.name == name:
            return _able(each, where)
    raise BadCaseFile(f"{where}: {name!r} is none of {_list(group)}")


def _able(told: Organisation, where: str) -> Organisation:
    if not any(person.signatory for person in told.people):
        raise BadCaseFile(f"{where}: nobody of {told.name} may sign")
    return told


def _list(group: tuple[Organisation, ...] | tuple[Person, ...]) -> str:
    return ", ".join(getattr(each, "email", each.name) for each in group)
