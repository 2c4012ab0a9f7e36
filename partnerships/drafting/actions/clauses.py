"""Adding and revising clauses; each change is a new revision. Only the broker writes."""

from __future__ import annotations

import secrets
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import F, Max
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.refusals import Refusal
from accounts.text import canonical
from ledger.record import Fact
from partnerships import lifecycle, reminders
from partnerships.case.transitions import advance_edition, lock, text_under_work
from partnerships.charter import terms as charter_terms
from partnerships.charter.references import cited_keys, marker
from partnerships.charter.terms import Terms
from partnerships.charter.texts import BROKER, Heading
from partnerships.models import Clause, ClauseRevision, Line, Partnership, Party, Roadmap
from partnerships.permissions import require_broker
from partnerships.rounds.actions.rounds import RoundError, require_no_running_round
from partnerships.status.actions import refresh_status
from partnerships.text import references

MAX_FACT_LENGTH: Final = 90


class DraftingError(Refusal):
    """The text cannot be changed in this way."""


class RevisionUnchanged(DraftingError):
    """The wording equals the current revision."""

    sentence = gettext_lazy("Rien n’a changé : la clause dit déjà cela.")


class StaleRevision(DraftingError):
    """Another revision was written after the page was opened."""

    sentence = gettext_lazy(
        "Cette clause a été modifiée pendant que vous écriviez. Votre texte est conservé : "
        "comparez, puis enregistrez."
    )


class RevisionReasonMissing(DraftingError):
    """A change needs a reason once the parties have the text."""

    sentence = gettext_lazy("Écrivez pourquoi : les parties ont ce texte et liront la raison du changement.")


class UnknownParty(DraftingError):
    """A table names a party that the case does not have; the message is its code."""

    sentence = gettext_lazy(
        "Un tableau nomme une partie absente du dossier : %(what)s. Choisissez une partie de la liste."
    )


class ClauseRemoved(DraftingError):
    """The clause was removed from the text meanwhile."""

    sentence = gettext_lazy(
        "Cette clause a été retirée du texte entre-temps. Votre texte est conservé : "
        "ajoutez-le comme nouvelle clause."
    )


class UnknownReference(DraftingError):
    """The text refers to clauses that are not in it; the message lists the markers."""

    sentence = gettext_lazy(
        "Le texte renvoie à une clause absente\u00a0: %(what)s. Choisissez la clause dans la "
        "liste des renvois, ou effacez le renvoi."
    )


class TableNotAllowed(DraftingError):
    """The heading of the clause has no such table; the message is its name."""

    sentence = gettext_lazy("Ce tableau ne va pas dans cette rubrique : %(what)s. Déplacez-le.")


class UnknownLine(RoundError):
    """A source line of the clause was not opened in this case."""

    sentence = gettext_lazy(
        "Une attente reliée à cette clause ne fait plus partie des attentes ouvertes du "
        "dossier. Revenez à la comparaison."
    )


@dataclass(frozen=True, kw_only=True)
class Wording:
    """The content of a clause: title, text, plain words and tables.

    `line_ids`: keys of opened lines to add to the source lines of the clause.
    """

    title: str
    body: str
    plain_words: str = ""
    terms: Terms = field(default_factory=Terms)
    line_ids: tuple[int, ...] = field(default=(), compare=False)


def wording_of(revision: ClauseRevision) -> Wording:
    """Return the content of a revision."""
    return Wording(
        title=revision.title,
        body=revision.body,
        plain_words=revision.plain_words,
        terms=charter_terms.read(revision.terms),
    )


def check_terms(heading: Heading, terms: Terms, parties: list[Party]) -> None:
    """Raise TableNotAllowed or UnknownParty for rows that a clause of this heading and case cannot have."""
    for name in charter_terms.store(terms):
        if name not in charter_terms.TABLES.get(heading, ()):
            raise TableNotAllowed(name)
    known_codes = {party.code for party in parties} | {BROKER, "both"}
    party_codes = (
        [row.party_key for row in terms.expectations]
        + [row.party_key for row in terms.limits if row.party_key]
        + [row.party_key for row in terms.red_lines]
        + [row.party_key for row in terms.commitments]
        + [row.owner for row in terms.milestones]
        + [row.payer_key for row in terms.budget]
        + [row.payer_key for row in terms.payments if row.payer_key]
        + [row.payer_key for row in terms.fees]
        + [row.party_key for row in terms.counterparts]
    )
    for code in party_codes:
        if code not in known_codes:
            raise UnknownParty(code)


def check_references(roadmap: Roadmap, wording: Wording) -> None:
    """Raise UnknownReference when a wording cites a clause that the text lacks."""
    cited = cited_keys(wording.body) | cited_keys(wording.plain_words)
    existing_keys = roadmap.clauses.filter(key__in=cited, position__isnull=False).values_list(
        "key", flat=True
    )
    if cited and (unknown_keys := sorted(cited - set(existing_keys))):
        raise UnknownReference(", ".join(map(marker, unknown_keys)))


def new_key(roadmap: Roadmap) -> str:
    """Return a key that no clause of the edition has."""
    used_keys = set(roadmap.clauses.values_list("key", flat=True))
    while (key := secrets.token_hex(2)) in used_keys:
        continue
    return key


def opened_lines(partnership: Partnership, line_ids: Sequence[int]) -> list[Line]:
    """Return these lines of a case, in the order of its parties. Raises UnknownLine."""
    pks = set(line_ids)
    opened = Line.objects.filter(round__partnership=partnership, pk__in=pks).select_related("party")
    lines = list(opened.order_by("party__rank", "pk"))
    if len(lines) != len(pks):
        raise UnknownLine
    return lines


