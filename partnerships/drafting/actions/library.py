"""The clause library: what is shipped, what the brokers add, change and retire; nothing is ever lost."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.refusals import Refusal
from partnerships.charter.texts import Heading
from partnerships.drafting import library_file
from partnerships.drafting.library_file import ShippedClause
from partnerships.models import LibraryClause, LibraryVersion
from partnerships.permissions import require_broker

SHIPPED_AGAIN = "Version livrée avec le produit."


class LibraryError(Refusal):
    """The library cannot be changed so."""


class NothingChanged(LibraryError):
    """The version says what the clause already says."""

    sentence = _("Rien n’a changé : la clause de la bibliothèque dit déjà cela.")


class SomebodyWasFaster(LibraryError):
    """Another version was written since the page was opened."""

    sentence = _(
        "Cette clause a été récrite pendant que vous écriviez. Votre texte est gardé : comparez, puis "
        "enregistrez."
    )


class ReasonIsMissing(LibraryError):
    """A change says why."""

    sentence = _("Dites pourquoi : les autres passeurs liront la raison.")


class AlreadyRetired(LibraryError):
    """The clause is offered to nobody any more."""

    sentence = _("Cette clause est déjà retirée. La récrire la remet en service.")


@dataclass(frozen=True, kw_only=True)
class Text:
    """What a clause of the library says; the fields of a version."""

    title: str
    body: str
    plain_words: str
    title_en: str
    body_en: str
    plain_words_en: str
    source: str
    rule: str = ""


def text_of(version: LibraryVersion) -> Text:
    """Return what a version says."""
    return Text(**{name: getattr(version, name) for name in Text.__dataclass_fields__})


@transaction.atomic
def add(*, broker: User, heading: Heading, text: Text, at: datetime) -> LibraryClause:
    """Put a clause of the brokers' own in the library. Raises NotABroker."""
    require_broker(broker)
    clause = LibraryClause.objects.create(heading=heading)
    _write(clause, text, broker=broker, at=at)
    return clause


@transaction.atomic
def revise(
    *, clause_id: int, broker: User, seen_number: int, text: Text, reason: str, at: datetime
) -> LibraryVersion:
    """Write the next version of a clause, which puts a retired one back in service.

    Texts already drafted from it stay as they are.
    Raises NotABroker, SomebodyWasFaster, NothingChanged, ReasonIsMissing.
    """
    require_broker(broker)
    clause, current = _locked(clause_id)
    if current.number != seen_number:
        raise SomebodyWasFaster
    if text_of(current) == text and not current.is_retired:
        raise NothingChanged
    if not reason.strip():
        raise ReasonIsMissing
    return _write(clause, text, broker=broker, at=at, reason=reason)


@transaction.atomic
def retire(*, clause_id: int, broker: User, reason: str, at: datetime) -> LibraryVersion:
    """Offer a clause no more. Raises NotABroker, AlreadyRetired, ReasonIsMissing."""
    require_broker(broker)
    clause, current = _locked(clause_id)
    if current.is_retired:
        raise AlreadyRetired
    if not reason.strip():
        raise ReasonIsMissing
    return _write(clause, text_of(current), broker=broker, at=at, reason=reason, is_retired=True)


@transaction.atomic
def ship(*, at: datetime) -> int:
    """Bring the library up to the shipped file and return how many versions that took.

    A clause that a broker revised or retired stays as the broker left it; run twice, it changes nothing.
    """
    known = {
        clause.key: clause
        for clause in LibraryClause.objects.select_related("current").exclude(key=None).order_by("pk")
    }
    written = 0
    for each in library_file.shipped():
        clause = known.get(each.key) or LibraryClause.objects.create(key=each.key, heading=each.heading)
        current = clause.current
        if current and (current.written_by_id or text_of(current) == _shipped_text(each)):
            continue
        _write(clause, _shipped_text(each), broker=None, at=at, reason=SHIPPED_AGAIN if current else "")
        written += 1
    return written


def _shipped_text(each: ShippedClause) -> Text:
    return Text(
        title=each.french.title,
        body=each.french.body,
        plain_words=each.french.plain_words,
        title_en=each.english.title,
        body_en=each.english.body,
        plain_words_en=each.english.plain_words,
        source=each.source,
        rule=each.rule,
    )


def _locked(clause_id: int) -> tuple[LibraryClause, LibraryVersion]:
    clause = LibraryClause.objects.select_for_update(of=("self",)).get(pk=clause_id)
    current = clause.current
    if current is None:
        raise AssertionError(clause_id)
    return clause, current


def _write(
    clause: LibraryClause,
    text: Text,
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
