"""The page of the rounds: each clause, who stands where on it, and how it came to say what it says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from partnerships.lifecycle import Edition
from partnerships.models import Party, Roadmap, Round
from partnerships.queries import editions, talks
from partnerships.queries.case import CaseHeader
from partnerships.queries.talks import ClauseTalk
from partnerships.queries.turn import Act

WRITABLE = (Edition.NEGOTIATION, Edition.AGREED)


class Progress(NamedTuple):
    """On how many clauses of the text as it stands a party has spoken."""

    side: str
    name: str
    answered: int
    total: int


@dataclass(frozen=True, kw_only=True)
class RoundsPage:
    """`roadmap` is None as long as the reader has no text to discuss.

    `left`: revisions on which the reader's own party has not spoken; `is_over`: the round is.
    """

    roadmap: Roadmap | None
    version: str
    rounds: Sequence[Round]
    running: Round | None
    is_over: bool
    talks: Sequence[ClauseTalk]
    progress: Sequence[Progress]
    own: Progress | None
    left: Sequence[int]
    may_ask_again: bool
    may_open: bool
    may_freeze: bool
    may_revise: bool
    may_reply: bool


def rounds_page(header: CaseHeader, at: datetime) -> RoundsPage:
    """Return the text with what was said of it. 3 queries, whatever the number of clauses and answers."""
    reader = header.reader
    found = editions.readable(header.case, is_broker=reader.is_broker)
    text = _discussed(found)
    state = Edition(text.state) if text else None
    rounds = header.case.rounds
    running = rounds[0] if rounds and state == Edition.NEGOTIATION else None
    shown = talks.talks_of(text, header, rounds) if text else []
    progress = {party.pk: _progress(party, shown) for party in header.parties}
    return RoundsPage(
        roadmap=text,
        version=f"v0.{text.version}" if text else "",
        rounds=rounds,
        running=running,
        is_over=running is not None and at >= running.deadline_at,
        talks=shown,
        progress=list(progress.values()),
        own=progress[reader.party.pk] if reader.party else None,
        left=[each.revision_id for each in shown if each.is_open_to_reader and each.own_answer is None],
        may_ask_again=reader.is_broker and state == Edition.NEGOTIATION,
        may_open=reader.is_broker and header.edition is not None and header.edition.state == Edition.DRAFTING,
        may_freeze=reader.is_broker and state == Edition.AGREED,
        may_revise=reader.is_broker and state in WRITABLE,
        may_reply=reader.is_broker and state in WRITABLE,
    )


def pointed(header: CaseHeader, page: RoundsPage) -> CaseHeader:
    """Return the head of this very page: its link leads to the first clause to answer, or to what is next."""
    if not header.turn.url:
        return header
    here = next((f"#clause-{each.shown.number}" for each in page.talks if each.revision_id in page.left), "")
    if header.case.turn.act in (Act.ASK_AGAIN, Act.FREEZE):
        here = "#suite"
    return replace(header, turn=replace(header.turn, url=here)) if here else header


def _discussed(found: Sequence[Roadmap]) -> Roadmap | None:
    """Return the last edition that was put to the parties, a void one only when there is no other."""
    put = [each for each in found if each.state != Edition.DRAFTING]
    return next((each for each in put if each.state != Edition.VOID), next(iter(put), None))


def _progress(party: Party, shown: Sequence[ClauseTalk]) -> Progress:
    answered = sum(party.pk in talk.answered_by for talk in shown)
    return Progress(party.side, party.organisation.name, answered, len(shown))
