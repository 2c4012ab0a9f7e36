"""Envelopes of expectations, asked, filled and sealed by the real actions."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse

from accounts.models import Organisation, Side, User
from accounts.registration import actions as registration
from partnerships.expectations.actions import open_expectations
from partnerships.lifecycle import Case
from partnerships.models import Partnership, Round
from partnerships.rounds.actions import envelopes
from partnerships.rounds.actions.rounds import RoundSettings
from partnerships.scoping import actions as scoping
from tests import make
from tests.cast import (
    Cast,
    add_member,
    create_broker,
    create_person,
    register_organisation,
    verify_organisation,
)
from tests.fixture_cache import cached_fixture

SECRET = "Ornithorynque"
NAMES = ("Alpha", "Bravo", "Charlie", "Delta", "Echo", "Foxtrot", "Golf", "Hotel")


def address(case: Partnership, name: str = "expectations", *args: object) -> str:
    return reverse(f"partnerships:{name}", args=[case.reference, *args])


def expectation(text: str, indicator: str = "Un compte rendu") -> dict[str, object]:
    return {"text": text, "indicator": indicator, "by_date": None, "priority": 1}


@cached_fixture
def ask_parties(cast: Cast, *, at: datetime, asking: RoundSettings | None = None) -> Partnership:
    """Prepare a case between Ada's association and Carla's company and ask both what they expect."""
    case = make.partnership(cast, until=Case.PREPARING, at=at)
    open_expectations(partnership_id=case.pk, broker=cast.nora, asking=asking or make.FIVE_DAYS, at=at)
    return case


def the_round(case: Partnership) -> Round:
    return case.rounds.order_by("-asked_at", "-number")[:1].get()


def write(
    case: Partnership, person: User, text: str, *, part: str = "expectations", seen=None, at: datetime
) -> int:
    line = expectation(text) if part == "expectations" else {"text": text}
    return envelopes.draft(
        round_id=the_round(case).pk, speaker=person, part=part, value=[line], seen_number=seen, at=at
    )


def seal(case: Partnership, person: User, *, at: datetime) -> None:
    envelopes.seal(round_id=the_round(case).pk, speaker=person, at=at)


@cached_fixture
def opened(cast: Cast, *, at: datetime) -> Partnership:
    """Play a round to its opening: each party says one thing, sets a limit, and seals."""
    case = ask_parties(cast, at=at)
    for person, text, limit in (
        (cast.ada, "Publier un rapport que chacun comprend", "Aucune donnée vendue"),
        (cast.carla, "Être citée dans la publication", "Pas de donnée nominative"),
    ):
        write(case, person, text, at=at)
        write(case, person, limit, part="limits", at=at)
        seal(case, person, at=at)
    return case


def verified_organisation(
    name: str, side: Side, number: int, *, nora: User, at: datetime
) -> tuple[Organisation, User, User]:
    """Bring in a verified organisation with two people who answer for it."""
    founder = create_person(f"{name}-un Referent")
    identity = registration.OrganisationIdentity(
        name=f"{name} Fable",
        city="Lyon",
        rna=f"W{number:09}" if side == Side.ASSOCIATION else "",
        siren=f"9{number:08}" if side == Side.COMPANY else "",
    )
    made = register_organisation(founder, side, identity, at=at)
    second = add_member(made, founder, f"{name}-deux Referent", at=at)
    return verify_organisation(made, nora, at=at), founder, second


def many(counts: tuple[int, int], *, at: datetime) -> tuple[Partnership, list[tuple[User, User]], User]:
    """Ask several associations and companies at once; return the case and two people of each, in order."""
    nora = create_broker("Nora Passerelle")
    sides = [Side.ASSOCIATION] * counts[0] + [Side.COMPANY] * counts[1]
    members = [
        verified_organisation(name, side, 100 + rank, nora=nora, at=at)
        for rank, (name, side) in enumerate(zip(NAMES, sides, strict=False))
    ]
    case = scoping.open_case(
        broker=nora, title="À plusieurs", organisations=[each[0] for each in members], at=at
    )
    make.describe(case, nora, at=at)
    scoping.prepare(partnership_id=case.pk, broker=nora, at=at)
    open_expectations(partnership_id=case.pk, broker=nora, at=at)
    return case, [(first, second) for _organisation, first, second in members], nora
