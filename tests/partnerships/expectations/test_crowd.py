"""Sixteen people of eight parties write and seal at once: nothing is lost, and all opens exactly once."""

from __future__ import annotations

import threading

import pytest
from django.db import connection

from ledger import queries as ledger
from ledger import verify
from ledger.record import Subject
from outbox.models import Message
from partnerships.actions import envelopes
from partnerships.models import Line
from partnerships.queries.envelopes import is_genuine, own_held
from tests.make import NOON
from tests.partnerships.expectations import filing


def work(case, person, rank, barrier, failures):
    """Add one's own line to what is there, again when a colleague was faster, then seal."""
    try:
        asked = filing.the_round(case)
        barrier.wait(timeout=60)
        for _try in range(20):
            _envelope, held = own_held(asked, person, case)
            part = held.parts.get("expectations")
            lines = [*(part.value if part else []), filing.expectation(f"Publication {rank}")]
            try:
                envelopes.draft(
                    round_id=asked.pk,
                    speaker=person,
                    part="expectations",
                    value=lines,
                    seen_number=part.number if part else 0,
                    at=NOON,
                )
                break
            except envelopes.SomebodyWroteToo:
                continue
        barrier.wait(timeout=60)
        envelopes.seal(round_id=asked.pk, speaker=person, at=NOON)
    except (envelopes.AlreadySealed, envelopes.RoundIsOver) as late:
        failures.append(late)
    except Exception as error:  # noqa: BLE001
        failures.append(error)
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_sixteen_people_at_once_leave_a_sound_state():
    case, pairs, _nora = filing.many((4, 4), at=NOON)
    people = [person for pair in pairs for person in pair]
    barrier, failures = threading.Barrier(len(people)), []
    hands = [
        threading.Thread(target=work, args=(case, person, rank, barrier, failures))
        for rank, person in enumerate(people)
    ]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join(timeout=120)
    # One of each pair sealed; the other came second, before the opening or after it.
    assert len(failures) == len(pairs)
    assert {type(each) for each in failures} <= {envelopes.AlreadySealed, envelopes.RoundIsOver}
    asked = filing.the_round(case)
    assert asked.opened_at == NOON
    assert all(is_genuine(each) for each in asked.envelopes.order_by("pk"))
    said = sorted(Line.objects.values_list("text", flat=True).order_by("pk"))
    assert said == sorted(f"Publication {rank}" for rank in range(len(people)))
    chain = ledger.entries(subject=Subject("case", case.pk))
    assert chain.filter(kind="round.open").count() == 1
    assert chain.filter(kind="envelope.seal").count() == len(pairs)
    assert verify.verify(subject=Subject("case", case.pk)) is None
    assert Message.objects.filter(kind="round-read").count() == 1
