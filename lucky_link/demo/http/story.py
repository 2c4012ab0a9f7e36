"""Play the whole life of one case over HTTP, from the registration of everybody to the last check."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from lucky_link.demo.case_file import CaseFile
from lucky_link.demo.cast import CASES, read_cast
from lucky_link.demo.http import checks, registration, unused_names
from lucky_link.demo.http.driver import HttpDriver
from lucky_link.demo.http.session import Product, Session
from lucky_link.demo.player import steps
from lucky_link.demo.reader import parse, read_text
from lucky_link.demo.script import Script, script_of

DEFAULT = CASES / "P1.toml"


@dataclass(frozen=True, kw_only=True)
class Result:
    """What a story leaves: its session, and the sealed PDF."""

    session: Session
    pdf: bytes


def read(path: Path, is_taken: Callable[[list[str]], bool]) -> Script:
    """Return the script of a case file, with names of the shipped cast that are not in use.

    `is_taken` returns whether one of several e-mail addresses and register numbers is in use.
    Raises InvalidFile, NoUnusedName.
    """
    text = read_text(path)
    original = script_of(parse(text, CaseFile, str(path)), read_cast(), text=text, name=str(path))
    organisations = (original.association, original.company)
    variants, broker = unused_names.unused_variant(organisations, original.broker, is_taken)
    old_names = unused_names.names_in_file(organisations, original.broker)
    text = unused_names.rename(text, old_names, unused_names.names_in_file(variants, broker))
    case = parse(text, CaseFile, str(path))
    return Script(case=case, association=variants[0], company=variants[1], broker=broker)


def play(script: Script, product: Product, *, today: date, write: Callable[[str], object]) -> Result:
    """Play a script against a running product; `write` prints progress. Raises StepFailed."""
    session = Session(
        product=product,
        script=script,
        today=today,
        password=secrets.token_urlsafe(18),
        write=write,
    )
    registration.register_all(session)
    for step in steps(script, HttpDriver(session)):
        with session.step(step.title):
            step.run()
    pdf = checks.check_charter(session)
    checks.check_reminders(session)
    checks.check_ledger(session)
    return Result(session=session, pdf=pdf)
