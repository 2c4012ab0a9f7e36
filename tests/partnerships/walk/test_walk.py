"""Whatever people do and in whatever order, the rules that never bend hold."""

from __future__ import annotations

import pytest
from django.db import connection
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from partnerships.lifecycle import Case, Edition
from partnerships.models import Partnership
from tests import make
from tests.cast import Cast, assemble_cast
from tests.partnerships.walk.following import Following
from tests.partnerships.walk.ground import REACHED
from tests.partnerships.walk.reading import Walk

BEGINNINGS = (
    Case.SCOPING,
    Edition.DRAFTING,
    Edition.NEGOTIATION,
    Edition.AGREED,
    Edition.SIGNING,
    Edition.SIGNED,
)
# States and acts: a walk that never came so far would show nothing.
DONE = {
    *("", "drafting", "negotiation", "agreed", "signing", "signed"),
    *("open_expectations", "draft", "seal", "take_back", "cancel_round", "ask_again", "revise_clause"),
    *("freeze", "sign", "decline", "countersign"),
    *("open_amendment", "describe_amendment", "remove_clause", "restore_clause", "give_up", "void"),
    *("send_correction", "confirm_correction"),
    *("restore_revision", "copy_clause", "split_clause", "join_clauses"),
    *("leave", "change_roles", "record_mandate", "revoke_mandate", "decide"),
    *("too late to take back", "opened as changed"),
    *("tried on partnerships_signature", "tried on partnerships_charter"),
    *("tried on partnerships_sealedcharter", "tried on ledger_entry"),
}


def take(kind: type, cast: Cast, case: Partnership, number: int, length: settings) -> None:
    """Let people walk in one case, as the seed of that number has it."""
    run_state_machine_as_test(
        seed(number)(type(kind.__name__, (kind,), {"cast": cast, "case": case})),
        settings=settings(
            length,
            database=None,
            deadline=None,
            phases=(Phase.generate,),
            suppress_health_check=list(HealthCheck),
        ),
    )


def walk(cases: int, steps: int, first_seed: int) -> None:
    """Let people walk so many steps, so many times from each beginning of one and the same case."""
    assert connection.in_atomic_block
    cast = assemble_cast(make.NOON)
    case = make.partnership(cast, until=Case.SCOPING)
    for place, beginning in enumerate(BEGINNINGS):
        if place:
            make.STEPS[beginning](case, cast, 1, make.NOON)
        take(Walk, cast, case, first_seed + place, settings(max_examples=cases, stateful_step_count=steps))
    assert DONE <= REACHED, DONE - REACHED


@pytest.mark.django_db
def test_nobody_walks_around_the_rules() -> None:
    walk(cases=8, steps=44, first_seed=62)


@pytest.mark.django_db
def test_nobody_walks_around_the_follow_up() -> None:
    cast = assemble_cast(make.NOON)
    case = make.partnership(cast, until=Case.ACTIVE)
    take(Following, cast, case, 3, settings(max_examples=14, stateful_step_count=16))
    assert {"complete_milestone", "say_ready", "resume", "accept"} <= REACHED


@pytest.mark.audit
@pytest.mark.django_db
def test_nobody_walks_around_the_rules_in_twenty_thousand_steps() -> None:
    walk(cases=40, steps=100, first_seed=0)
