"""Sixteen people of eight parties write, answer and seal at once: nothing is lost, and all opens exactly once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from django.db import connection

from ledger import queries as ledger
from ledger import verify
from ledger.record import Subject
from outbox.models import Message
from partnerships.lifecycle import Edition
from partnerships.models import Answer, Line, Stance
from partnerships.negotiation.actions import answers, negotiation
from partnerships.negotiation.queries.positions import Position
from partnerships.rounds.actions import envelopes
from partnerships.rounds.queries import is_genuine, own_content
from tests import make, several
from tests.make import NOON
from tests.partnerships.expectations import filing

LATER = NOON + timedelta(hours=1)


def add_a_line(case, person, rank):
    """Add one's own line to what is there, again when a colleague was faster."""
    round_ = filing.the_round(case)
    for _try in range(20):
        _envelope, content = own_content(round_, person, case)
        part = content.parts.get("expectations")
        lines = [*(part.value if part else []), filing.expectation(f"Publication {rank}")]
        try:
            envelopes.draft(
                round_id=round_.pk,
                speaker=person,
                part="expectations",
                value=lines,
                seen_number=part.number if part else 0,
                at=NOON,
            )
        except envelopes.PartHasChanged:
            continue
        return


def answer_every_other_clause(case, person, rank):
    """Agree to each clause that the colleague leaves to one."""
    for revision_id in make.revision_ids(case)[rank % 2 :: 2]:
        answers.save_position(
            round_id=filing.the_round(case).pk,
            speaker=person,
            revision_id=revision_id,
            position=Position(stance=Stance.AGREE),
            seen_number=0,
            at=LATER,
        )


def work(case, person, write, barrier, failures, *, at):
    try:
        round_ = filing.the_round(case)
        barrier.wait(timeout=60)
        write()
        barrier.wait(timeout=60)
        envelopes.seal(round_id=round_.pk, speaker=person, at=at)
    except (envelopes.EnvelopeAlreadySealed, envelopes.RoundIsOver) as late:
        failures.append(late)
    except Exception as error:  # noqa: BLE001
        failures.append(error)
    finally:
        connection.close()


def all_at_once(case, people, write: Callable[..., None], *, at) -> None:
    """Let everybody write, then seal: one of each pair does, the other comes second."""
    barrier, failures = threading.Barrier(len(people)), []
    threads = [
        threading.Thread(
            target=work,
            args=(case, person, partial(write, case, person, rank), barrier, failures),
            kwargs={"at": at},
        )
        for rank, person in enumerate(people)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert len(failures) == len(people) // 2
    # Before the opening or after it.
    assert {type(each) for each in failures} <= {envelopes.EnvelopeAlreadySealed, envelopes.RoundIsOver}
    round_ = filing.the_round(case)
    assert round_.opened_at == at
    assert all(is_genuine(each) for each in round_.envelopes.order_by("pk"))


@pytest.mark.django_db(transaction=True)
def test_sixteen_concurrent_people_leave_a_consistent_state():
    case, pairs, nora = filing.many((4, 4), at=NOON)
    people = [person for pair in pairs for person in pair]
    all_at_once(case, people, add_a_line, at=NOON)
    texts = sorted(Line.objects.values_list("text", flat=True).order_by("pk"))
    assert texts == sorted(f"Publication {rank}" for rank in range(len(people)))

    several.write_text(case, nora, at=LATER)
    negotiation.open_negotiation(partnership_id=case.pk, broker=nora, at=LATER)
    all_at_once(case, people, answer_every_other_clause, at=LATER)
    clauses = make.revision_ids(case)
    answers = Answer.objects.filter(stance=Stance.AGREE).values_list("party__code", "revision_id")
    assert sorted(answers) == sorted(
        (party.code, clause) for party in case.parties.order_by("rank") for clause in clauses
    )
    assert make.roadmap(case).state == Edition.AGREED

    chain = ledger.entries(subject=Subject("case", case.pk))
    assert chain.filter(kind="round.open").count() == 2
    assert chain.filter(kind="edition.agree").count() == 1
    assert chain.filter(kind="envelope.seal").count() == 2 * len(pairs)
    assert verify.verify(subject=Subject("case", case.pk)) is None
    # The mail of the agreement says that the second round is open.
    assert Message.objects.filter(kind="round-read").count() == 1
    assert Message.objects.filter(kind="text-agreed").count() == 1
