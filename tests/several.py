"""A case of two associations and three companies, each with one person who speaks and signs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from typing import Any

from accounts.models import Organisation, Side, User
from accounts.registration import actions as registration
from partnerships.charter.terms import Terms
from partnerships.charter.texts import CommitmentText
from partnerships.drafting.actions import clauses as drafting
from partnerships.lifecycle import Edition
from partnerships.models import Partnership, Stance
from partnerships.negotiation.queries.positions import Position
from partnerships.scoping import actions as scoping
from tests import make, wording
from tests.cast import Cast, create_person, register_organisation, verify_organisation
from tests.fixture_cache import cached_fixture

CODES = {"A": "A1", "E": "E1"}
NAMED = ("party_key", "payer_key", "owner")
CORAIL = registration.OrganisationIdentity(
    name="Corail Imaginaire", city="Lille", rna="W000000002", siren="000000026"
)
DEUXIEME = registration.OrganisationIdentity(
    name="Deuxième Fictif", city="Nantes", siren="000000083", siret="00000008300014"
)


@dataclass(frozen=True, kw_only=True)
class Crowd:
    """Five organisations in printed order, and who speaks for each."""

    organisations: Sequence[Organisation]
    speakers: Sequence[User]


@cached_fixture
def assemble(cast: Cast) -> Crowd:
    """Bring in a second association and a third company beside the cast."""
    yann, zoe = create_person("Yann Corail"), create_person("Zoé Deuxième")
    more = [
        verify_organisation(
            register_organisation(founder, side, identity, at=make.NOON), cast.nora, at=make.NOON
        )
        for founder, side, identity in (
            (yann, Side.ASSOCIATION, CORAIL),
            (zoe, Side.COMPANY, DEUXIEME),
        )
    ]
    return Crowd(
        organisations=(cast.association, more[0], cast.company, cast.other_company, more[1]),
        speakers=(cast.ada, yann, cast.carla, cast.mallory, zoe),
    )


@cached_fixture
def negotiated(
    cast: Cast, crowd: Crowd, *, clauses: int = 10, at: datetime, title: str = make.TITLE
) -> Partnership:
    """Play a case of all five up to its first round. `clauses`: of the whole text, nine at least."""
    case = scoping.open_case(broker=cast.nora, title=title, organisations=crowd.organisations, at=at)
    make.describe(case, cast.nora, at=at)
    scoping.prepare(partnership_id=case.pk, broker=cast.nora, at=at)
    make.skip_expectations(case, cast.nora, at=at)
    write_text(case, cast.nora, clauses=clauses, at=at)
    make.STEPS[Edition.NEGOTIATION](case, cast, clauses, at)
    return case


def write_text(case: Partnership, broker: User, *, clauses: int = 10, at: datetime) -> None:
    """Have the broker write a text whose tables name the first party of each side; the others promise help."""
    others = [each.code for each in case.parties.order_by("rank") if each.code not in CODES.values()]
    for heading, responsible, words in wording.text(at.date(), max(clauses - 9, 0)):
        own = [code for code in others if responsible and code.startswith(responsible)]
        drafting.add_clause(
            partnership_id=case.pk,
            broker=broker,
            heading=heading,
            wording=replace(words, terms=_with_help(_renamed(words.terms), own)),
            responsible=CODES.get(responsible, ""),
            at=at,
        )


def play(case: Partnership, crowd: Crowd, broker: User, *, rounds: int) -> None:
    """Play rounds in which the last party has a reservation on every clause, the others agree.

    After each round but the last the broker replies to all and rewrites every clause.
    """
    at = make.running(case).asked_at
    for number in range(1, rounds):
        at += timedelta(hours=2)
        *most, last = crowd.speakers
        for speaker in most:
            make.agree(case, speaker, at=at)
        why = Position(stance=Stance.RESERVATION, reason="Ce n’est pas assez précis.")
        make.draft(case, last, dict.fromkeys(make.revision_ids(case), why), at=at)
        make.seal(case, last, at=at)
        make.reply_to_all(case, broker, at=at)
        at += timedelta(hours=1)
        for position in range(1, len(make.revision_ids(case)) + 1):
            make.revise(case, broker, position=position, change=f"Précision {number}.", at=at)
        at += timedelta(hours=1)
        make.ask_again(case, broker, at=at)


def _renamed(terms: Terms) -> Terms:
    changed: dict[str, Any] = {}
    for field in fields(terms):
        rows = getattr(terms, field.name)
        if isinstance(rows, tuple):
            changed[field.name] = tuple(
                replace(row, **{name: CODES.get(getattr(row, name), getattr(row, name)) for name in _of(row)})
                for row in rows
            )
    return replace(terms, **changed)


def _with_help(terms: Terms, codes: Sequence[str]) -> Terms:
    promised = [CommitmentText(code=f"E{code}1", party_key=code, text="Relire le guide") for code in codes]
    return replace(terms, commitments=(*terms.commitments, *promised))


def _of(row: Any) -> list[str]:
    return [each.name for each in fields(row) if each.name in NAMED]
