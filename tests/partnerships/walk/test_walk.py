"""Whatever people do and in whatever order, the rules that never bend hold."""

from __future__ import annotations

import pytest
from django.db import connection
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from partnerships.lifecycle import Edition
from tests.partnerships.walk.ground import REACHED
from tests.partnerships.walk.tries import Walk


def walk(cases: int, steps: int) -> None:
    """Let people walk over so many cases, so many steps in each."""
    assert connection.in_atomic_block
    run_state_machine_as_test(
        Walk,
        settings=settings(
            max_examples=cases,
            stateful_step_count=steps,
            derandomize=True,
            deadline=None,
            phases=(Phase.generate,),
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert {Edition.NEGOTIATION, Edition.AGREED, Edition.SIGNING, Edition.SIGNED} <= REACHED


@pytest.mark.django_db
def test_nobody_walks_around_the_rules() -> None:
    walk(cases=10, steps=40)


@pytest.mark.audit
@pytest.mark.django_db
def test_nobody_walks_around_the_rules_in_twenty_thousand_steps() -> None:
    walk(cases=200, steps=100)
