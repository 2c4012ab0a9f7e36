"""Go back to a revision of a clause, copy it, split it in two, or join it with the next one.

Rows are counted once, so they are never doubled. A copy takes no rows; those of a split clause stay in its
first part; those of two joined clauses follow each other. Source lines are linked to both parts of a split,
to a copy, and to the whole of a join. Each of these acts writes new revisions, which nobody has agreed to.
"""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.text import canonical
from ledger.record import Fact
from partnerships import lifecycle
from partnerships.charter import terms as charter_terms
from partnerships.charter.terms import Terms
from partnerships.charter.texts import Heading
from partnerships.drafting.actions.clause_order import (
    lock_clause,
    record_revision,
    require_state,
    take_out,
)
from partnerships.drafting.actions.clauses import (
    ClauseRemoved,
    DraftingError,
    RevisionReasonMissing,
    RevisionUnchanged,
    StaleRevision,
    Wording,
    check_references,
    check_terms,
    new_key,
    wording_of,
    write_revision,
)
from partnerships.drafting.queries.clause_form import codes_of, codes_of_terms
from partnerships.drafting.queries.clause_parts import next_clause, paragraphs
from partnerships.models import Clause, ClauseRevision, Roadmap
from partnerships.permissions import require_broker
from partnerships.rounds.actions.rounds import require_no_running_round
from partnerships.status.actions import refresh_status
from partnerships.text import agreement, references

# Of the columns of a revision.
MAX_TITLE: Final = 160
MAX_BODY: Final = 8000
MAX_PLAIN_WORDS: Final = 600
FIRST_SPLIT: Final = 2  # a clause begins with its first paragraph
COPY_SUFFIX: Final = " (copie)"


class UnknownRevision(DraftingError):
    """The clause has no revision of that number."""

    sentence = gettext_lazy("Cette version n’existe pas. Choisissez-en une dans la liste.")


class CodeIsTaken(DraftingError):
    """Another clause has rows with codes of the revision; the message lists them."""

    sentence = gettext_lazy(
        "Une autre clause a maintenant une ligne de ce code\u00a0: %(what)s. Changez ce code dans cette "
        "clause, puis réessayez."
    )


class NoSuchParagraph(DraftingError):
    """The clause cannot be split before that paragraph."""

    sentence = gettext_lazy(
        "La clause ne peut pas être partagée là. Choisissez le paragraphe qui commence la seconde, à partir "
        "du deuxième\u00a0; une ligne vide sépare deux paragraphes."
    )


class NothingToJoin(DraftingError):
    """No clause follows under the heading."""

    sentence = gettext_lazy("Aucune clause ne suit celle-ci dans sa rubrique. Déplacez-la d’abord.")


class ResponsiblesDiffer(DraftingError):
    """The two clauses have different responsible parties."""

    sentence = gettext_lazy(
        "Ces deux clauses n’ont pas le même responsable. Une clause en a un seul\u00a0: laissez-les séparées."
    )


class ValuesDiffer(DraftingError):
    """Both clauses give a date, an object or a kind of support, and not the same."""

    sentence = gettext_lazy(
        "Ces deux clauses donnent chacune une date, un objet ou une nature de soutien différents. Laissez "
        "cette valeur dans une seule, puis réessayez."
    )


class JoinedTextTooLong(DraftingError):
    """The two texts together are longer than a clause can be."""

    sentence = gettext_lazy(
        "Ces deux textes ensemble sont trop longs pour une clause. Raccourcissez-les d’abord."
    )


@transaction.atomic
def restore_revision(
    *, clause_id: int, broker: User, seen_number: int, number: int, reason: str, at: datetime
) -> ClauseRevision:
    """Make a former revision of a clause, with its words and rows, its next one.

    Raises NotABroker, UnknownRevision, CodeIsTaken, StaleRevision, RevisionUnchanged, RevisionReasonMissing,
    ClauseRemoved, UnknownParty, TableNotAllowed, UnknownReference, RoundIsRunning, TransitionNotAllowed.
    """
    clause, roadmap, current = _open_clause(clause_id, broker, seen_number, reason)
    former = clause.revisions.filter(number=number, is_removal=False).first()
    if former is None:
        raise UnknownRevision
    wording = wording_of(former)
    if canonical.as_seen(wording) == canonical.as_seen(wording_of(current)):
        raise RevisionUnchanged
    others = [each for each in agreement.clauses_of(roadmap) if each.pk != clause.pk]
    taken = {code for each in others for code in codes_of(each)} & set(codes_of_terms(wording.terms))
    if taken:
        raise CodeIsTaken(", ".join(sorted(taken)))
    _check(roadmap, clause, wording)
    revision = write_revision(clause, broker, at, wording=wording, reason=reason)
    record_revision(
        roadmap, revision, broker, at, clause=references.number_of(clause), former_revision=number
    )
    refresh_status(roadmap.partnership, at=at)
    return revision


@transaction.atomic
def copy_clause(*, clause_id: int, broker: User, at: datetime) -> Clause:
    """Add a copy of a clause after it: its words, its gloss, its source lines, and none of its rows.

    Raises NotABroker, ClauseRemoved, RoundIsRunning, TransitionNotAllowed once frozen.
    """
    clause, roadmap, current = _open_clause(clause_id, broker)
    wording = replace(wording_of(current), terms=Terms())
    title = wording.title[: MAX_TITLE - len(COPY_SUFFIX)] + COPY_SUFFIX
    copy = _add_after(clause, roadmap)
    copy.library_version_id = clause.library_version_id
    copy.save(update_fields=["library_version"])
    revision = write_revision(copy, broker, at, wording=replace(wording, title=title))
    source = references.number_of(clause)
    record_revision(roadmap, revision, broker, at, clause=references.number_of(copy), copied=source)
    refresh_status(roadmap.partnership, at=at)
    return copy


