"""The broker writes: clauses, and each change of them as a new revision."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F, Max
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.refusals import Refusal
from outbox import post
from partnerships import lifecycle, message_keys
from partnerships.case.transitions import advance_edition, lock, text_under_work
from partnerships.charter import terms as charter_terms
from partnerships.charter.references import cited_keys, marker
from partnerships.charter.terms import Terms
from partnerships.charter.texts import BROKER, Heading
from partnerships.drafting.actions import sources
from partnerships.models import Clause, ClauseRevision, Party, Roadmap
from partnerships.permissions import require_broker
from partnerships.rounds.actions.rounds import require_no_running_round
from partnerships.status.actions import refresh_status


class DraftingError(Refusal):
    """The text cannot be written so."""


class NothingChanged(DraftingError):
    """The revision says what the clause already says."""

    sentence = gettext_lazy("Rien n’a changé : la clause dit déjà cela.")


class SomebodyWasFaster(DraftingError):
    """Another revision was written since the page was opened."""

    sentence = gettext_lazy(
        "Cette clause a été récrite pendant que vous écriviez. Votre texte est gardé : comparez, puis "
        "enregistrez."
    )


class ReasonIsMissing(DraftingError):
    """Once the parties have the text, each change says why."""

    sentence = gettext_lazy("Dites pourquoi : les parties ont ce texte et liront la raison du changement.")


class UnknownParty(DraftingError):
    """A table of the clause names a party that the case does not have; its code is the message."""

    sentence = gettext_lazy("Un tableau nomme une partie que le dossier n’a pas : %(what)s.")


class ClauseIsGone(DraftingError):
    """The clause was taken out of the text meanwhile."""

    sentence = gettext_lazy(
        "Cette clause a été retirée du texte entre-temps. Ce que vous avez écrit est gardé."
    )


class UnknownReference(DraftingError):
    """The text refers to a clause that does not stand in it; the markers are the message."""

    sentence = gettext_lazy(
        "Le texte renvoie à une clause qui n’y est pas\u00a0: %(what)s. Choisissez la clause dans la liste "
        "des renvois, ou effacez le repère."
    )


class TableOutOfPlace(DraftingError):
    """The heading of the clause carries no such table; its name is the message."""

    sentence = gettext_lazy("Cette rubrique ne porte pas ce tableau : %(what)s.")


@dataclass(frozen=True, kw_only=True)
class Wording:
    """What a clause says: its title, its text, the same in plain words, and its tables.

    `line_ids`: of opened envelopes, which it puts into words beside those it said before.
    """

    title: str
    body: str
    plain_words: str = ""
    terms: Terms = field(default_factory=Terms)
    line_ids: tuple[int, ...] = field(default=(), compare=False)


def wording_of(revision: ClauseRevision) -> Wording:
    """Return what a revision says, ready to be changed."""
    return Wording(
        title=revision.title,
        body=revision.body,
        plain_words=revision.plain_words,
        terms=charter_terms.read(revision.terms),
    )


def _check_terms(heading: Heading, terms: Terms, parties: list[Party]) -> None:
    for name in charter_terms.store(terms):
        if name not in charter_terms.TABLES.get(heading, ()):
            raise TableOutOfPlace(name)
    known = {party.code for party in parties} | {BROKER, "both"}
    named = (
        [each.party_key for each in terms.expectations]
        + [each.party_key for each in terms.red_lines]
        + [each.party_key for each in terms.commitments]
        + [each.owner for each in terms.milestones]
        + [each.payer_key for each in terms.budget]
        + [each.payer_key for each in terms.payments if each.payer_key]
        + [each.payer_key for each in terms.fees]
        + [each.party_key for each in terms.counterparts]
    )
    for code in named:
        if code not in known:
            raise UnknownParty(code)


def _check_references(roadmap: Roadmap, wording: Wording) -> None:
    cited = cited_keys(wording.body) | cited_keys(wording.plain_words)
    standing = roadmap.clauses.filter(key__in=cited, position__isnull=False).values_list("key", flat=True)
    if cited and (lost := sorted(cited - set(standing))):
        raise UnknownReference(", ".join(map(marker, lost)))


def _new_key(roadmap: Roadmap) -> str:
    taken = set(roadmap.clauses.values_list("key", flat=True))
    while (key := secrets.token_hex(2)) in taken:
        continue
    return key


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
    Raises NotABroker, TransitionNotAllowed, RoundIsRunning, UnknownParty, TableOutOfPlace,
    UnknownReference, UnknownLine.
    """
    require_broker(broker)
    partnership = lock(partnership_id)
    roadmap = text_under_work(partnership, lifecycle.Action.REVISE)
    require_no_running_round(partnership)
    parties = list(partnership.parties.order_by("rank"))
    _check_terms(heading, wording.terms, parties)
    _check_references(roadmap, wording)
    clause = Clause.objects.create(
        roadmap=roadmap,
        heading=heading,
        key=_new_key(roadmap),
        position=_make_room(roadmap, heading),
        responsible=next((party for party in parties if party.code == responsible), None),
    )
    told = sources.link(clause, partnership, wording.line_ids)
    write_revision(clause, broker, at, wording=wording)
    advance_edition(
        partnership,
        roadmap,
        lifecycle.Action.REVISE,
        actor=broker,
        at=at,
        clause=clause.position,
        revision=1,
        **told,
    )
    refresh_status(partnership, at=at)
    return clause


