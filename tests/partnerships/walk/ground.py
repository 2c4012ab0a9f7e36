"""The ground on which people walk: one case, its clock, and what is known of who may do what."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any, ClassVar

from django.core.cache import cache
from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition

from accounts.models import Organisation
from accounts.refusals import Refusal
from ledger import queries as ledger
from ledger.record import Subject
from partnerships import lifecycle
from partnerships.drafting.actions import clauses as drafting
from partnerships.drafting.actions import requirements
from partnerships.models import Clause, Partnership, Roadmap, Round
from partnerships.negotiation.actions import negotiation
from partnerships.permissions import ConsentError
from partnerships.rounds import encryption
from partnerships.rounds.actions import opening, rounds
from partnerships.scoping import actions as scoping
from partnerships.signing.actions import freezing, sealing
from partnerships.text import agreement
from tests import make
from tests.cast import Cast

REFUSED = (
    lifecycle.TransitionNotAllowed,
    ConsentError,
    Refusal,
    scoping.ScopingError,
    drafting.DraftingError,
    negotiation.NegotiationError,
    rounds.RoundError,
    freezing.SigningError,
    requirements.TextNotReady,
    sealing.CharterAlreadySealed,
)
PARTIES = {"ada": "A", "ben": "A", "carla": "E", "dan": "E"}
BROKERS = ("nora", "oscar")
EVERYBODY = (*PARTIES, *BROKERS, "mallory", "root")
SECRET = "zibeline-secrete"  # in ASCII, so that no page escapes it
REACHED: set[str] = set()

people = st.sampled_from(EVERYBODY)
# Anybody may try, but those who may do it try often, so that walks reach the end of the road.
speakers = st.sampled_from(("ada", "carla") * 6 + EVERYBODY)
brokers = st.sampled_from(BROKERS * 6 + EVERYBODY)
sides = st.sampled_from(("A", "E"))


def during(*stages: str) -> Callable[[Any], Any]:
    """Let a rule run while the text stands there; "" is before there is a text."""
    return precondition(lambda walk: walk.stage in stages)


while_asking = precondition(lambda walk: walk.is_asking)


class Ground(RuleBasedStateMachine):
    """One case, eight people, each free to try anything at any time.

    Who is present, signs, holds a mandate or is suspended is kept here too, apart from the product; so is
    what each envelope held before it was sealed and at each sealing, and which were changed since.
    """

    # Played once for all walks: each of them takes back what it did.
    cast: ClassVar[Cast]
    case: ClassVar[Partnership]
    at: datetime

    @initialize()
    def open(self) -> None:
        # The walk before was rolled back: its cached pages name rows that are gone, under versions that return.
        cache.clear()
        self.at = make.NOON
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        self.partnership = Partnership.objects.get(pk=self.case.pk)
        self.names = {self.person(name).pk: name for name in EVERYBODY}
        self.present = set(PARTIES)
        self.administrators = {"ada", "carla"}
        self.mandates = {"ada": date.max, "carla": date.max}
        self.suspended: set[str] = set()
        self.frozen: dict[object, bytes] = {}
        self.answered: dict[int, tuple[int, str, str]] = {}
        self.drafts: dict[int, bytes] = {}
        self.seals: dict[int, list[tuple[bytes, str]]] = {}
        self.spoiled: set[int] = set()
        self.look()

    def teardown(self) -> None:
        if hasattr(self, "savepoint"):
            transaction.set_rollback(True)
            self.savepoint.__exit__(None, None, None)

    @property
    def roadmap(self) -> Roadmap | None:
        """The last edition."""
        return Roadmap.objects.filter(partnership=self.partnership).order_by("-edition").first()

    @property
    def state(self) -> str:
        """The state of the text, "" before there is one."""
        return self.roadmap.state if self.roadmap else ""

    def look(self) -> None:
        """See where the case stands now; what must hold is looked at again."""
        self.stage = self.state
        self.is_asking = self.running is not None
        self.case_state = Partnership.objects.values_list("state", flat=True).get(pk=self.partnership.pk)
        self.has_moved = True
        REACHED.add(self.stage)

    @property
    def clauses(self) -> list[Clause]:
        """Those on which the parties answer, the removed ones last."""
        return agreement.asked_of(self.roadmap) if self.roadmap else []

    @property
    def running(self) -> Round | None:
        """The round that is open to answers; there is never more than one."""
        return self.partnership.rounds.filter(opened_at=None, cancelled_at=None).first()

    @property
    def is_suspended(self) -> bool:
        return self.case_state == lifecycle.Case.SUSPENDED

    def person(self, name: str) -> Any:
        return getattr(self.cast, name)

    def organisation(self, side: str) -> Organisation:
        return self.cast.association if side == "A" else self.cast.company

    def of_side(self, side: str) -> list[str]:
        """Those of a side who have not left, by name."""
        return sorted(who for who in self.present if PARTIES[who] == side)

    def speaks(self, who: str) -> bool:
        return who in self.present and PARTIES[who] not in self.suspended

    def signs(self, who: str, day: date) -> bool:
        return self.speaks(who) and self.mandates.get(who, date.min) >= day

    def attempt(self, act: Callable[..., object], *, is_told: bool = True, **arguments: object) -> bool:
        """Try an act a minute later; what was done is in the ledger, what was refused left no trace."""
        self.at += timedelta(minutes=1)
        before = self.entries()
        try:
            act(**arguments, at=self.at)
        except REFUSED:
            assert self.entries() == before, act
            return False
        except encryption.KeyIsLost:
            assert self.spoiled, act
            assert self.entries() == before, act
            return False
        assert (self.entries() > before) == is_told, act
        self.look()
        REACHED.add(act.__name__)
        return True

    def entries(self) -> int:
        return ledger.entries(subject=Subject("case", self.partnership.pk)).count()

    def settle(self) -> None:
        """Do what the sweep does at this moment."""
        for round_id in opening.due(self.at):
            assert opening.settle(round_id=round_id, at=self.at)
            assert not opening.settle(round_id=round_id, at=self.at)
            self.look()