@transaction.atomic
def split_clause(  # noqa: PLR0913 - what the broker chose, and when
    *,
    clause_id: int,
    broker: User,
    seen_number: int,
    paragraph: int,
    title: str,
    reason: str = "",
    at: datetime,
) -> Clause:
    """Split a clause before a paragraph, counted from 1; return the new clause with this one and the rest.

    Rows, gloss and citations stay with the first part; both keep the source lines and the responsible party.
    Raises NotABroker, NoSuchParagraph, StaleRevision, RevisionReasonMissing, ClauseRemoved, RoundIsRunning,
    TransitionNotAllowed once frozen.
    """
    clause, roadmap, current = _open_clause(clause_id, broker, seen_number, reason)
    wording, parts = wording_of(current), paragraphs(current.body)
    if not FIRST_SPLIT <= paragraph <= len(parts):
        raise NoSuchParagraph
    first, second = parts[: paragraph - 1], parts[paragraph - 1 :]
    added = _add_after(clause, roadmap)
    shortened = replace(wording, body="\n\n".join(first))
    revision = write_revision(clause, broker, at, wording=shortened, reason=reason)
    rest = Wording(title=title, body="\n\n".join(second))
    added_revision = write_revision(added, broker, at, wording=rest, reason=reason)
    numbers: dict[str, Fact] = {"clause": references.number_of(clause)}
    added_number = references.number_of(added)
    record_revision(roadmap, revision, broker, at, **numbers, split_off=added_number)
    record_revision(roadmap, added_revision, broker, at, clause=added_number, split_from=numbers["clause"])
    refresh_status(roadmap.partnership, at=at)
    return added


@transaction.atomic
def join_clauses(
    *,
    clause_id: int,
    broker: User,
    seen_number: int,
    next_number: int,
    reason: str = "",
    at: datetime,
) -> ClauseRevision:
    """Append the next clause of the heading, with its rows, to a clause, and remove it.

    `next_number`: number of the revision of the next clause that the broker read.
    Raises NotABroker, NothingToJoin, ResponsiblesDiffer, ValuesDiffer, JoinedTextTooLong, StaleRevision,
    ClauseIsCited, RevisionReasonMissing, ClauseRemoved, RoundIsRunning, TransitionNotAllowed once frozen.
    """
    clause, roadmap, current = _open_clause(clause_id, broker, seen_number, reason)
    follower = next_clause(clause)
    if follower is None or follower.current is None:
        raise NothingToJoin
    if follower.current.number != next_number:
        raise StaleRevision
    if follower.responsible_id != clause.responsible_id:
        raise ResponsiblesDiffer
    joined = _joined(wording_of(current), wording_of(follower.current))
    title = follower.current.title
    clause.written_from.add(*follower.written_from.all())
    take_out(roadmap, follower, broker, reason, at)
    _check(roadmap, clause, joined)
    revision = write_revision(clause, broker, at, wording=joined, reason=reason)
    record_revision(roadmap, revision, broker, at, clause=references.number_of(clause), joined=title)
    refresh_status(roadmap.partnership, at=at)
    return revision


def _joined(first: Wording, second: Wording) -> Wording:
    for column in fields(Terms):
        values = getattr(first.terms, column.name), getattr(second.terms, column.name)
        if not isinstance(values[0], tuple) and all(values) and values[0] != values[1]:
            raise ValuesDiffer
    wording = Wording(
        title=first.title,
        body=f"{first.body}\n\n{second.body}",
        plain_words=" ".join(filter(None, (first.plain_words, second.plain_words))),
        terms=charter_terms.together([first.terms, second.terms]),
    )
    if len(wording.body) > MAX_BODY or len(wording.plain_words) > MAX_PLAIN_WORDS:
        raise JoinedTextTooLong
    return wording


def _open_clause(
    clause_id: int, broker: User, seen_number: int | None = None, reason: str | None = None
) -> tuple[Clause, Roadmap, ClauseRevision]:
    """Return a placed clause of a locked text that may change.

    `seen_number`: of the revision that the broker read; `reason`: required once the parties have the text;
    None for an act that needs neither.
    """
    require_broker(broker)
    clause, roadmap = lock_clause(clause_id)
    require_state(roadmap, lifecycle.UNFROZEN)
    require_no_running_round(roadmap.partnership)
    current = clause.current
    if clause.position is None or current is None:
        raise ClauseRemoved
    if seen_number is not None and current.number != seen_number:
        raise StaleRevision
    is_read = roadmap.state != lifecycle.Edition.DRAFTING
    if is_read and reason is not None and not reason.strip():
        raise RevisionReasonMissing
    return clause, roadmap, current


def _add_after(clause: Clause, roadmap: Roadmap) -> Clause:
    """Add a clause after another, with its heading, responsible party and source lines, and no text."""
    position = (clause.position or 0) + 1
    roadmap.clauses.filter(position__gte=position).update(position=F("position") + 1)
    added = Clause.objects.create(
        roadmap=roadmap,
        heading=clause.heading,
        key=new_key(roadmap),
        position=position,
        responsible_id=clause.responsible_id,
    )
    added.written_from.set(clause.written_from.all())
    return added


def _check(roadmap: Roadmap, clause: Clause, wording: Wording) -> None:
    parties = list(roadmap.partnership.parties.order_by("rank"))
    check_terms(Heading(clause.heading), wording.terms, parties)
    check_references(roadmap, wording)