def link_lines(clause: Clause, partnership: Partnership, line_ids: Sequence[int]) -> dict[str, Fact]:
    """Add source lines to a clause of a locked case.

    Return the ledger facts of the added lines, empty without any. Raises UnknownLine.
    """
    lines = opened_lines(partnership, line_ids)
    linked_ids = set(clause.written_from.values_list("pk", flat=True)) if lines else set()
    new_lines = [line for line in lines if line.pk not in linked_ids]
    clause.written_from.add(*new_lines)
    return {"lines": [line_fact(line) for line in new_lines]} if new_lines else {}


def line_fact(line: Line) -> Fact:
    """Return a line as a ledger fact: party code, kind, number and first words."""
    return {
        "party": line.party.code,
        "kind": line.kind,
        "number": line.rank,
        "words": textwrap.shorten(line.text, MAX_FACT_LENGTH, placeholder="\u00a0…"),
    }


@transaction.atomic
def add_clause(
    *,
    partnership_id: UUID,
    broker: User,
    heading: Heading,
    wording: Wording,
    responsible: str = "",
    at: datetime,
) -> Clause:
    """Add a clause at the end of its heading; the clauses after it move down by one.

    `responsible`: code of a party, or empty for all.
    Raises NotABroker, TransitionNotAllowed, RoundIsRunning, UnknownParty, TableNotAllowed,
    UnknownReference, UnknownLine.
    """
    require_broker(broker)
    partnership = lock(partnership_id)
    roadmap = text_under_work(partnership, lifecycle.Action.REVISE)
    require_no_running_round(partnership)
    parties = list(partnership.parties.order_by("rank"))
    check_terms(heading, wording.terms, parties)
    check_references(roadmap, wording)
    clause = Clause.objects.create(
        roadmap=roadmap,
        heading=heading,
        key=new_key(roadmap),
        position=_insert_position(roadmap, heading),
        responsible=next((party for party in parties if party.code == responsible), None),
    )
    line_facts = link_lines(clause, partnership, wording.line_ids)
    write_revision(clause, broker, at, wording=wording)
    advance_edition(
        partnership,
        roadmap,
        lifecycle.Action.REVISE,
        actor=broker,
        at=at,
        clause=references.number_of(clause),
        revision=1,
        **line_facts,
    )
    refresh_status(partnership, at=at)
    return clause


def _insert_position(roadmap: Roadmap, heading: Heading) -> int:
    linked_ids = roadmap.clauses.filter(heading__lte=heading).aggregate(last=Max("position"))["last"]
    position = (linked_ids or 0) + 1
    roadmap.clauses.filter(position__gte=position).update(position=F("position") + 1)
    return int(position)


def write_revision(
    clause: Clause,
    broker: User,
    at: datetime,
    *,
    wording: Wording,
    reason: str = "",
    is_removal: bool = False,
) -> ClauseRevision:
    """Make the next revision of a clause of a locked case the current one."""
    number = clause.current.number + 1 if clause.current else 1
    revision = ClauseRevision.objects.create(
        clause=clause,
        number=number,
        title=wording.title,
        body=wording.body,
        plain_words=wording.plain_words,
        terms=charter_terms.store(wording.terms),
        reason=reason,
        is_removal=is_removal,
        written_by=broker,
        written_at=at,
    )
    clause.current = revision
    clause.save(update_fields=["current"])
    return revision


@transaction.atomic
def revise_clause(
    *,
    clause_id: int,
    broker: User,
    seen_number: int,
    wording: Wording,
    reason: str,
    at: datetime,
) -> ClauseRevision:
    """Write the next revision of a clause; agreements to the previous revision do not apply to it.

    `seen_number`: number of the revision that the broker read.
    Raises NotABroker, ClauseRemoved, StaleRevision, RevisionUnchanged, RevisionReasonMissing, UnknownParty,
    TableNotAllowed, UnknownReference, UnknownLine, RoundIsRunning, TransitionNotAllowed.
    """
    require_broker(broker)
    clause = Clause.objects.select_related("roadmap").get(pk=clause_id)
    partnership = lock(clause.roadmap.partnership_id)
    require_no_running_round(partnership)
    clause = Clause.objects.select_related("roadmap", "current").get(pk=clause_id)
    roadmap, current = clause.roadmap, clause.current
    lifecycle.find_transition(lifecycle.Action.REVISE, lifecycle.Edition(roadmap.state))
    if clause.position is None:
        raise ClauseRemoved
    if current is None or current.number != seen_number:
        raise StaleRevision
    if canonical.as_seen(wording_of(current)) == canonical.as_seen(wording):
        raise RevisionUnchanged
    if roadmap.state != lifecycle.Edition.DRAFTING and not reason.strip():
        raise RevisionReasonMissing
    check_terms(Heading(clause.heading), wording.terms, list(partnership.parties.order_by("rank")))
    check_references(roadmap, wording)
    line_facts = link_lines(clause, partnership, wording.line_ids)
    revision = write_revision(clause, broker, at, wording=wording, reason=reason)
    advance_edition(
        partnership,
        roadmap,
        lifecycle.Action.REVISE,
        actor=broker,
        at=at,
        clause=references.number_of(clause),
        revision=revision.number,
        **line_facts,
    )
    if roadmap.state == lifecycle.Edition.NEGOTIATION:
        reminders.plan_revision(partnership, roadmap, revision, at=at)
    refresh_status(partnership, at=at)
    return revision