def _make_room(roadmap: Roadmap, heading: Heading) -> int:
    before = roadmap.clauses.filter(heading__lte=heading).aggregate(last=Max("position"))["last"]
    position = (before or 0) + 1
    roadmap.clauses.filter(position__gte=position).update(position=F("position") + 1)
    return int(position)


def write_revision(
    clause: Clause,
    broker: User,
    at: datetime,
    *,
    wording: Wording,
    reason: str = "",
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
    """Write the next revision of a clause; what was agreed on the one before does not carry over.

    `seen_number`: number of the revision the broker had before her eyes.
    Raises NotABroker, ClauseIsGone, SomebodyWasFaster, NothingChanged, ReasonIsMissing, UnknownParty,
    TableOutOfPlace, UnknownReference, UnknownLine, RoundIsRunning, TransitionNotAllowed.
    """
    require_broker(broker)
    clause = Clause.objects.select_related("roadmap").get(pk=clause_id)
    partnership = lock(clause.roadmap.partnership_id)
    require_no_running_round(partnership)
    clause = Clause.objects.select_related("roadmap", "current").get(pk=clause_id)
    roadmap, current = clause.roadmap, clause.current
    if clause.position is None:
        raise ClauseIsGone
    if current is None or current.number != seen_number:
        raise SomebodyWasFaster
    if wording_of(current) == wording:
        raise NothingChanged
    if roadmap.state != lifecycle.Edition.DRAFTING and not reason.strip():
        raise ReasonIsMissing
    _check_terms(Heading(clause.heading), wording.terms, list(partnership.parties.order_by("rank")))
    _check_references(roadmap, wording)
    told = sources.link(clause, partnership, wording.line_ids)
    revision = write_revision(clause, broker, at, wording=wording, reason=reason)
    advance_edition(
        partnership,
        roadmap,
        lifecycle.Action.REVISE,
        actor=broker,
        at=at,
        clause=clause.position,
        revision=revision.number,
        **told,
    )
    if roadmap.state == lifecycle.Edition.NEGOTIATION:
        post.post(
            kind="clause-revised",
            key=message_keys.clause_revised(partnership.pk, roadmap.pk, revision.pk),
            at=at,
            facts={
                "partnership": str(partnership.pk),
                "roadmap": str(roadmap.pk),
                "collapse": message_keys.revision_collapse(roadmap.pk),
            },
        )
    refresh_status(partnership, at=at)
    return revision
