"""The clause library: shipped clauses, the brokers' own, and inserting one into a text.

Each change is a new version; no version is updated or deleted.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.refusals import Refusal
from accounts.text import canonical
from partnerships.charter.texts import Heading
from partnerships.drafting import library_file
from partnerships.drafting.actions import clauses
from partnerships.drafting.actions.clauses import DraftingError, Wording
from partnerships.drafting.library_file import ShippedClause
from partnerships.models import Clause, LibraryClause, LibraryVersion
from partnerships.permissions import require_broker

SHIPPED_REASON = "Version livrée avec le produit."


class LibraryError(Refusal):
    """The library cannot be changed in this way."""


class LibraryClauseUnchanged(LibraryError):
    """The text equals the current version."""

    sentence = _("Rien n’a changé : la clause de la bibliothèque est déjà celle-ci.")


class StaleLibraryVersion(LibraryError):
    """Another version was written after the page was opened."""

    sentence = _(
        "Cette clause a été modifiée pendant que vous écriviez. Votre texte est conservé : "
        "comparez, puis enregistrez."
    )


class LibraryReasonMissing(LibraryError):
    """A change of the library needs a reason."""

    sentence = _("Écrivez pourquoi : les autres passeurs liront la raison.")


class AlreadyRetired(LibraryError):
    """The clause is retired already."""

    sentence = _("Cette clause est déjà retirée. La modifier la remet en service.")


class LibraryVersionReplaced(DraftingError):
    """The clause was revised or retired in the library after the page was opened."""

    sentence = _(
        "Cette clause de la bibliothèque a été modifiée ou retirée. Votre texte est "
        "conservé : copiez-le dans une nouvelle clause."
    )


@dataclass(frozen=True, kw_only=True)
class LibraryText:
    """The content of a library version."""

    title: str
    body: str
    plain_words: str
    title_en: str
    body_en: str
    plain_words_en: str
    source: str
    rule: str = ""


def text_of(version: LibraryVersion) -> LibraryText:
    """Return the content of a version."""
    return LibraryText(**{name: getattr(version, name) for name in LibraryText.__dataclass_fields__})


@transaction.atomic
def add(*, broker: User, heading: Heading, text: LibraryText, at: datetime) -> LibraryClause:
    """Add a clause written by a broker. Raises NotABroker."""
    require_broker(broker)
    clause = LibraryClause.objects.create(heading=heading)
    _write_version(clause, text, broker=broker, at=at)
    return clause


@transaction.atomic
def revise(
    *, clause_id: int, broker: User, seen_number: int, text: LibraryText, reason: str, at: datetime
) -> LibraryVersion:
    """Write the next version of a clause; a retired clause is offered again.

    Texts already drafted from it do not change.
    Raises NotABroker, StaleLibraryVersion, LibraryClauseUnchanged, LibraryReasonMissing.
    """
    require_broker(broker)
    clause, current = _lock_library_clause(clause_id)
    if current.number != seen_number:
        raise StaleLibraryVersion
    if canonical.as_seen(text_of(current)) == canonical.as_seen(text) and not current.is_retired:
        raise LibraryClauseUnchanged
    if not reason.strip():
        raise LibraryReasonMissing
    return _write_version(clause, text, broker=broker, at=at, reason=reason)


@transaction.atomic
def retire(*, clause_id: int, broker: User, reason: str, at: datetime) -> LibraryVersion:
    """Retire a clause, so that it is no longer offered.

    Raises NotABroker, AlreadyRetired, LibraryReasonMissing.
    """
    require_broker(broker)
    clause, current = _lock_library_clause(clause_id)
    if current.is_retired:
        raise AlreadyRetired
    if not reason.strip():
        raise LibraryReasonMissing
    return _write_version(clause, text_of(current), broker=broker, at=at, reason=reason, is_retired=True)


@transaction.atomic
def update_shipped_clauses(*, at: datetime) -> int:
    """Write the new versions of the shipped file into the library and return how many there were.

    A clause that a broker revised or retired is not changed; a second run changes nothing.
    """
    known = {
        clause.key: clause
        for clause in LibraryClause.objects.select_related("current").exclude(key=None).order_by("pk")
    }
    written = 0
    for shipped in library_file.shipped_clauses():
        text = _shipped_text(shipped)
        clause = known.get(shipped.key) or LibraryClause.objects.create(
            key=shipped.key, heading=shipped.heading
        )
        current = clause.current
        if current and (current.written_by_id or text_of(current) == text):
            continue
        _write_version(clause, text, broker=None, at=at, reason=SHIPPED_REASON if current else "")
        written += 1
    return written


@transaction.atomic
def insert_clause(
    *,
    partnership_id: UUID,
    broker: User,
    version_id: int,
    wording: Wording,
    responsible: str = "",
    at: datetime,
) -> Clause:
    """Add a clause that starts from a current version of the library, under its heading.

    Raises LibraryVersionReplaced, and what `clauses.add_clause` raises.
    """
    version = LibraryVersion.objects.select_related("clause").get(pk=version_id)
    if version.clause.current_id != version.pk or version.is_retired:
        raise LibraryVersionReplaced
    clause = clauses.add_clause(
        partnership_id=partnership_id,
        broker=broker,
        heading=Heading(version.clause.heading),
        wording=wording,
        responsible=responsible,
        at=at,
    )
    clause.library_version = version
    clause.save(update_fields=["library_version"])
    return clause


def _shipped_text(clause: ShippedClause) -> LibraryText:
    return LibraryText(
        title=clause.french.title,
        body=clause.french.body,
        plain_words=clause.french.plain_words,
        title_en=clause.english.title,
        body_en=clause.english.body,
        plain_words_en=clause.english.plain_words,
        source=clause.source,
        rule=clause.rule,
    )


def _lock_library_clause(clause_id: int) -> tuple[LibraryClause, LibraryVersion]:
    clause = LibraryClause.objects.select_for_update(of=("self",)).get(pk=clause_id)
    current = clause.current
    if current is None:
        raise AssertionError(clause_id)
    return clause, current


def _write_version(
    clause: LibraryClause,
    text: LibraryText,
    *,
    broker: User | None,
    at: datetime,
    reason: str = "",
    is_retired: bool = False,
) -> LibraryVersion:
    """Make the next version of a locked clause the current one."""
    version = LibraryVersion.objects.create(
        clause=clause,
        number=clause.current.number + 1 if clause.current else 1,
        is_retired=is_retired,
        reason=reason,
        written_by=broker,
        written_at=at,
        title=text.title,
        body=text.body,
        plain_words=text.plain_words,
        title_en=text.title_en,
        body_en=text.body_en,
        plain_words_en=text.plain_words_en,
        source=text.source,
        rule=text.rule,
    )
    clause.current = version
    clause.save(update_fields=["current"])
    return version
