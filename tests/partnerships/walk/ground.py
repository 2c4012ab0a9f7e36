"""The ground on which people walk: one case, its clock, and what must hold after every step."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Count
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant

from accounts.models import Membership
from ledger import queries as ledger
from ledger import verify
from ledger.record import Subject
from outbox.models import Message
from partnerships import lifecycle
from partnerships.actions import drafting, freezing, gates, negotiation, opening, rounds, scoping
from partnerships.lifecycle import Edition
from partnerships.models import (
    Answer,
    Charter,
    Clause,
    Envelope,
    Partnership,
    Question,
    Roadmap,
    Round,
    Signature,
)
from partnerships.permissions import ConsentError
from partnerships.queries import agreement, envelopes
from tests import make
from tests.cast import Cast, assemble

REFUSED = (
    lifecycle.TransitionNotAllowed,
    ConsentError,
    scoping.ScopingError,
    drafting.DraftingError,
    negotiation.NegotiationError,
    rounds.RoundError,
    freezing.SigningError,
    gates.GateError,
)
PARTIES = {"ada": "A", "ben": "A", "carla": "E", "dan": "E"}
BROKERS = ("nora", "oscar")
SECRET = "zibeline-secrète"
REACHED: set[str] = set()


class Ground(RuleBasedStateMachine):
    """One case, eight people, each free to try anything at any time."""

    cast: Cast
    partnership: Partnership
    at: datetime

    @initialize(until=st.sampled_from((Edition.NEGOTIATION, Edition.AGREED, Edition.SIGNING)))
    def open(self, until: Edition) -> None:
        self.at = make.NOON
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        self.cast = assemble(self.at)
        self.partnership = make.partnership(self.cast, until=until)
        self.frozen: dict[int, bytes] = {}
        self.answered: dict[int, tuple[int, str, str]] = {}

    def teardown(self) -> None:
        if hasattr(self, "savepoint"):
            transaction.set_rollback(True)
            self.savepoint.__exit__(None, None, None)

    @property
    def roadmap(self) -> Roadmap:
        return Roadmap.objects.get(partnership=self.partnership)

    @property
    def clauses(self) -> list[Clause]:
        return agreement.clauses_of(self.roadmap)

    @property
    def running(self) -> Round | None:
        return envelopes.running(self.partnership, Question.CRITICISM)

    def person(self, name: str) -> Any:
        return getattr(self.cast, name)

    def attempt(self, act: Callable[..., object], *, is_told: bool = True, **arguments: object) -> bool:
        """Try an act a minute later; what was done is in the ledger, what was refused left no trace."""
        self.at += timedelta(minutes=1)
        before = self.entries()
        try:
            act(**arguments, at=self.at)
        except REFUSED:
            assert self.entries() == before, act
            return False
        assert (self.entries() > before) == is_told, act
        REACHED.add(self.roadmap.state)
        return True

    def entries(self) -> int:
        return ledger.entries(subject=Subject("case", self.partnership.pk)).count()

    def settle(self) -> None:
        """Do what the sweep does at this moment."""
        for round_id in opening.due(self.at):
            assert opening.settle(round_id=round_id, at=self.at)
            assert not opening.settle(round_id=round_id, at=self.at)
        REACHED.add(self.roadmap.state)

    @invariant()
    def the_ledger_holds(self) -> None:
        if hasattr(self, "partnership"):
            assert verify.verify() is None

    @invariant()
    def agreed_means_agreed_by_all(self) -> None:
        """Rules 1 and 2: every party, on the current revision of every clause."""
        if not hasattr(self, "partnership") or self.roadmap.state not in (
            Edition.AGREED,
            Edition.SIGNING,
            Edition.SIGNED,
        ):
            return
        party_ids = list(self.partnership.parties.order_by("rank").values_list("pk", flat=True))
        assert agreement.is_agreed(self.clauses, agreement.stands_on(self.roadmap.pk), party_ids)

    @invariant()
    def nobody_answers_for_a_stranger(self) -> None:
        """Rule 1, and an answer never changes."""
        belonging = set(Membership.objects.values_list("user_id", "organisation_id").order_by("pk"))
        for answer in Answer.objects.select_related("party", "round").order_by("pk"):
            assert (answer.answered_by_id, answer.party.organisation_id) in belonging
            assert answer.round.opened_at == answer.answered_at
            said = (answer.revision_id, answer.stance, answer.reason)
            assert self.answered.setdefault(answer.pk, said) == said

    @invariant()
    def rounds_open_for_all_or_for_none(self) -> None:
        """Rule 3: before the opening, ciphertext alone; after it, every sealed envelope, as it was sealed."""
        prints = self.sealed_prints()
        for envelope in Envelope.objects.select_related("round").order_by("pk"):
            is_open = envelope.round.opened_at is not None and envelope.sealed_at is not None
            assert (envelope.opened is not None) == is_open
            assert SECRET.encode() not in bytes(envelope.ciphertext)
            if is_open:
                assert envelopes.is_genuine(envelope)
                assert envelope.fingerprint in prints
        closed = Answer.objects.filter(round__opened_at=None)
        assert not closed.exists()

    def sealed_prints(self) -> set[str]:
        written = ledger.entries(subject=Subject("case", self.partnership.pk)).filter(kind="envelope.seal")
        return {each.facts["fingerprint"] for each in written}

    @invariant()
    def what_was_signed_is_what_was_read(self) -> None:
        """Rule 4: the frozen text never changes, and each signature carries its fingerprint."""
        for charter in Charter.objects.order_by("pk"):
            text = bytes(charter.canonical_json)
            assert self.frozen.setdefault(charter.pk, text) == text
        for signature in Signature.objects.select_related("charter").order_by("pk"):
            assert signature.fingerprint == signature.charter.fingerprint

    @invariant()
    def the_clock_is_the_same_for_all(self) -> None:
        """Rules 6 and 7: one deadline a round, extended once at most; no reminder of a closed round waits."""
        if not hasattr(self, "partnership"):
            return
        parties = self.partnership.parties.count()
        rounds_and_envelopes = Round.objects.annotate(held=Count("envelopes")).order_by("asked_at")
        waiting = list(
            Message.objects.waiting()
            .filter(kind="round-reminder")
            .order_by("key")
            .values_list("key", flat=True)
        )
        for asked in rounds_and_envelopes:
            assert asked.held == parties
            assert asked.extended_at is None or asked.rule == "extend"
            if asked.opened_at or asked.cancelled_at:
                assert not any(f":round:{asked.pk}:" in key for key in waiting)

    @invariant()
    def an_opened_round_stays_as_it_was_opened(self) -> None:
        """Rule 3 against raw SQL."""
        opened = Envelope.objects.filter(opened__isnull=False).first()
        if opened is None:
            return
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("UPDATE partnerships_envelope SET opened = '{}' WHERE id = %s", [opened.pk])
