"""Amendments of an active case, by the real actions: opened, changed, agreed, frozen, signed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

from partnerships.charter.terms import Terms
from partnerships.charter.texts import CommitmentText, Heading, MilestoneText
from partnerships.drafting.actions import amendments
from partnerships.drafting.actions import clauses as drafting
from partnerships.models import Charter, Partnership, Roadmap
from partnerships.negotiation.actions import negotiation
from partnerships.signing.actions import freezing, signing
from partnerships.text import agreement
from tests import make
from tests.cast import Cast

type Changes = Mapping[Heading, Callable[[Terms], Terms]]


def amend(case: Partnership, cast: Cast, changes: Changes, *, at: datetime) -> Charter:
    """Have an amendment with these changes signed by everybody, and return its charter."""
    draft(case, cast, changes, at=at)
    negotiation.open_negotiation(partnership_id=case.pk, broker=cast.nora, at=at)
    return sign_agreed(case, cast, at=at)


def draft(case: Partnership, cast: Cast, changes: Changes, *, at: datetime) -> Roadmap:
    """Have the broker open an amendment and change the tables of the clauses under some headings."""
    amendment = amendments.open_amendment(partnership_id=case.pk, broker=cast.nora, at=at)
    for clause in agreement.clauses_of(amendment):
        change = changes.get(Heading(clause.heading))
        if change is None:
            continue
        current = clause.current
        if current is None:
            raise AssertionError(clause.pk)
        wording = drafting.wording_of(current)
        drafting.revise_clause(
            clause_id=clause.pk,
            broker=cast.nora,
            seen_number=current.number,
            wording=replace(wording, terms=change(wording.terms)),
            reason="Demandé par les deux parties.",
            at=at,
        )
    return amendment


def freeze_agreed(case: Partnership, cast: Cast, *, at: datetime) -> Charter:
    """Have both parties agree to the text in the running round, and the broker freeze it."""
    for speaker in (cast.ada, cast.carla):
        make.agree(case, speaker, at=at)
    return freezing.freeze(partnership_id=case.pk, broker=cast.nora, at=at)


def sign_agreed(case: Partnership, cast: Cast, *, at: datetime) -> Charter:
    """Have both parties agree to the text in the running round, then everybody sign it."""
    frozen = freeze_agreed(case, cast, at=at)
    sign_all(case, cast, frozen, at=at)
    return frozen


def sign_all(case: Partnership, cast: Cast, frozen: Charter, *, at: datetime) -> None:
    """Have both signatories sign a frozen text, and the broker countersign it."""
    for signatory in (cast.ada, cast.carla):
        signing.sign(
            partnership_id=case.pk, signatory=signatory, consent=make.consent(frozen, signatory), at=at
        )
    consent = make.consent(frozen, cast.nora)
    signing.countersign(partnership_id=case.pk, broker=cast.nora, consent=consent, at=at)


def with_milestones(*added: MilestoneText, drop: str = "", **changed: Mapping[str, object]) -> Changes:
    """Return the changes that add milestones, drop one and change fields of others, by code."""

    def change(terms: Terms) -> Terms:
        rows = [row for row in terms.milestones if row.code != drop]
        rows = [replace(row, **changed.get(row.code, {})) for row in rows]  # type: ignore[arg-type]
        return replace(terms, milestones=(*rows, *added))

    return {Heading.MILESTONES: change}


def with_commitments(
    heading: Heading, *added: CommitmentText, drop: str = "", **changed: Mapping[str, object]
) -> Changes:
    """Return the changes that add commitments under a heading, drop one and change others, by code."""

    def change(terms: Terms) -> Terms:
        rows = [row for row in terms.commitments if row.code != drop]
        rows = [replace(row, **changed.get(row.code, {})) for row in rows]  # type: ignore[arg-type]
        return replace(terms, commitments=(*rows, *added))

    return {heading: change}
